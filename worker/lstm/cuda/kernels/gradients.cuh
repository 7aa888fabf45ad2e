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

// Rows [r0, r0 + TILE_R) of Z and dA to shared memory, 0 past the last one; a row lies PAD floats behind the one before.
template <unsigned PAD>
static __device__ void stageRows(const Lane& lane, const Place& p, const Columns& part, unsigned r0, unsigned all, unsigned k0,
                                 float* z, float* da) {
  const unsigned count = lane.pieces[lane.piece].count, lanes32 = threadIdx.x % 32, k = k0 + lanes32;
  for (unsigned i = threadIdx.x / 32; i < TILE_R; i += THREADS / 32) {
    const unsigned r = r0 + i, t = r / count, b = r % count;
    z[i * (TILE_K + PAD) + lanes32] = r < all && k <= p.d.inputs + p.d.units ? rowOf(lane, p, part, t, b, k) : 0.0f;
    float* to = da + i * (TILE_J + PAD);
    if (lane.cell == LSTM) {
      const float4* gates = (const float4*)gatesOf(lane, p, t, b) + part.j0 / 4 + lanes32;
      if (lanes32 < TILE_J / 4)
        ((float4*)to)[lanes32] = r < all && part.j0 + 4 * lanes32 < part.end ? *gates : make_float4(0, 0, 0, 0);
    } else {
      for (unsigned j = lanes32; j < TILE_J; j += 32)
        to[j] = r < all && part.j0 + j < part.end ? gatesOf(lane, p, t, b)[part.j0 + j] : 0.0f;
    }
  }
}

// A block's sums [TILE_K][TILE_J]: a thread has 4 x 4 of them. TensorSums (tensor.cuh) promises the same.
struct FmaSums {
  static constexpr unsigned PAD = 0;
  float4 sums[4] = {};

  __device__ __forceinline__ unsigned k() const { return threadIdx.x / (TILE_J / 4) * 4; }
  __device__ __forceinline__ unsigned j() const { return threadIdx.x % (TILE_J / 4) * 4; }

  // Adds Z^T dA of the rows that lie in shared memory.
  __device__ __forceinline__ void add(const float* z, const float* da) {
#pragma unroll 4
    for (unsigned r = 0; r < TILE_R; r++) {
      const float4 row = *(const float4*)(z + r * TILE_K + k()), q = *(const float4*)(da + r * TILE_J + j());
      addScaled(sums[0], q, row.x);
      addScaled(sums[1], q, row.y);
      addScaled(sums[2], q, row.z);
      addScaled(sums[3], q, row.w);
    }
  }

  template <class Put>
  __device__ __forceinline__ void each(const Put& put) const {
#pragma unroll
    for (unsigned i = 0; i < 4; i++) {
      put(k() + i, j(), sums[i].x);
      put(k() + i, j() + 1, sums[i].y);
      put(k() + i, j() + 2, sums[i].z);
      put(k() + i, j() + 3, sums[i].w);
    }
  }
};

template <class Sums>
static __device__ __forceinline__ void weightsOf(const Lane* lanes, unsigned layer) {
  __shared__ float4 z4[TILE_R * (TILE_K + Sums::PAD) / 4], da4[TILE_R * (TILE_J + Sums::PAD) / 4];
  float *z = (float*)z4, *da = (float*)da4;
  const Lane& lane = lanes[blockIdx.y];
  if (!trains(lane) || !has(lane, layer, blockIdx.z)) return;
  const Place p = placeOf(lane, layer, blockIdx.z);
  const unsigned tiles = tilesOf(lane, p.d.units), depth = p.d.inputs + p.d.units + 1, k0 = blockIdx.x / tiles * TILE_K;
  if (k0 >= depth) return;
  const Columns part = columnsOf(lane, p.d.units, blockIdx.x % tiles);
  const Piece& piece = lane.pieces[lane.piece];
  const unsigned all = lane.window * piece.count;
  Sums sums;
  for (unsigned r0 = 0; r0 < all; r0 += TILE_R) {
    __syncthreads();  // what lay here has been read
    stageRows<Sums::PAD>(lane, p, part, r0, all, k0, z, da);
    __syncthreads();
    sums.add(z, da);
  }
  const unsigned columns = gateCount(lane) * p.d.units;
  const bool first = piece.flags & FIRST;
  float* gradient = vectorOf(lane, GRADIENT) + p.d.offset + (size_t)k0 * columns + part.j0;
  sums.each([&](unsigned k, unsigned j, float sum) {
    if (k0 + k >= depth || part.j0 + j >= part.end) return;
    float* to = gradient + (size_t)k * columns + j;
    *to = first ? sum : *to + sum;
  });
}
