// Sums of products over all samples of a series (worker/data/baselines/sliding-moments.ts).
import { dot } from "./products";

/**
 * sums[a, b] += Σᵢ y[i + a] y[i + b] for a ≤ b < `width`, i from 0 to `count` - 1; y has `count` + `width` - 1 numbers. Entries follow from
 * their upper left neighbours by one product leaving and one entering.
 */
export function addLagSums(sums: usize, y: usize, count: i32, width: i32): void {
  const end = y + (count << 3);
  const down: usize = (width + 1) << 3;
  // The diagonals of one distance are independent of the others.
  for (let b = 0; b < width; b++) {
    const behind: usize = b << 3;
    let sum = dot(y, y + behind, count);
    let at = sums + behind;
    store<f64>(at, load<f64>(at) + sum);
    const last: usize = (width - b - 1) << 3;
    for (let a: usize = 0; a < last; a += 8) {
      const entering = load<f64>(end + a) * load<f64>(end + a + behind);
      sum += entering - load<f64>(y + a) * load<f64>(y + a + behind);
      at += down;
      store<f64>(at, load<f64>(at) + sum);
    }
  }
}

/** Pairs of numbers that are copied together, so that those of a column stay in the cache. */
const side: i32 = 16;

/** Copies what lies above the diagonal of A [n, n] to below it. */
export function mirror(a: usize, n: i32): void {
  for (let top = 0; top < n; top += side) {
    for (let left = 0; left <= top; left += side) {
      const bottom = min(top + side, n);
      for (let i = top; i < bottom; i++) {
        const right = min(left + side, i);
        for (let j = left; j < right; j++) store<f64>(a + ((i * n + j) << 3), load<f64>(a + ((j * n + i) << 3)));
      }
    }
  }
}

/**
 * Moments of changes to the newest of `window` values, from the sums of products of the values themselves: row a of `sums` begins
 * `width` numbers after the one before. `xx` [inputs, inputs], `xy` [inputs, horizon], `yy` [horizon]; with `level` the newest value itself
 * is the last input.
 */
export function writeMoments(
  xx: usize,
  xy: usize,
  yy: usize,
  sums: usize,
  width: i32,
  window: i32,
  horizon: i32,
  level: bool,
): void {
  const last = window - 1;
  const inputs = level ? window : last;
  const ofNewest = sums + ((last * width) << 3);
  const newest = load<f64>(ofNewest + (last << 3));
  const ahead: usize = window << 3;
  for (let a = 0; a < last; a++) {
    const row = sums + ((a * width) << 3);
    const withNewest = load<f64>(row + (last << 3));
    const out = xx + ((a * inputs) << 3);
    writeLess(out, row, ofNewest, last, withNewest, newest);
    writeLess(xy + ((a * horizon) << 3), row + ahead, ofNewest + ahead, horizon, withNewest, newest);
    if (level) {
      store<f64>(out + (last << 3), withNewest - newest);
      store<f64>(xx + ((last * inputs + a) << 3), withNewest - newest);
    }
  }
  for (let k = 0; k < horizon; k++) {
    const at: usize = (window + k) << 3;
    const row = sums + (((window + k) * width) << 3);
    const withNewest = load<f64>(row + (last << 3));
    store<f64>(yy + (k << 3), load<f64>(row + at) - withNewest - load<f64>(ofNewest + at) + newest);
    if (level) store<f64>(xy + ((last * horizon + k) << 3), load<f64>(ofNewest + at) - newest);
  }
  if (level) store<f64>(xx + ((last * inputs + last) << 3), newest);
}

/** out[i] = x[i] - less - y[i] + more */
function writeLess(out: usize, x: usize, y: usize, count: i32, less: f64, more: f64): void {
  const lessTwice = f64x2.splat(less);
  const moreTwice = f64x2.splat(more);
  const whole = x + ((count & ~1) << 3);
  for (; x < whole; x += 16) {
    const left = f64x2.sub(f64x2.sub(v128.load(x), lessTwice), v128.load(y));
    v128.store(out, f64x2.add(left, moreTwice));
    y += 16;
    out += 16;
  }
  if (count & 1) store<f64>(out, load<f64>(x) - less - load<f64>(y) + more);
}
