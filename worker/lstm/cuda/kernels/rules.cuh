// The optimizers' rules for one weight, the formulas of worker/protocol/optimizers.ts; their numbers come in double
// precision, so that 1 - 0.999 keeps its digits.
#pragma once
#include "math.cuh"

static __device__ float momentum(const double* n, float w, float g, float* velocity) {
  const float mu = (float)n[1], v = fmaf(mu, *velocity, g);
  *velocity = v;
  return fmaf(-(float)n[0], n[2] != 0 ? fmaf(mu, v, g) : v, w);
}

static __device__ float adam(const double* n, float w, float g, float* m, float* v) {
  const float first = fmaf((float)n[0], *m, (float)(1 - n[0]) * g);
  const float second = fmaf((float)n[1], *v, (float)(1 - n[1]) * (g * g));
  *m = first;
  *v = second;
  return w - fmaf((float)n[5], g, (float)n[4] * first) / (sqrtf(second * (float)n[3]) + (float)n[2]);
}

// Without momentum (n[2] = 0) the second slot is not there.
static __device__ float rmsprop(const double* n, float w, float g, float* mean, float* velocity) {
  const float square = fmaf((float)n[1], *mean, (float)(1 - n[1]) * (g * g));
  *mean = square;
  const float step = (float)n[0] * g / sqrtf(square + (float)n[3]);
  if (n[2] == 0) return w - step;
  const float v = fmaf((float)n[2], *velocity, step);
  *velocity = v;
  return w - v;
}

static __device__ float adagrad(const double* n, float w, float g, float* sum) {
  const float s = fmaf(g, g, *sum);
  *sum = s;
  return w - (float)n[0] * g / sqrtf(s + (float)n[1]);
}

static __device__ float adadelta(const double* n, float w, float g, float* mean, float* moved) {
  const float rest = (float)(1 - n[1]), square = fmaf((float)n[1], *mean, rest * (g * g)), before = *moved;
  const float step = sqrtf(before + (float)n[2]) / sqrtf(square + (float)n[2]) * g;
  *mean = square;
  *moved = fmaf((float)n[1], before, rest * (step * step));
  return fmaf(-(float)n[0], step, w);
}

static __device__ float lion(const double* n, float w, float g, float* m) {
  const float push = fmaf((float)n[1], *m, (float)(1 - n[1]) * g);
  *m = fmaf((float)n[2], *m, (float)(1 - n[2]) * g);
  return w - (float)n[0] * sign(push);
}

// The weight after the step; changes its slots.
static __device__ float changed(unsigned rule, const double* n, float w, float g, float* first, float* second) {
  switch (rule) {
    case 0: return fmaf(-(float)n[0], g, w);
    case 1: return momentum(n, w, g, first);
    case 2: return adam(n, w, g, first, second);
    case 3: return rmsprop(n, w, g, first, second);
    case 4: return adagrad(n, w, g, first);
    case 5: return adadelta(n, w, g, first, second);
    default: return lion(n, w, g, first);
  }
}
