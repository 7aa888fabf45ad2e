// exp, sigmoid and tanh of four lanes at a time, accurate to a few units in the last place (checked by
// test/worker/lstm/math.test.ts). NaN stays NaN: in `pmin(a, b)` and `pmax(a, b)` a NaN in `a` wins.
import { madd, nmadd } from "./simd";

/**
 * e^x for x in [-87, 88]; values outside are clamped to it.
 * x = n·ln 2 + r with |r| <= ln 2 / 2, so e^x = 2^n · e^r; e^r is a polynomial of degree 6 (Cephes `expf`),
 * 2^n is written straight into the exponent bits.
 */
@inline
export function exp4(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87.0)), f32x4.splat(88.0));
  // Adding 1.5·2^23 rounds to the nearest integer and leaves it in the low mantissa bits.
  const magic = f32x4.splat(12582912.0);
  const shifted = madd(x, f32x4.splat(1.44269504088896341), magic);
  const n = f32x4.sub(shifted, magic);
  let r = nmadd(n, f32x4.splat(0.693359375), x);
  r = madd(n, f32x4.splat(2.12194440e-4), r);
  let p = madd(f32x4.splat(1.9875691500e-4), r, f32x4.splat(1.3981999507e-3));
  p = madd(p, r, f32x4.splat(8.3334519073e-3));
  p = madd(p, r, f32x4.splat(4.1665795894e-2));
  p = madd(p, r, f32x4.splat(1.6666665459e-1));
  p = madd(p, r, f32x4.splat(5.0000001201e-1));
  p = madd(f32x4.mul(p, r), r, f32x4.add(r, f32x4.splat(1.0)));
  // p·2^n: n added to the exponent field.
  return i32x4.add(p, i32x4.shl(shifted, 23));
}

/** 1 / (1 + e^-x). */
@inline
export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1.0);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

/**
 * tanh x as x·P(x²)/Q(x²), x clamped where tanh is 1 in single precision.
 * Coefficients: the rational minimax approximation of Eigen, `generic_fast_tanh_float`.
 */
@inline
export function tanh4(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-7.90531110763549805)), f32x4.splat(7.90531110763549805));
  const y = f32x4.mul(x, x);
  let p = madd(y, f32x4.splat(-2.76076847742355e-16), f32x4.splat(2.00018790482477e-13));
  p = madd(p, y, f32x4.splat(-8.60467152213735e-11));
  p = madd(p, y, f32x4.splat(5.12229709037114e-8));
  p = madd(p, y, f32x4.splat(1.48572235717979e-5));
  p = madd(p, y, f32x4.splat(6.37261928875436e-4));
  p = madd(p, y, f32x4.splat(4.89352455891786e-3));
  let q = madd(y, f32x4.splat(1.19825839466702e-6), f32x4.splat(1.18534705686654e-4));
  q = madd(q, y, f32x4.splat(2.2684346324390e-3));
  q = madd(q, y, f32x4.splat(4.89352518554385e-3));
  return f32x4.div(f32x4.mul(x, p), q);
}

/** The three functions over n values (a multiple of 4), for tests. kind: 0 exp, 1 sigmoid, 2 tanh. */
export function mapValues(kind: i32, from: usize, to: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const x = v128.load(from + (i << 2));
    v128.store(to + (i << 2), kind == 0 ? exp4(x) : kind == 1 ? sigmoid4(x) : tanh4(x));
  }
}
