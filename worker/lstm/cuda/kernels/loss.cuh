// Losses of one sample and their gradient, the formulas of ../../losses.ts.
#pragma once
#include "lane.cuh"
#include "math.cuh"

enum { MSE, MAE, HUBER, BINARY, CATEGORICAL, QUANTILE };

// t softplus(-z) + (1 - t) softplus(z), each side weighted
static __device__ float binary(float z, float target, float positive, float negative, float* dz) {
  const float yes = target * positive, no = (1.0f - target) * negative;
  *dz = no * logistic(z) - yes * logistic(-z);
  return yes * softplus(-z) + no * softplus(z);
}

// e^2, |e|, Huber's, the pinball loss, or binary cross-entropy of output j.
static __device__ float lossOf(const Lane& lane, unsigned j, float z, float target, float* dz) {
  const float e = z - target, size = fabsf(e), inner = size > lane.delta ? lane.delta : size;
  const float* weights = lane.classWeights ? lane.memory + lane.classWeights : nullptr;
  switch (lane.loss) {
    case MSE: *dz = 2.0f * e; return e * e;
    case MAE: *dz = sign(e); return size;
    case HUBER: *dz = sign(e) * inner; return inner * (size - 0.5f * inner);
    case QUANTILE: {
      const float weight = weights ? weights[e > 0.0f ? lane.outputSize + j : j] : 0.5f;
      *dz = sign(e) * weight;
      return weight * size;
    }
    default: return binary(z, target, weights ? weights[j] : 1.0f, weights ? weights[lane.outputSize + j] : 1.0f, dz);
  }
}

// -sum t log softmax(z)
static __device__ float categorical(const Lane& lane, const float* y, const float* target, float scale, float* dy) {
  const float* weights = lane.classWeights ? lane.memory + lane.classWeights : nullptr;
  float largest = y[0], sum = 0.0f, all = 0.0f, loss = 0.0f;
  for (unsigned j = 1; j < lane.outputSize; j++) largest = y[j] > largest ? y[j] : largest;
  for (unsigned j = 0; j < lane.outputSize; j++) sum += expf(y[j] - largest);
  const float total = largest + logf(sum);
  for (unsigned j = 0; j < lane.outputSize; j++) {
    const float t = target[j] * (weights ? weights[j] : 1.0f);
    all += t;
    loss = fmaf(t, total - y[j], loss);
  }
  for (unsigned j = 0; j < lane.outputSize; j++) {
    const float t = target[j] * (weights ? weights[j] : 1.0f);
    dy[j] = (expf(y[j] - total) * all - t) * scale;
  }
  return loss;
}

// Reads y [outputs], writes dy; returns the sample's loss.
static __device__ float sampleLoss(const Lane& lane, const float* y, const float* target, float scale, float* dy) {
  if (lane.loss == CATEGORICAL) return categorical(lane, y, target, scale, dy);
  float sum = 0.0f;
  for (unsigned j = 0; j < lane.outputSize; j++) {
    float dz = 0.0f;
    sum += lossOf(lane, j, y[j], target[j], &dz);
    dy[j] = dz * scale;
  }
  return sum;
}
