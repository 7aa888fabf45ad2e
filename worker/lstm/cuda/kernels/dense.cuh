// The output layer, forward and backward, and the loss.
#pragma once
#include "inputs.cuh"
#include "loss.cuh"

enum { DENSE_ROWS = 16 };  // samples of a block

// Input k of the output layer: the last states, or the whole window where there is no recurrent layer.
static __device__ float denseInputOf(const Lane& lane, unsigned b, unsigned sample, unsigned k) {
  if (lane.layers == 0) {
    const unsigned t = k / lane.features;
    return t < lengthOf(lane, sample) ? lane.values[(size_t)lane.starts[sample] * lane.features + k] : 0.0f;
  }
  const Layer& last = lane.layer[lane.layers - 1];
  const bool reverse = k >= lane.direction[2 * (lane.layers - 1)].units;
  const float h = lane.memory[last.out + ((size_t)(reverse ? 0 : lane.window - 1) * lane.rows + b) * last.width + k];
  return trains(lane) && last.mask ? h * lane.memory[last.mask + (size_t)b * last.width + k] : h;
}

// y = x W + b for the samples [first, end)
static __device__ void project(const Lane& lane, unsigned first, unsigned end) {
  const unsigned inputs = lane.denseInputs, outputs = lane.outputSize;
  const float *w = vectorOf(lane, WEIGHTS) + lane.denseOffset, *x = lane.memory + lane.x;
  for (unsigned e = first * outputs + threadIdx.x; e < end * outputs; e += THREADS) {
    const unsigned b = e / outputs, j = e % outputs;
    float sum = w[(size_t)inputs * outputs + j];
    for (unsigned k = 0; k < inputs; k++) sum = fmaf(x[(size_t)b * inputs + k], w[(size_t)k * outputs + j], sum);
    lane.memory[lane.y + e] = sum;
  }
}

// dx = dy W^T, to the last layer
static __device__ void projectBack(const Lane& lane, unsigned first, unsigned end) {
  const unsigned inputs = lane.denseInputs, outputs = lane.outputSize;
  const float *w = vectorOf(lane, WEIGHTS) + lane.denseOffset, *dy = lane.memory + lane.dy;
  float* dx = lane.memory + lane.layer[lane.layers - 1].dout;
  for (unsigned e = first * inputs + threadIdx.x; e < end * inputs; e += THREADS) {
    const unsigned b = e / inputs, k = e % inputs;
    float sum = 0.0f;
    for (unsigned j = 0; j < outputs; j++) sum = fmaf(dy[(size_t)b * outputs + j], w[(size_t)k * outputs + j], sum);
    dx[e] = sum;
  }
}

extern "C" __global__ void __launch_bounds__(THREADS) dense(const Lane* lanes) {
  const Lane& lane = lanes[blockIdx.y];
  if (!atWork(lane)) return;
  const Piece& piece = lane.pieces[lane.piece];
  const unsigned first = blockIdx.x * DENSE_ROWS, end = least(piece.count, first + DENSE_ROWS);
  if (first >= piece.count) return;
  const unsigned inputs = lane.denseInputs, outputs = lane.outputSize;
  for (unsigned e = first * inputs + threadIdx.x; e < end * inputs; e += THREADS) {
    const unsigned b = e / inputs;
    lane.memory[lane.x + e] = denseInputOf(lane, b, lane.samples[piece.from + b], e % inputs);
  }
  __syncthreads();  // x is written
  project(lane, first, end);
  __syncthreads();  // y is written
  if (!(piece.flags & TRAIN)) {
    for (unsigned e = first * outputs + threadIdx.x; e < end * outputs; e += THREADS)
      lane.outputs[(size_t)piece.from * outputs + e] = lane.memory[lane.y + e];
    return;
  }
  for (unsigned b = first + threadIdx.x; b < end; b += THREADS)
    lane.memory[lane.parts + b] =
        sampleLoss(lane, lane.memory + lane.y + b * outputs, lane.targets + (size_t)lane.samples[piece.from + b] * outputs,
                   piece.scale, lane.memory + lane.dy + b * outputs);
  __syncthreads();  // dy is written
  if (lane.layers > 0) projectBack(lane, first, end);
}

// dW of the output layer and its bias.
extern "C" __global__ void __launch_bounds__(THREADS) denseWeights(const Lane* lanes) {
  const Lane& lane = lanes[blockIdx.y];
  if (!trains(lane)) return;
  const Piece& piece = lane.pieces[lane.piece];
  const unsigned inputs = lane.denseInputs, outputs = lane.outputSize, e = blockIdx.x * THREADS + threadIdx.x;
  if (e >= (inputs + 1) * outputs) return;
  const unsigned k = e / outputs, j = e % outputs;
  const float *x = lane.memory + lane.x + k, *dy = lane.memory + lane.dy + j;
  float* to = vectorOf(lane, GRADIENT) + lane.denseOffset + e;
  float sum = 0.0f;
  for (unsigned b = 0; b < piece.count; b++)
    sum = fmaf(dy[(size_t)b * outputs], k < inputs ? x[(size_t)b * inputs] : 1.0f, sum);
  *to = piece.flags & FIRST ? sum : *to + sum;
}
