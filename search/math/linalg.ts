/**
 * Dense linear algebra of the Gaussian process: square matrices are row-major Float64Arrays with a row stride
 * of n, only the lower triangle is read or written. Plain loops in a fixed order, so results are the same on
 * any machine.
 */

/** Sum of a[i] b[i] over `length` elements from the two offsets. Four sums, so that additions overlap. */
export function dot(a: Float64Array, aFrom: number, b: Float64Array, bFrom: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += a[aFrom + i]! * b[bFrom + i]!;
    s1 += a[aFrom + i + 1]! * b[bFrom + i + 1]!;
    s2 += a[aFrom + i + 2]! * b[bFrom + i + 2]!;
    s3 += a[aFrom + i + 3]! * b[bFrom + i + 3]!;
  }
  for (; i < length; i++) s0 += a[aFrom + i]! * b[bFrom + i]!;
  return s0 + s1 + (s2 + s3);
}

/** A = L Lᵀ in place, A n × n. False when A is not positive definite; A is then spoiled. */
export function cholesky(a: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    if (!choleskyRow(a, n, i)) return false;
  }
  return true;
}

/** Row i of the factor, rows 0 to i - 1 being done: appending a point to a factorised matrix costs O(n²). */
export function choleskyRow(a: Float64Array, n: number, i: number): boolean {
  const row = i * n;
  for (let j = 0; j < i; j++) {
    a[row + j] = (a[row + j]! - dot(a, row, a, j * n, j)) / a[j * n + j]!;
  }
  const pivot = a[row + i]! - dot(a, row, a, row, i);
  if (!(pivot > 0)) return false;
  a[row + i] = Math.sqrt(pivot);
  return true;
}

/** Solves L x = b in place; `size` leading rows of a factor with stride n. */
export function solveLower(l: Float64Array, n: number, b: Float64Array, size = n): void {
  for (let i = 0; i < size; i++) b[i] = (b[i]! - dot(l, i * n, b, 0, i)) / l[i * n + i]!;
}

/** Solves Lᵀ x = b in place. Columns of L are walked as rows, which keeps memory access contiguous. */
export function solveUpper(l: Float64Array, n: number, b: Float64Array, size = n): void {
  for (let i = size - 1; i >= 0; i--) {
    const x = b[i]! / l[i * n + i]!;
    b[i] = x;
    for (let k = 0, at = i * n; k < i; k++, at++) b[k] = b[k]! - l[at]! * x;
  }
}

/** Writes the lower triangle of (L Lᵀ)⁻¹, n × n, from the factor. `columns`: room for L⁻¹, n × n. */
export function inverseFromFactor(
  l: Float64Array,
  n: number,
  columns: Float64Array,
  inverse: Float64Array,
): void {
  // Row c of `columns` is column c of L⁻¹ from its diagonal on, so that both loops run along rows.
  for (let c = 0; c < n; c++) {
    const row = c * n;
    columns[row + c] = 1 / l[row + c]!;
    for (let i = c + 1; i < n; i++) {
      columns[row + i] = -dot(l, i * n + c, columns, row + c, i - c) / l[i * n + i]!;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) inverse[i * n + j] = dot(columns, i * n + i, columns, j * n + i, n - i);
  }
}
