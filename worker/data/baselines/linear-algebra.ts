import { addProducts, type Rows } from "./products.ts";

/** Columns that are factored at a time. */
const panel = 16;

/**
 * Lower Cholesky factor L of a symmetric positive definite matrix A [n, n], row-major: A = L Lᵀ. Only the lower
 * triangle of A is read. Undefined when A is not positive definite. A panel of columns at a time, first less what the
 * columns before it explain (Golub and Van Loan, Matrix Computations, 4.2.6).
 */
export function cholesky(a: Float64Array, n: number): Float64Array | undefined {
  const l = a.slice();
  for (let from = 0; from < n; from += panel) {
    const to = Math.min(from + panel, n);
    const below: Rows = { values: l, start: from * n, stride: n, rows: n - from };
    addProducts({ ...below, start: from * n + from }, below, { ...below, rows: to - from }, from, -1);
    for (let i = from; i < n; i++) {
      for (let j = from; j <= i && j < to; j++) {
        const sum = l[i * n + j]! - dot(l, i * n + from, l, j * n + from, j - from);
        if (i !== j) l[i * n + j] = sum / l[j * n + j]!;
        else if (sum > 0) l[i * n + i] = Math.sqrt(sum);
        else return undefined;
      }
      if (i < to) l.fill(0, i * n + i + 1, (i + 1) * n);
    }
  }
  return l;
}

/** Σ x[i + k] y[j + k] over `count` numbers: four sums at a time, which the processor works on side by side. */
export function dot(x: Float64Array, i: number, y: Float64Array, j: number, count: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let k = 0;
  for (; k + 3 < count; k += 4) {
    a += x[i + k]! * y[j + k]!;
    b += x[i + k + 1]! * y[j + k + 1]!;
    c += x[i + k + 2]! * y[j + k + 2]!;
    d += x[i + k + 3]! * y[j + k + 3]!;
  }
  for (; k < count; k++) a += x[i + k]! * y[j + k]!;
  return a + b + c + d;
}

/** Solves L Lᵀ X = B for B [n, m], in place: four columns at a time, for which L is read once. */
export function choleskySolve(l: Float64Array, n: number, b: Float64Array, m: number): Float64Array {
  const x = new Float64Array(4 * n);
  for (let from = 0; from < m; from += 4) {
    const width = Math.min(4, m - from);
    for (let i = 0; i < n; i++) for (let c = 0; c < width; c++) x[4 * i + c] = b[i * m + from + c]!;
    solveFour(l, n, x);
    for (let i = 0; i < n; i++) for (let c = 0; c < width; c++) b[i * m + from + c] = x[4 * i + c]!;
  }
  return b;
}

/** Of X [n, 4]. */
function solveFour(l: Float64Array, n: number, x: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let [s0, s1, s2, s3] = [x[4 * i]!, x[4 * i + 1]!, x[4 * i + 2]!, x[4 * i + 3]!];
    for (let k = 0; k < i; k++) {
      const factor = l[i * n + k]!;
      s0 -= factor * x[4 * k]!;
      s1 -= factor * x[4 * k + 1]!;
      s2 -= factor * x[4 * k + 2]!;
      s3 -= factor * x[4 * k + 3]!;
    }
    const own = l[i * n + i]!;
    x[4 * i] = s0 / own;
    x[4 * i + 1] = s1 / own;
    x[4 * i + 2] = s2 / own;
    x[4 * i + 3] = s3 / own;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let c = 0; c < 4; c++) x[4 * i + c]! /= l[i * n + i]!;
    const [s0, s1, s2, s3] = [x[4 * i]!, x[4 * i + 1]!, x[4 * i + 2]!, x[4 * i + 3]!];
    for (let k = 0; k < i; k++) {
      const factor = l[i * n + k]!;
      x[4 * k]! -= factor * s0;
      x[4 * k + 1]! -= factor * s1;
      x[4 * k + 2]! -= factor * s2;
      x[4 * k + 3]! -= factor * s3;
    }
  }
}

/** [columns, rows] of [rows, columns]. */
export function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = a[i * columns + j]!;
  }
  return result;
}
