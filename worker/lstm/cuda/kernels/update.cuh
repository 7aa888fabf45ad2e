// One step of an optimizer, what comes before it, and on to the lane's next piece.
#pragma once
#include "lane.cuh"
#include "rules.cuh"

// Sum over the block, the same tree for every lane, for thread 0 alone. `part` is free again after the next barrier.
static __device__ double blockSum(double* part, double value) {
  part[threadIdx.x] = value;
  for (unsigned half = THREADS / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) part[threadIdx.x] += part[threadIdx.x + half];
  }
  return threadIdx.x == 0 ? *(volatile double*)part : 0.0;
}

// Of weight i: its gradient with that of the penalty.
static __device__ __forceinline__ float gradientOf(const Lane& lane, const Span& span, unsigned i) {
  const float g = vectorOf(lane, GRADIENT)[i];
  return span.decays && lane.l2 > 0.0f ? fmaf(2.0f * lane.l2, vectorOf(lane, WEIGHTS)[i], g) : g;
}

// Sums of squares of a weight's gradient, before and after clipping by value.
extern "C" __global__ void __launch_bounds__(THREADS) measure(const Lane* lanes) {
  __shared__ double part[THREADS];
  const Lane& lane = lanes[blockIdx.y];
  if (!steps(lane) || blockIdx.x >= lane.spanCount) return;
  const Span span = lane.span[blockIdx.x];
  double raw = 0, clamped = 0;
  for (unsigned i = span.offset + threadIdx.x; i < span.offset + span.length; i += THREADS) {
    const float g = gradientOf(lane, span, i), limited = clamp(g, lane.clipValue);
    raw += (double)g * g;
    clamped += (double)limited * limited;
  }
  raw = blockSum(part, raw);
  __syncthreads();  // the sum has been read
  clamped = blockSum(part, clamped);
  if (threadIdx.x > 0) return;
  lane.squares[(size_t)lane.step * lane.spanCount + blockIdx.x] = raw;
  ((double*)(lane.memory + lane.clamped))[blockIdx.x] = clamped;
}

// By what the gradient is multiplied so that its norm is at most clipNorm.
static __device__ float clipScale(const Lane& lane) {
  double sum = 0;
  for (unsigned s = 0; s < lane.spanCount; s++) sum += ((const double*)(lane.memory + lane.clamped))[s];
  const double norm = sqrt(sum);
  return norm > lane.clipNorm ? (float)(lane.clipNorm / norm) : 1.0f;
}

extern "C" __global__ void __launch_bounds__(THREADS) update(const Lane* lanes) {
  const Lane& lane = lanes[blockIdx.y];
  if (!steps(lane) || blockIdx.z >= lane.spanCount) return;
  const Span span = lane.span[blockIdx.z];
  if (blockIdx.x * THREADS >= span.length) return;
  const double* numbers = lane.numbers + 8 * (size_t)lane.step;
  const float scale = clipScale(lane), left = span.decays ? (float)numbers[6] : 1.0f;
  float *w = vectorOf(lane, WEIGHTS), *first = vectorOf(lane, SLOT0), *second = vectorOf(lane, SLOT1);
  const unsigned end = span.offset + span.length;
  for (unsigned i = span.offset + blockIdx.x * THREADS + threadIdx.x; i < end; i += gridDim.x * THREADS) {
    const float g = clamp(gradientOf(lane, span, i), lane.clipValue) * scale;
    w[i] = changed(lane.rule, numbers, w[i] * left, g, first + i, second + i);
  }
}

// W^T for the products of the way back, before the first piece of a step.
extern "C" __global__ void __launch_bounds__(THREADS) transpose(const Lane* lanes, unsigned layer) {
  const Lane& lane = lanes[blockIdx.y];
  if (!trains(lane) || !has(lane, layer, blockIdx.z) || !(lane.pieces[lane.piece].flags & FIRST)) return;
  const Direction& d = lane.direction[2 * layer + blockIdx.z];
  const unsigned columns = (lane.cell == LSTM ? 1 : gateCount(lane)) * d.units, depth = d.inputs + d.units;
  const unsigned e = blockIdx.x * THREADS + threadIdx.x, k = e / columns, j = e % columns;
  if (k >= depth) return;
  const float* w = vectorOf(lane, WEIGHTS) + d.offset;
  float* to = lane.memory + d.transposed;
  if (lane.cell == LSTM) ((float4*)to)[(size_t)j * depth + k] = ((const float4*)w)[e];
  else to[(size_t)j * depth + k] = w[e];
}

extern "C" __global__ void __launch_bounds__(THREADS) advance(Lane* lanes) {
  __shared__ double part[THREADS];
  Lane& lane = lanes[blockIdx.y];
  if (!atWork(lane)) return;
  const Piece piece = lane.pieces[lane.piece];
  double loss = 0;
  if (piece.flags & TRAIN)
    for (unsigned b = threadIdx.x; b < piece.count; b += THREADS) loss += lane.memory[lane.parts + b];
  loss = blockSum(part, loss);
  if (threadIdx.x > 0) return;
  lane.losses[lane.piece] = (float)loss;
  lane.piece += 1;
  if (piece.flags & LAST) lane.step += 1;
}
