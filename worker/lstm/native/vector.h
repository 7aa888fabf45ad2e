// Vectors of VW floats. One source for every target: AVX-512 and AVX2 by their intrinsics, all others (SSE2, NEON,
// plain C) by the vector extensions of GCC and Clang. Nothing else in this folder knows the target.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

#if defined(__AVX512F__)
#define VW 16
#elif defined(__AVX2__)
#define VW 8
#elif !defined(VW)  // tests define it, to go through the layouts of wide vectors on any CPU
#define VW 4
#endif

// TALLn: rows of a tile n vectors wide, so that its sums, one row of factors and a broadcast fit into the registers.
#if VW == 16 || defined(__aarch64__)
#define TALL4 6
#define TALL2 11
#define TALL1 12
#else
#define TALL4 3
#define TALL2 6
#define TALL1 8
#endif

typedef float vf __attribute__((vector_size(VW * 4)));
typedef int32_t vi __attribute__((vector_size(VW * 4)));
typedef float vf_anywhere __attribute__((vector_size(VW * 4), aligned(4), may_alias));

INLINE vf load(const float *p) { return *(const vf_anywhere *)p; }
INLINE void store(float *p, vf v) { *(vf_anywhere *)p = v; }
INLINE vf zero(void) { return (vf){0}; }

#if defined(__AVX512F__)
#include <immintrin.h>
INLINE vf set1(float x) { return _mm512_set1_ps(x); }
INLINE vf fma_(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }
// A NaN in the second factor wins.
INLINE vf min_(vf a, vf b) { return _mm512_min_ps(a, b); }
INLINE vf max_(vf a, vf b) { return _mm512_max_ps(a, b); }
INLINE vf sqrt_(vf a) { return _mm512_sqrt_ps(a); }
INLINE vf guess(vf a) { return _mm512_rcp14_ps(a); }
#define HAS_GUESS 1
#elif defined(__AVX2__)
#include <immintrin.h>
INLINE vf set1(float x) { return _mm256_set1_ps(x); }
INLINE vf fma_(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }
INLINE vf min_(vf a, vf b) { return _mm256_min_ps(a, b); }
INLINE vf max_(vf a, vf b) { return _mm256_max_ps(a, b); }
INLINE vf sqrt_(vf a) { return _mm256_sqrt_ps(a); }
INLINE vf guess(vf a) { return _mm256_rcp_ps(a); }
#define HAS_GUESS 1
#else
INLINE vf set1(float x) {
  vf v;
  for (int i = 0; i < VW; i++) v[i] = x;
  return v;
}
#if defined(__aarch64__)
#include <arm_neon.h>
INLINE vf fma_(vf a, vf b, vf c) { return (vf)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b); }
#else
INLINE vf fma_(vf a, vf b, vf c) { return a * b + c; }
#endif
INLINE vf select_(vi which, vf a, vf b) { return (vf)((which & (vi)a) | (~which & (vi)b)); }
INLINE vf min_(vf a, vf b) { return select_((vi)(a < b), a, b); }
INLINE vf max_(vf a, vf b) { return select_((vi)(a > b), a, b); }
INLINE vf sqrt_(vf a) {
  for (int i = 0; i < VW; i++) a[i] = __builtin_sqrtf(a[i]);
  return a;
}
#endif

// 1 / x for 1 <= x < 1e38: a guess of 12 bits and one Newton step where the CPU guesses, else a division.
INLINE vf reciprocal(vf x) {
#ifdef HAS_GUESS
  vf y = guess(x);
  return y * fma_(-x, y, set1(2));
#else
  return set1(1) / x;
#endif
}

// Runs `call` for tiles of rows [r0, r0 + R) that cover all, R a constant in `call`: nearly equal heights, limit or
// one less, where that works out, else 4, 2 or 1. Few heights, because the compiler takes its time over each.
#define TILE(n, call) \
  {                   \
    enum { R = n };   \
    call;             \
    r0 += R;          \
  }
#define TILES(limit, rows, call)                                                     \
  for (int r0 = 0; r0 < (rows);) {                                                   \
    const int left_ = (rows)-r0, high_ = left_ / ((left_ + (limit)-1) / (limit));    \
    if (left_ % ((left_ + (limit)-1) / (limit)) ? high_ + 1 == (limit) : high_ == (limit)) TILE(limit, call) \
    else if (high_ >= (limit)-1) TILE((limit)-1, call)                               \
    else if (high_ >= 4 && (limit) > 5) TILE(4, call)                                \
    else if (high_ >= 2 && (limit) > 3) TILE(2, call)                                \
    else TILE(1, call)                                                               \
  }
