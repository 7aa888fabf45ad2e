// Dropout masks from the counter-based generator Philox4x32-10; worker/lstm/dropout.ts says which numbers.

/** Sixteen words on their way to a mask with fewer units left. */
const drawn = memory.data(64, 16);

@inline
function highWords(x: v128, multiplier: v128): v128 {
  const even = i64x2.extmul_low_i32x4_u(x, multiplier);
  const odd = i64x2.extmul_high_i32x4_u(x, multiplier);
  return v128.shuffle<i32>(even, odd, 1, 3, 5, 7);
}

/** Masks of the units 16·block … + 15 of one sample at one step, to `to` [16]. */
function draw16(block: i32, b: i32, t: i32, d: i32, key0: i32, key1: i32, threshold: i32, kept: f32, to: usize): void {
  const multiplier0 = i32x4.splat(0xd2511f53);
  const multiplier1 = i32x4.splat(0xcd9e8d57);
  let c0 = i32x4.add(i32x4.splat(block << 2), i32x4(0, 1, 2, 3));
  let c1 = i32x4.splat(b);
  let c2 = i32x4.splat(t);
  let c3 = i32x4.splat(d);
  for (let round = 0; round < 10; round++) {
    const next0 = v128.xor(v128.xor(highWords(c2, multiplier1), c1), i32x4.splat(key0));
    const next2 = v128.xor(v128.xor(highWords(c0, multiplier0), c3), i32x4.splat(key1));
    c1 = i32x4.mul(c2, multiplier1);
    c3 = i32x4.mul(c0, multiplier0);
    c0 = next0;
    c2 = next2;
    key0 += 0x9e3779b9;
    key1 += 0xbb67ae85;
  }
  // Lane n of word w is unit 4n + w.
  const lo01 = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5);
  const hi01 = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7);
  const lo23 = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
  const hi23 = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
  const limit = i32x4.splat(threshold);
  const value = f32x4.splat(kept);
  v128.store(to, v128.andnot(value, i32x4.lt_u(v128.shuffle<i64>(lo01, lo23, 0, 2), limit)));
  v128.store(to, v128.andnot(value, i32x4.lt_u(v128.shuffle<i64>(lo01, lo23, 1, 3), limit)), 16);
  v128.store(to, v128.andnot(value, i32x4.lt_u(v128.shuffle<i64>(hi01, hi23, 0, 2), limit)), 32);
  v128.store(to, v128.andnot(value, i32x4.lt_u(v128.shuffle<i64>(hi01, hi23, 1, 3), limit)), 48);
}

/** Fills `to` [steps, count, ld], of which it writes the first `units` of each row, for the samples from `first` on. */
export function dropoutMask(
  steps: i32,
  first: i32,
  count: i32,
  units: i32,
  direction: i32,
  key0: i32,
  key1: i32,
  threshold: i32,
  kept: f32,
  to: usize,
  ld: i32,
): void {
  for (let t = 0; t < steps; t++) {
    for (let b = first; b < first + count; b++, to += ld << 2) {
      for (let u = 0; u < units; u += 16) {
        const whole = units - u >= 16;
        const row = to + (u << 2);
        draw16(u >> 4, b, t, direction, key0, key1, threshold, kept, whole ? row : drawn);
        if (!whole) memory.copy(row, drawn, (units - u) << 2);
      }
    }
  }
}
