// Cholesky factors and what follows from them (Golub and Van Loan, Matrix Computations, 4.2.6 and 3.1).
import { addProducts, dot } from "./products";

/** Columns that are factored at a time. */
const panel: i32 = 8;

/**
 * Turns the lower triangle of a symmetric A [n, n] into that of L, A = L Lᵀ, and leaves anything above it. False when A is not positive
 * definite. A panel of columns at a time, first less what the columns before it explain.
 */
export function factor(a: usize, n: i32): bool {
  const row: usize = n << 3;
  for (let from = 0; from < n; from += panel) {
    const to = min(from + panel, n);
    const below = a + from * row;
    addProducts(below + (from << 3), n, below, n, n - from, below, n, to - from, from, -1);
    for (let i = from; i < to; i++) {
      const at = a + i * row;
      solveRow(at, a, row, from, i);
      const sum = load<f64>(at + (i << 3)) - dot(at + (from << 3), at + (from << 3), i - from);
      if (!(sum > 0)) return false;
      store<f64>(at + (i << 3), sqrt(sum));
    }
    let i = to;
    for (; i + 3 < n; i += 4) solveRows(a + i * row, row, a, from, to);
    for (; i < n; i++) solveRow(a + i * row, a, row, from, to);
  }
  return true;
}

/** x[j] = (x[j] - Σ x[k] l[j, k]) / l[j, j], k from `from` to j - 1, for j from `from` to `to` - 1. */
function solveRow(x: usize, l: usize, row: usize, from: i32, to: i32): void {
  for (let j = from; j < to; j++) {
    const lj = l + j * row;
    let sum = load<f64>(x + (j << 3));
    for (let k = from; k < j; k++) sum -= load<f64>(x + (k << 3)) * load<f64>(lj + (k << 3));
    store<f64>(x + (j << 3), sum / load<f64>(lj + (j << 3)));
  }
}

/** The same for four rows, which the processor works on side by side. */
function solveRows(x0: usize, row: usize, l: usize, from: i32, to: i32): void {
  const x1 = x0 + row;
  const x2 = x1 + row;
  const x3 = x2 + row;
  for (let j = from; j < to; j++) {
    const lj = l + j * row;
    const at = j << 3;
    let s0 = load<f64>(x0 + at);
    let s1 = load<f64>(x1 + at);
    let s2 = load<f64>(x2 + at);
    let s3 = load<f64>(x3 + at);
    for (let k = from << 3; k < at; k += 8) {
      const w = load<f64>(lj + k);
      s0 -= load<f64>(x0 + k) * w;
      s1 -= load<f64>(x1 + k) * w;
      s2 -= load<f64>(x2 + k) * w;
      s3 -= load<f64>(x3 + k) * w;
    }
    const d = load<f64>(lj + at);
    store<f64>(x0 + at, s0 / d);
    store<f64>(x1 + at, s1 / d);
    store<f64>(x2 + at, s2 / d);
    store<f64>(x3 + at, s3 / d);
  }
}

/** Solves L Lᵀ xᵀ = bᵀ for each row b of X [m, n], in place. A panel of unknowns at a time, for all rows. */
export function solve(l: usize, n: i32, x: usize, m: i32): void {
  const row: usize = n << 3;
  for (let from = 0; from < n; from += panel) {
    const to = min(from + panel, n);
    addProducts(x + (from << 3), n, x, n, m, l + from * row, n, to - from, from, -1);
    let i = 0;
    for (; i + 3 < m; i += 4) solveRows(x + i * row, row, l, from, to);
    for (; i < m; i++) solveRow(x + i * row, l, row, from, to);
  }
  for (let from = (n - 1) & ~(panel - 1); from >= 0; from -= panel) {
    const to = min(from + panel, n);
    for (let i = 0; i < m; i++) {
      solveBack(x + i * row, l, row, from, to);
      takeRows(x + i * row, l, row, from, to);
    }
  }
}

/** x[j] = (x[j] - Σ l[k, j] x[k]) / l[j, j], k from j + 1 to `to` - 1, for j from `to` - 1 down to `from`. */
function solveBack(x: usize, l: usize, row: usize, from: i32, to: i32): void {
  for (let j = to - 1; j >= from; j--) {
    const column = l + (j << 3);
    let sum = load<f64>(x + (j << 3));
    for (let k = j + 1; k < to; k++) sum -= load<f64>(x + (k << 3)) * load<f64>(column + k * row);
    store<f64>(x + (j << 3), sum / load<f64>(column + j * row));
  }
}

/** x[c] -= Σ x[k] l[k, c], k from `from` (a multiple of 8) to `to` - 1, for c < `from`. */
function takeRows(x: usize, l: usize, row: usize, from: i32, to: i32): void {
  const first = l + from * row;
  const known = x + (from << 3);
  const last = x + (to << 3);
  for (let c = x; c < known; c += 64) {
    let s0 = v128.load(c);
    let s1 = v128.load(c, 16);
    let s2 = v128.load(c, 32);
    let s3 = v128.load(c, 48);
    let lk = first + (c - x);
    for (let k = known; k < last; k += 8) {
      const factor = v128.load64_splat(k);
      s0 = f64x2.sub(s0, f64x2.mul(factor, v128.load(lk)));
      s1 = f64x2.sub(s1, f64x2.mul(factor, v128.load(lk, 16)));
      s2 = f64x2.sub(s2, f64x2.mul(factor, v128.load(lk, 32)));
      s3 = f64x2.sub(s3, f64x2.mul(factor, v128.load(lk, 48)));
      lk += row;
    }
    v128.store(c, s0);
    v128.store(c, s1, 16);
    v128.store(c, s2, 32);
    v128.store(c, s3, 48);
  }
}
