// Products for cells whose gates lie one after the other (gru, rnn): a row of W is [gate 0 of all units, gate 1 …].
#pragma once
#include "inputs.cuh"
#include "math.cuh"

// One thread's column of a matrix, and the same column of the other gates.
struct Column {
  const float* at;
  unsigned stride;  // to the next row
  unsigned gap;     // to the next gate
};

// a[gate] += z * w for the first G gates and TILE rows; z [n][ld].
template <int G, int ALL>
static __device__ __forceinline__ void multiplyGates(float (&a)[ALL][TILE], const Column& w, const float* z, unsigned ld,
                                                     unsigned n) {
#pragma unroll 2
  for (unsigned k = 0; k < n; k++) {
    const float4 low = *(const float4*)(z + k * ld), high = *(const float4*)(z + k * ld + 4);
    const float row[TILE] = {low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w};
#pragma unroll
    for (int g = 0; g < G; g++) {
      const float wk = w.at[(size_t)k * w.stride + g * w.gap];
#pragma unroll
      for (int j = 0; j < TILE; j++) a[g][j] = fmaf(wk, row[j], a[g][j]);
    }
  }
}

// a[gate] += source(row of the block, k) * w for k < n; every thread of the block takes part.
template <int G, int ALL, class Source>
static __device__ __forceinline__ void product(float (&a)[ALL][TILE], const Column& w, unsigned n, const Tile& tile, bool mine,
                                               float* shared, const Source& source) {
  const unsigned ld = tile.rows + 4, most = SHARED / ld;
  for (unsigned k0 = 0; k0 < n; k0 += most) {
    const unsigned part = least(most, n - k0);
    __syncthreads();  // what the source reads is written, and what lay here has been read
#pragma unroll 1
    for (unsigned r = threadIdx.x / 32; r < tile.rows; r += THREADS / 32)
#pragma unroll 1
      for (unsigned k = threadIdx.x % 32; k < part; k += 32) shared[k * ld + r] = source(r, k0 + k);
    __syncthreads();
    if (mine) multiplyGates<G>(a, {w.at + (size_t)k0 * w.stride, w.stride, w.gap}, shared + tile.row, ld, part);
  }
}

// What a block computes of a layer's direction: the samples [first, first + rows of its tile).
struct Block {
  unsigned first, count;
  Tile tile;
  float* shared;
};

static __device__ __forceinline__ Block blockOf(const Lane& lane, const Place& p, float* shared) {
  const Tile tile = tileOf(p.d.units);
  return {blockIdx.x * tile.rows, lane.pieces[lane.piece].count, tile, shared};
}

static __device__ __forceinline__ float* gatesOf(const Lane& lane, const Place& p, unsigned t, unsigned b) {
  return lane.memory + p.d.gates + ((size_t)t * lane.rows + b) * gateCount(lane) * p.d.units;
}

static __device__ __forceinline__ float* outOf(const Lane& lane, const Place& p, unsigned t, unsigned b) {
  const Layer& own = lane.layer[p.layer];
  return lane.memory + own.out + ((size_t)t * lane.rows + b) * own.width + p.side * p.d.units;
}

// Puts a thread's sums for gate `gate` where that gate lies; they are read one by one, which makes less code.
static __device__ __forceinline__ void putSums(const Lane& lane, const Place& p, const Block& block, unsigned t, unsigned u,
                                               unsigned gate, const float (&a)[TILE]) {
  const unsigned b = block.first + block.tile.row, step = gateCount(lane) * p.d.units;
  float* to = gatesOf(lane, p, t, b) + gate * p.d.units + u;
#pragma unroll
  for (int j = 0; j < TILE; j++)
    if (b + j < block.count) to[(size_t)j * step] = a[j];
}

// The gradient by h of the step before, on its way back.
static __device__ __forceinline__ float* carriedOf(const Lane& lane, const Place& p, unsigned b) {
  return lane.memory + p.d.states + (size_t)b * p.d.units;
}

// Adds a gradient by the state as it entered the product.
static __device__ __forceinline__ void carry(const Lane& lane, const Place& p, unsigned b, unsigned u, float dh) {
  carriedOf(lane, p, b)[u] += p.d.stateMask ? dh * lane.memory[p.d.stateMask + (size_t)b * p.d.units + u] : dh;
}

static __device__ __forceinline__ bool isOver(const Lane& lane, unsigned t, unsigned b) {
  return t >= lengthOf(lane, lane.samples[lane.pieces[lane.piece].from + b]);
}

// dh += da W^T for unit u and the gates' columns [from, from + n) of step t.
static __device__ __forceinline__ void productBack(const Lane& lane, const Place& p, const Block& block, unsigned t, bool mine,
                                                   unsigned u, unsigned from, unsigned n, float (&dh)[1][TILE]) {
  const unsigned depth = p.d.inputs + p.d.units;
  const float* w = lane.memory + p.d.transposed + (size_t)from * depth + p.d.inputs + u;
  product<1>(dh, {w, depth, 0}, n, block.tile, mine, block.shared, [&](unsigned r, unsigned k) {
    return block.first + r < block.count ? gatesOf(lane, p, t, block.first + r)[from + k] : 0.0f;
  });
}
