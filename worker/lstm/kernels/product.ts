// Matrix products by OpenBLAS or by our own kernels.
import { gemm, gemmTransposed } from "./gemm";

/** C = op(A)·B + beta·C, row-major; op transposes when `transposeA`. Bound to cblas_sgemm by worker/lstm/openblas.ts. */
@external("blas", "sgemm")
declare function sgemm(
  transposeA: i32,
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  lda: i32,
  b: usize,
  ldb: i32,
  beta: f32,
  c: usize,
  ldc: i32,
): void;

/**
 * C [M, N] = A [M, K] · B (C += with `accumulate`). With `blas` B is [K, N] with rows of ldb floats, and the product
 * is cut into blocks of `columns` x `depth`: below a million multiplications OpenBLAS has kernels that skip packing.
 * Without it B is in panels.
 */
@inline
export function product(
  blas: i32,
  columns: i32,
  depth: i32,
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  lda: i32,
  b: usize,
  ldb: i32,
  c: usize,
  ldc: i32,
  accumulate: bool,
): void {
  if (!blas) return gemm(m, n, k, a, lda, b, c, ldc, accumulate);
  for (let j = 0; j < n; j += columns) {
    const width = min(columns, n - j);
    for (let i = 0; i < k; i += depth) {
      const from = b + ((i * ldb + j) << 2);
      const beta: f32 = accumulate || i > 0 ? 1 : 0;
      sgemm(0, m, width, min(depth, k - i), a + (i << 2), lda, from, ldb, beta, c + (j << 2), ldc);
    }
  }
}

/** C [M, N] += Aᵀ · B with A [K, M], B [K, N]: the gradient of weights over all rows of a batch. */
@inline
export function addTransposedProduct(
  blas: i32,
  columns: i32,
  depth: i32,
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  lda: i32,
  b: usize,
  ldb: i32,
  c: usize,
  ldc: i32,
): void {
  if (!blas) return gemmTransposed(m, n, k, a, lda, b, ldb, c, ldc);
  for (let i = 0; i < k; i += depth) {
    const rows = min(depth, k - i);
    for (let j = 0; j < n; j += columns) {
      const from = b + ((i * ldb + j) << 2);
      sgemm(1, m, min(columns, n - j), rows, a + ((i * lda) << 2), lda, from, ldb, 1, c + (j << 2), ldc);
    }
  }
}
