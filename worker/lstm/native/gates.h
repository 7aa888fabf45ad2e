// sigmoid and tanh of a vector, the formulas of ../kernels/math.ts. NaN stays NaN.
#pragma once
#include "vector.h"

// 1 / (1 + e^-x) with e^-x = 2^y, y = -x / ln 2 = n + f, n whole and |f| <= 1/2: 2^f is a polynomial of degree 5
// (fitted for the smallest relative error, 9e-8), 2^n goes straight into the exponent bits.
INLINE vf sigmoid(vf x) {
  const vf magic = set1(12582912.f);  // adding 1.5 * 2^23 rounds and leaves the whole number in the low bits
  const vf y = min_(set1(126), max_(set1(-126), x * set1(-1.44269504088896341f)));
  const vf shifted = y + magic;
  const vf f = y - (shifted - magic);
  vf p = fma_(set1(1.326472731307149e-3f), f, set1(9.671512991189957e-3f));
  p = fma_(p, f, set1(5.550733581185341e-2f));
  p = fma_(p, f, set1(2.4022242426872253e-1f));
  p = fma_(p, f, set1(6.931470036506653e-1f));
  p = fma_(p, f, set1(1));
  const vf power = (vf)((vi)p + ((vi)shifted << 23));
  return reciprocal(set1(1) + power);
}

// x P(x^2) / Q(x^2), x clamped to +-8, where tanh is 1 in single precision; relative error 1.5e-7 before rounding.
INLINE vf tanh_(vf x) {
  x = min_(set1(8), max_(set1(-8), x));
  const vf y = x * x;
  vf p = fma_(y, set1(1.1428433275988729e-5f), set1(2.951024737768358e-3f));
  p = fma_(p, y, set1(1.292566385289369e-1f));
  p = fma_(p, y, set1(9.999998542615481e-1f));
  vf q = fma_(y, set1(2.4592138508895923e-7f), set1(2.3866930178369287e-4f));
  q = fma_(q, y, set1(2.3815558065594766e-2f));
  q = fma_(q, y, set1(4.6258879426610805e-1f));
  q = fma_(q, y, set1(1));
  return x * p * reciprocal(q);
}
