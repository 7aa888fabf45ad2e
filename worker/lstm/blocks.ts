/** How a product is cut into calls of OpenBLAS. */
export interface Blocks {
  readonly columns: number;
  readonly depth: number;
}

/**
 * Blocks of C [m, n] = A [m, k] · B for the per-step products: each at most `limit` multiplications, so that OpenBLAS
 * takes its kernels without packing, and no narrower than 32 columns. Too large for that: one call.
 */
export function stepBlocks(m: number, n: number, k: number, limit: number): Blocks {
  if (m * n * k <= limit) return { columns: n, depth: k };
  for (let cuts = 1; cuts <= 8; cuts++) {
    const depth = Math.ceil(k / cuts);
    const columns = Math.floor(limit / (m * depth));
    if (columns >= 64) return { columns: columns - (columns % 64), depth };
    if (columns >= 32) return { columns: 32, depth };
  }
  return { columns: n, depth: k };
}

/** Bytes of both factors up to which they stay in the second-level cache while blocks go over them. */
const cached = 3 << 19;

/**
 * Blocks of the weight gradient C [m, n] += Aᵀ · B over k rows. Small factors are cut along k (32 to 64 rows at a
 * time reach the full speed); large ones go in one call, whose packing then pays.
 */
export function gradientBlocks(m: number, n: number, k: number, limit: number): Blocks {
  if (m * n * k <= limit || limit === Infinity || (m + n) * k * 4 > cached) return { columns: n, depth: k };
  const depth = Math.min(k, Math.max(32, Math.min(64, Math.floor(limit / (m * n)))));
  const columns = Math.floor(limit / (m * depth));
  return { columns: columns >= n ? n : Math.max(64, columns - (columns % 64)), depth };
}
