import { addProducts, type Rows } from "./products.ts";

/** Columns that are factored at a time. */
const panel = 16;

/**
 * Lower Cholesky factor L of a symmetric positive definite matrix A [n, n], row-major: A = L Lᵀ. Only the lower
 * triangle of A is read. Undefined when A is not positive definite. A panel of columns at a time, first less what the
 * columns before it explain (Golub and Van Loan, Matrix Computations, 4.2.6). `added`: to the diagonal of A.
 */
export function cholesky(a: Float64Array, n: number, added = 0): Float64Array | undefined {
  const l = a.slice();
  for (let i = 0; i < n; i++) l[i * n + i]! += added;
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

/** Solves L Lᵀ X = B for B [n, m], in place; a panel of unknowns at a time, for all columns of B. */
export function choleskySolve(l: Float64Array, n: number, b: Float64Array, m: number): Float64Array {
  const x = transposed(b, n, m);
  const upper = transposed(l, n, n);
  const all: Rows = { values: x, start: 0, stride: n, rows: m };
  for (let from = 0; from < n; from += panel) {
    const to = Math.min(from + panel, n);
    const before: Rows = { values: l, start: from * n, stride: n, rows: to - from };
    addProducts({ ...all, start: from }, all, before, from, -1);
    for (let row = 0; row < x.length; row += n) {
      for (let i = from; i < to; i++) {
        x[row + i] = (x[row + i]! - dot(x, row + from, l, i * n + from, i - from)) / l[i * n + i]!;
      }
    }
  }
  for (let to = n; to > 0; to -= panel) {
    const from = Math.max(0, to - panel);
    const behind: Rows = { values: upper, start: from * n + to, stride: n, rows: to - from };
    addProducts({ ...all, start: from }, { ...all, start: to }, behind, n - to, -1);
    for (let row = 0; row < x.length; row += n) {
      for (let i = to - 1; i >= from; i--) {
        const known = dot(x, row + i + 1, upper, i * n + i + 1, to - i - 1);
        x[row + i] = (x[row + i]! - known) / l[i * n + i]!;
      }
    }
  }
  b.set(transposed(x, m, n));
  return b;
}

/** [columns, rows] of [rows, columns]. */
export function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = a[i * columns + j]!;
  }
  return result;
}
