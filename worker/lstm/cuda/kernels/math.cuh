// Functions of single numbers. NaN stays NaN in all of them, so that a trial that blows up is seen.
#pragma once

static __device__ __forceinline__ float sigmoid(float x) { return __fdividef(1.0f, 1.0f + __expf(-x)); }

// Rational approximation on [-8, 8], within 3e-7.
static __device__ __forceinline__ float tanh_(float v) {
  const float x = v > 8.0f ? 8.0f : v < -8.0f ? -8.0f : v, y = x * x;
  float p = fmaf(y, 1.1428433275988729e-5f, 2.951024737768358e-3f);
  p = fmaf(p, y, 1.292566385289369e-1f);
  p = fmaf(p, y, 9.999998542615481e-1f);
  float q = fmaf(y, 2.4592138508895923e-7f, 2.3866930178369287e-4f);
  q = fmaf(q, y, 2.3815558065594766e-2f);
  q = fmaf(q, y, 4.6258879426610805e-1f);
  q = fmaf(q, y, 1.0f);
  return __fdividef(x * p, q);
}

static __device__ __forceinline__ float clamp(float x, float limit) {
  return x > limit ? limit : x < -limit ? -limit : x;
}

static __device__ __forceinline__ float sign(float x) { return x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : x; }

// log(1 + e^x)
static __device__ __forceinline__ float softplus(float x) {
  return (x < 0.0f ? 0.0f : x) + log1pf(expf(-fabsf(x)));
}

static __device__ __forceinline__ float logistic(float x) { return 1.0f / (1.0f + expf(-x)); }

// a += w * z, gate by gate
static __device__ __forceinline__ void addScaled(float4& a, const float4& w, float z) {
  a.x = fmaf(w.x, z, a.x);
  a.y = fmaf(w.y, z, a.y);
  a.z = fmaf(w.z, z, a.z);
  a.w = fmaf(w.w, z, a.w);
}

static __device__ __forceinline__ float addDot(float sum, const float4& w, const float4& q) {
  return fmaf(w.x, q.x, fmaf(w.y, q.y, fmaf(w.z, q.z, fmaf(w.w, q.w, sum))));
}
