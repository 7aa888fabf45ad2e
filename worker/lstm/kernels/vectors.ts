// Loops over flat vectors of n floats (any n unless said otherwise).
import { madd } from "./simd";

/** y += a·x */
export function addScaled(n: i32, a: f32, x: usize, y: usize): void {
  const factor = f32x4.splat(a);
  const end = n & ~3;
  for (let i = 0; i < end; i += 4) {
    const at = i << 2;
    v128.store(y + at, madd(factor, v128.load(x + at), v128.load(y + at)));
  }
  for (let i = end; i < n; i++) {
    const at = i << 2;
    store<f32>(y + at, load<f32>(y + at) + a * load<f32>(x + at));
  }
}

/** x = min(max(a·x, -limit), limit) */
export function scaleAndClamp(n: i32, a: f32, limit: f32, x: usize): void {
  const factor = f32x4.splat(a);
  const high = f32x4.splat(limit);
  const low = f32x4.splat(-limit);
  const end = n & ~3;
  for (let i = 0; i < end; i += 4) {
    const at = x + (i << 2);
    v128.store(at, f32x4.min(high, f32x4.max(low, f32x4.mul(factor, v128.load(at)))));
  }
  for (let i = end; i < n; i++) {
    const at = x + (i << 2);
    store<f32>(at, min<f32>(limit, max<f32>(-limit, a * load<f32>(at))));
  }
}

/** Σ x², summed in double precision. */
export function sumSquares(n: i32, x: usize): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  const end = n & ~3;
  for (let i = 0; i < end; i += 4) {
    const v = v128.load(x + (i << 2));
    const a = f64x2.promote_low_f32x4(v);
    const b = f64x2.promote_low_f32x4(v128.shuffle<f64>(v, v, 1, 0));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  low = f64x2.add(low, high);
  let sum = f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1);
  for (let i = end; i < n; i++) {
    const v = f64(load<f32>(x + (i << 2)));
    sum += v * v;
  }
  return sum;
}

/** Copies `count` blocks [rows, width], one after the other, to where row r of block b is at b·perBlock + r·perRow bytes. */
export function scatterRows(
  count: i32,
  rows: i32,
  width: i32,
  from: usize,
  to: usize,
  perBlock: i32,
  perRow: i32,
): void {
  for (let b = 0; b < count; b++, to += perBlock) {
    let row = to;
    for (let r = 0; r < rows; r++, row += perRow) {
      let j = 0;
      for (; j <= width - 4; j += 4) v128.store(row + (j << 2), v128.load(from + (j << 2)));
      for (; j < width; j++) store<f32>(row + (j << 2), load<f32>(from + (j << 2)));
      from += width << 2;
    }
  }
}
