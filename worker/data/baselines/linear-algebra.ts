/**
 * Lower Cholesky factor L of a symmetric positive definite matrix A [n, n], row-major: A = L Lᵀ. Only the lower
 * triangle of A is read. Undefined when A is not positive definite.
 */
export function cholesky(a: Float64Array, n: number): Float64Array | undefined {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      if (i !== j) l[i * n + j] = sum / l[j * n + j]!;
      else if (sum > 0) l[i * n + i] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return l;
}

/** Solves L Lᵀ X = B for B [n, m], in place. */
export function choleskySolve(l: Float64Array, n: number, b: Float64Array, m: number): Float64Array {
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) subtractRow(b, i, k, l[i * n + k]!, m);
    divideRow(b, i, l[i * n + i]!, m);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) subtractRow(b, i, k, l[k * n + i]!, m);
    divideRow(b, i, l[i * n + i]!, m);
  }
  return b;
}

function subtractRow(b: Float64Array, to: number, from: number, factor: number, m: number): void {
  for (let c = 0; c < m; c++) b[to * m + c]! -= factor * b[from * m + c]!;
}

function divideRow(b: Float64Array, row: number, divisor: number, m: number): void {
  for (let c = 0; c < m; c++) b[row * m + c]! /= divisor;
}
