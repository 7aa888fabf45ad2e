/**
 * Lower Cholesky factor L of a symmetric positive definite matrix A [n, n], row-major: A = L Lᵀ. Only the lower
 * triangle of A is read. Undefined when A is not positive definite.
 */
export function cholesky(a: Float64Array, n: number): Float64Array | undefined {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const sum = a[i * n + j]! - dot(l, i * n, l, j * n, j);
      if (i !== j) l[i * n + j] = sum / l[j * n + j]!;
      else if (sum > 0) l[i * n + i] = Math.sqrt(sum);
      else return undefined;
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

/** Solves L Lᵀ X = B for B [n, m], in place. */
export function choleskySolve(l: Float64Array, n: number, b: Float64Array, m: number): Float64Array {
  const column = new Float64Array(n);
  for (let c = 0; c < m; c++) {
    for (let i = 0; i < n; i++) column[i] = b[i * m + c]!;
    for (let i = 0; i < n; i++) column[i] = (column[i]! - dot(l, i * n, column, 0, i)) / l[i * n + i]!;
    for (let i = n - 1; i >= 0; i--) {
      const value = column[i]! / l[i * n + i]!;
      column[i] = value;
      for (let k = 0; k < i; k++) column[k]! -= l[i * n + k]! * value;
    }
    for (let i = 0; i < n; i++) b[i * m + c] = column[i]!;
  }
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
