// Gradients of the recurrent weights: dW = Z^T dA over all steps and samples of a piece.
#pragma once
#include "gru.cuh"

enum { TILE_K = 32, TILE_J = 64, TILE_R = 16 };  // a block's part of W, and rows at a time

// A block's columns of W: [j0, end). `reset`: they saw the state reset (n of a GRU).
struct Columns {
  unsigned j0, end;
  bool reset;
};

// Tile `tile` of those over the columns; the columns of a GRU's n have tiles of their own.
static __device__ __forceinline__ Columns columnsOf(const Lane& lane, unsigned units, unsigned tile) {
  const unsigned first = (lane.cell == GRU ? 2 : gateCount(lane)) * units, tiles = (first + TILE_J - 1) / TILE_J;
  if (tile < tiles) return {tile * TILE_J, first, false};
  return {first + (tile - tiles) * TILE_J, 3 * units, true};
}

static __device__ __forceinline__ unsigned tilesOf(const Lane& lane, unsigned units) {
  const unsigned first = (lane.cell == GRU ? 2 : gateCount(lane)) * units;
  return (first + TILE_J - 1) / TILE_J + (lane.cell == GRU ? (units + TILE_J - 1) / TILE_J : 0);
}

static __device__ __forceinline__ float rowOf(const Lane& lane, const Place& p, const Columns& part, unsigned t, unsigned b,
                                              unsigned k) {
  if (part.reset && k >= p.d.inputs && k < p.d.inputs + p.d.units) return resetsOf(lane, p, t, b)[k - p.d.inputs];
  return zOf(lane, p, t, b, lane.samples[lane.pieces[lane.piece].from + b], k);
}

// Rows [r0, r0 + TILE_R) of Z and dA to shared memory, 0 past the last one.
static __device__ void stageRows(const Lane& lane, const Place& p, const Columns& part, unsigned r0, unsigned all, unsigned k0,
                                 float* z, float4* da) {
  const unsigned count = lane.pieces[lane.piece].count, lanes32 = threadIdx.x % 32, k = k0 + lanes32;
  for (unsigned i = threadIdx.x / 32; i < TILE_R; i += THREADS / 32) {
    const unsigned r = r0 + i, t = r / count, b = r % count;
    z[i * TILE_K + lanes32] = r < all && k <= p.d.inputs + p.d.units ? rowOf(lane, p, part, t, b, k) : 0.0f;
    if (lane.cell == LSTM) {
      const float4* gates = (const float4*)gatesOf(lane, p, t, b) + part.j0 / 4 + lanes32;
      if (lanes32 < TILE_J / 4)
        da[i * (TILE_J / 4) + lanes32] = r < all && part.j0 + 4 * lanes32 < part.end ? *gates : make_float4(0, 0, 0, 0);
    } else {
      for (unsigned j = lanes32; j < TILE_J; j += 32)
        ((float*)da)[i * TILE_J + j] = r < all && part.j0 + j < part.end ? gatesOf(lane, p, t, b)[part.j0 + j] : 0.0f;
    }
  }
}

// To the gradient of one row of W, or added to it; `left` columns of it are there.
static __device__ __forceinline__ void putGradient(float* to, const float4& sum, unsigned left, bool first) {
  const float values[4] = {sum.x, sum.y, sum.z, sum.w};
#pragma unroll
  for (unsigned i = 0; i < 4; i++)
    if (i < left) to[i] = first ? values[i] : to[i] + values[i];
}

extern "C" __global__ void __launch_bounds__(THREADS) weights(const Lane* lanes, unsigned layer) {
  __shared__ float4 z4[TILE_R * TILE_K / 4], da[TILE_R * TILE_J / 4];
  const Lane& lane = lanes[blockIdx.y];
  if (!trains(lane) || !has(lane, layer, blockIdx.z)) return;
  const Place p = placeOf(lane, layer, blockIdx.z);
  const unsigned tiles = tilesOf(lane, p.d.units), depth = p.d.inputs + p.d.units + 1, k0 = blockIdx.x / tiles * TILE_K;
  if (k0 >= depth) return;
  const Columns part = columnsOf(lane, p.d.units, blockIdx.x % tiles);
  const Piece& piece = lane.pieces[lane.piece];
  const unsigned all = lane.window * piece.count, j = threadIdx.x % (TILE_J / 4), k = threadIdx.x / (TILE_J / 4) * 4;
  float4 sum[4] = {};
  for (unsigned r0 = 0; r0 < all; r0 += TILE_R) {
    __syncthreads();  // what lay here has been read
    stageRows(lane, p, part, r0, all, k0, (float*)z4, da);
    __syncthreads();
#pragma unroll 4
    for (unsigned r = 0; r < TILE_R; r++) {
      const float4 z = z4[(r * TILE_K + k) / 4], q = da[r * (TILE_J / 4) + j];
      addScaled(sum[0], q, z.x);
      addScaled(sum[1], q, z.y);
      addScaled(sum[2], q, z.z);
      addScaled(sum[3], q, z.w);
    }
  }
  const unsigned columns = gateCount(lane) * p.d.units, at = part.j0 + 4 * j;
  float* gradient = vectorOf(lane, GRADIENT) + p.d.offset + at;
#pragma unroll
  for (unsigned i = 0; i < 4; i++)
    if (k0 + k + i < depth && at < part.end)
      putGradient(gradient + (size_t)(k0 + k + i) * columns, sum[i], part.end - at, piece.flags & FIRST);
}
