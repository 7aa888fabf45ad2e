// sigmoid and tanh of four lanes at a time, accurate to a few units in the last place (test/worker/lstm/math.test.ts).
// NaN stays NaN: in `pmin(a, b)` and `pmax(a, b)` a NaN in `a` wins.
import { madd } from "./simd";

/**
 * 1 / (1 + e^-x) with e^-x = 2^y, y = -x / ln 2 = n + f, n whole and |f| <= 1/2. 2^f is a polynomial of degree 5
 * (fitted for the smallest relative error, 9e-8), 2^n goes straight into the exponent bits.
 */
@inline
export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1.0);
  const scaled = f32x4.mul(x, f32x4.splat(-1.44269504088896341));
  const y = f32x4.pmin(f32x4.pmax(scaled, f32x4.splat(-126.0)), f32x4.splat(126.0));
  // Adding 1.5·2^23 rounds to the nearest whole number and leaves it in the low bits.
  const magic = f32x4.splat(12582912.0);
  const shifted = f32x4.add(y, magic);
  const f = f32x4.sub(y, f32x4.sub(shifted, magic));
  let p = madd(f32x4.splat(1.326472731307149e-3), f, f32x4.splat(9.671512991189957e-3));
  p = madd(p, f, f32x4.splat(5.550733581185341e-2));
  p = madd(p, f, f32x4.splat(2.4022242426872253e-1));
  p = madd(p, f, f32x4.splat(6.931470036506653e-1));
  p = madd(p, f, one);
  const power = i32x4.add(p, i32x4.shl(shifted, 23));
  return f32x4.div(one, f32x4.add(one, power));
}

/**
 * tanh x as x·P(x²)/Q(x²), x clamped to ±8, where tanh is 1 in single precision. P of degree 3 and Q of degree 4 were
 * fitted on [0, 8] for the smallest relative error, 1.5e-7.
 */
@inline
export function tanh4(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-8.0)), f32x4.splat(8.0));
  const y = f32x4.mul(x, x);
  let p = madd(y, f32x4.splat(1.1428433275988729e-5), f32x4.splat(2.951024737768358e-3));
  p = madd(p, y, f32x4.splat(1.292566385289369e-1));
  p = madd(p, y, f32x4.splat(9.999998542615481e-1));
  let q = madd(y, f32x4.splat(2.4592138508895923e-7), f32x4.splat(2.3866930178369287e-4));
  q = madd(q, y, f32x4.splat(2.3815558065594766e-2));
  q = madd(q, y, f32x4.splat(4.6258879426610805e-1));
  q = madd(q, y, f32x4.splat(1.0));
  return f32x4.div(f32x4.mul(x, p), q);
}

/** sigmoid (kind 0) or tanh (kind 1) of n values (a multiple of 4), for tests. */
export function mapValues(kind: i32, from: usize, to: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const x = v128.load(from + (i << 2));
    v128.store(to + (i << 2), kind == 0 ? sigmoid4(x) : tanh4(x));
  }
}
