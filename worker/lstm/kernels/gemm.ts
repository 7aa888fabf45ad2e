// Matrix products. All matrices are row-major f32; `ld*` count floats between rows.
//
// The right-hand matrix is packed into panels (panels.ts). The inner kernel computes 4 x 8 results in 8 vector registers, as
// many as the 16 of x86-64 hold without spilling and enough to cover the latency of a fused multiply-add.
import { packPanels } from "./panels";
import { madd } from "./simd";

/** One 4 x 8 result goes here when the panel has fewer than 8 columns of C. */
const edge = memory.data(128, 16);

/** C [M, N] = A [M, K] · B, or C += A · B; B [K, N] in panels. */
export function gemm(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  lda: i32,
  panels: usize,
  c: usize,
  ldc: i32,
  accumulate: bool,
): void {
  multiply(m, n, k, a, lda << 2, 4, panels, c, ldc, accumulate, false);
}

/** Rows of A and B that one pass of `gemmTransposed` works through: a panel of B this long stays in the L1 cache. */
const chunk = 256;
const chunkPanel = memory.data(chunk * 32, 16);

/** C [M, N] += Aᵀ · B with A [K, M], B [K, N], neither packed: the shape of a weight gradient, K being long. */
export function gemmTransposed(
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
  for (let from = 0; from < k; from += chunk) {
    const rows = min(chunk, k - from);
    for (let j = 0; j < n; j += 8) {
      const columns = min(8, n - j);
      packPanels(rows, columns, b + ((from * ldb + j) << 2), ldb, chunkPanel);
      multiply(m, columns, rows, a + ((from * lda) << 2), 4, lda << 2, chunkPanel, c + (j << 2), ldc, true, true);
    }
  }
}

/** Every 4 x 8 (at the lower edge 1 x 8) tile of C. `row` and `step`: bytes from A[i, k] to A[i + 1, k] and A[i, k + 1]. */
@inline
function multiply(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  row: i32,
  step: i32,
  panels: usize,
  c: usize,
  ldc: i32,
  accumulate: bool,
  neighbours: bool,
): void {
  const tall = m & ~3;
  for (let j = 0; j < n; j += 8) {
    const columns = min(8, n - j);
    const panel = panels + ((j * k) << 2);
    const whole = columns == 8;
    for (let i = 0; i < tall; i += 4) {
      const target = c + ((i * ldc + j) << 2);
      if (!whole && accumulate) copyTile(4, columns, target, ldc, edge, 8);
      const to = whole ? target : edge;
      const ld = (whole ? ldc : 8) << 2;
      if (neighbours) tileOfNeighbours(k, a + (i << 2), step, panel, to, ld, accumulate);
      else tileOfRows(k, a + i * row, row, panel, to, ld, accumulate);
      if (!whole) copyTile(4, columns, edge, 8, target, ldc);
    }
    for (let i = tall; i < m; i++) {
      const target = c + ((i * ldc + j) << 2);
      if (!whole && accumulate) copyTile(1, columns, target, ldc, edge, 8);
      tileOfOne(k, a + i * row, step, panel, whole ? target : edge, accumulate);
      if (!whole) copyTile(1, columns, edge, 8, target, ldc);
    }
  }
}

function copyTile(rows: i32, columns: i32, from: usize, ldFrom: i32, to: usize, ldTo: i32): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      store<f32>(to + ((i * ldTo + j) << 2), load<f32>(from + ((i * ldFrom + j) << 2)));
    }
  }
}

/** 4 x 8 results; the four values of A for one k lie `row` bytes apart, consecutive k next to each other. */
function tileOfRows(k: i32, a: usize, row: i32, panel: usize, c: usize, ldc: i32, accumulate: bool): void {
  let a0 = a;
  let a1 = a0 + row;
  let a2 = a1 + row;
  let a3 = a2 + row;
  let c00 = start(c, 0, accumulate);
  let c01 = start(c, 16, accumulate);
  let c10 = start(c + ldc, 0, accumulate);
  let c11 = start(c + ldc, 16, accumulate);
  let c20 = start(c + 2 * ldc, 0, accumulate);
  let c21 = start(c + 2 * ldc, 16, accumulate);
  let c30 = start(c + 3 * ldc, 0, accumulate);
  let c31 = start(c + 3 * ldc, 16, accumulate);
  const end = panel + (k << 5);
  while (panel < end) {
    const b0 = v128.load(panel);
    const b1 = v128.load(panel, 16);
    let x = v128.load32_splat(a0);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a1);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a2);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a3);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
    panel += 32;
  }
  storeTile(c, ldc, c00, c01, c10, c11, c20, c21, c30, c31);
}

/** 4 x 8 results; the four values of A for one k are neighbours, consecutive k lie `step` bytes apart. */
function tileOfNeighbours(k: i32, a: usize, step: i32, panel: usize, c: usize, ldc: i32, accumulate: bool): void {
  let c00 = start(c, 0, accumulate);
  let c01 = start(c, 16, accumulate);
  let c10 = start(c + ldc, 0, accumulate);
  let c11 = start(c + ldc, 16, accumulate);
  let c20 = start(c + 2 * ldc, 0, accumulate);
  let c21 = start(c + 2 * ldc, 16, accumulate);
  let c30 = start(c + 3 * ldc, 0, accumulate);
  let c31 = start(c + 3 * ldc, 16, accumulate);
  const end = panel + (k << 5);
  while (panel < end) {
    const b0 = v128.load(panel);
    const b1 = v128.load(panel, 16);
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a, 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    a += step;
    panel += 32;
  }
  storeTile(c, ldc, c00, c01, c10, c11, c20, c21, c30, c31);
}

/** 1 x 8 results; consecutive k lie `step` bytes apart. Two sums each, so that additions overlap. */
function tileOfOne(k: i32, a: usize, step: i32, panel: usize, c: usize, accumulate: bool): void {
  let even0 = start(c, 0, accumulate);
  let even1 = start(c, 16, accumulate);
  let odd0 = f32x4.splat(0);
  let odd1 = f32x4.splat(0);
  const pairs = panel + ((k & ~1) << 5);
  while (panel < pairs) {
    let x = v128.load32_splat(a);
    even0 = madd(x, v128.load(panel), even0);
    even1 = madd(x, v128.load(panel, 16), even1);
    x = v128.load32_splat(a + step);
    odd0 = madd(x, v128.load(panel, 32), odd0);
    odd1 = madd(x, v128.load(panel, 48), odd1);
    a += 2 * step;
    panel += 64;
  }
  if (k & 1) {
    const x = v128.load32_splat(a);
    even0 = madd(x, v128.load(panel), even0);
    even1 = madd(x, v128.load(panel, 16), even1);
  }
  v128.store(c, f32x4.add(even0, odd0));
  v128.store(c, f32x4.add(even1, odd1), 16);
}

@inline
function start(c: usize, offset: usize, accumulate: bool): v128 {
  return accumulate ? v128.load(c + offset) : f32x4.splat(0);
}

@inline
function storeTile(
  c: usize,
  ldc: i32,
  c00: v128,
  c01: v128,
  c10: v128,
  c11: v128,
  c20: v128,
  c21: v128,
  c30: v128,
  c31: v128,
): void {
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c + ldc, c10);
  v128.store(c + ldc, c11, 16);
  v128.store(c + 2 * ldc, c20);
  v128.store(c + 2 * ldc, c21, 16);
  v128.store(c + 3 * ldc, c30);
  v128.store(c + 3 * ldc, c31, 16);
}
