// One layer of an LSTM forward: a block takes some samples of a lane through all time steps.
#pragma once
#include "lstm.cuh"

// a += z * W for the rows [0, n) of W, TILE samples at once; z [n][ld].
static __device__ __forceinline__ void multiply(float4 (&a)[TILE], const float4* w, unsigned stride, const float* z,
                                                unsigned ld, unsigned n) {
#pragma unroll 4
  for (unsigned k = 0; k < n; k++) {
    const float4 wk = w[(size_t)k * stride];
    const float4 low = *(const float4*)(z + k * ld), high = *(const float4*)(z + k * ld + 4);
    addScaled(a[0], wk, low.x);
    addScaled(a[1], wk, low.y);
    addScaled(a[2], wk, low.z);
    addScaled(a[3], wk, low.w);
    addScaled(a[4], wk, high.x);
    addScaled(a[5], wk, high.y);
    addScaled(a[6], wk, high.z);
    addScaled(a[7], wk, high.w);
  }
}

// Columns [k0, k0 + n) of z(t) of the block's samples to shared memory [n][ld]; 0 past the last sample.
static __device__ void stageZ(const Lane& lane, const Place& p, unsigned t, unsigned first, unsigned count, unsigned rows,
                              unsigned k0, unsigned n, float* z, unsigned ld) {
  const int* samples = lane.samples + lane.pieces[lane.piece].from;
  for (unsigned r = threadIdx.x / 32; r < rows; r += THREADS / 32) {
    const unsigned b = first + r, sample = b < count ? samples[b] : 0;
    for (unsigned k = threadIdx.x % 32; k < n; k += 32)
      z[k * ld + r] = b < count ? zOf(lane, p, t, b, sample, k0 + k) : 0.0f;
  }
}

extern "C" __global__ void __launch_bounds__(THREADS) forward(const Lane* lanes, unsigned layer) {
  __shared__ float4 shared[SHARED / 4];
  float* z = (float*)shared;
  const Lane& lane = lanes[blockIdx.y];
  if (!atWork(lane) || !has(lane, LSTM, layer, blockIdx.z)) return;
  const Place p = placeOf(lane, layer, blockIdx.z);
  const Tile tile = tileOf(p.d.units);
  const unsigned count = lane.pieces[lane.piece].count, first = blockIdx.x * tile.rows;
  if (first >= count) return;
  const unsigned depth = p.d.inputs + p.d.units, ld = tile.rows + 4, most = SHARED / ld;
  const float4* w = (const float4*)(vectorOf(lane, WEIGHTS) + p.d.offset);
  for (unsigned s = 0; s < lane.window; s++) {
    const unsigned t = p.side ? lane.window - 1 - s : s;
    for (unsigned u = tile.column; u - tile.column < p.d.units; u += tile.columns) {
      const bool mine = tile.busy && u < p.d.units;
      float4 a[TILE];
      const float4 bias = mine ? w[(size_t)depth * p.d.units + u] : make_float4(0, 0, 0, 0);
#pragma unroll
      for (int j = 0; j < TILE; j++) a[j] = bias;
      for (unsigned k0 = 0; k0 < depth; k0 += most) {
        const unsigned n = least(most, depth - k0);
        __syncthreads();  // the state of the step before is written, and what lay here has been read
        stageZ(lane, p, t, first, count, tile.rows, k0, n, z, ld);
        __syncthreads();
        if (mine) multiply(a, w + (size_t)k0 * p.d.units + u, p.d.units, z + tile.row, ld, n);
      }
#pragma unroll
      for (int j = 0; j < TILE; j++)
        if (mine && first + tile.row + j < count) activate(lane, p, t, first + tile.row + j, u, a[j]);
    }
  }
}
