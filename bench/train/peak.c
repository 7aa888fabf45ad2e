// What a core does at most in single precision: fused multiply-adds on sums in registers, as many as hide the delay of one.
// Compiled by peak.ts for each set of kernels.
#include "../../worker/lstm/native/vector.h"

#if VW == 16
#define SUMS 24
#else
#define SUMS 12
#endif

static volatile float kept;  // so that nothing is left out

// Operations (each fused multiply-add is two) of `rounds` rounds.
__attribute__((visibility("default"))) double peak_run(double rounds) {
  vf a[SUMS];
  const vf x = set1(0.999f), y = set1(1e-3f);
#pragma GCC unroll 24
  for (int i = 0; i < SUMS; i++) a[i] = set1((float)i);
  for (long r = 0; r < (long)rounds; r++) {
#pragma GCC unroll 24
    for (int i = 0; i < SUMS; i++) a[i] = fma_(a[i], x, y);
  }
  float sum = 0;
  for (int i = 0; i < SUMS; i++) sum += a[i][0];
  kept = sum;
  return rounds * SUMS * VW * 2;
}
