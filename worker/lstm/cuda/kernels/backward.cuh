// One layer of an LSTM backward through time, and the gradient it hands to the layer below.
#pragma once
#include "lstm.cuh"

// Where the gates' gradients [v0, v0 + n) of the block's rows come from: row r is sample r % count at step r / count,
// or sample r at step `t`.
struct Rows {
  unsigned first, end, count;
  unsigned t;
  bool oneStep;
};

static __device__ void stageGates(const Lane& lane, const Direction& d, const Rows& rows, unsigned n, unsigned v0,
                                  unsigned v, float4* to, unsigned ld) {
  const float4* gates = (const float4*)(lane.memory + d.gates);
  for (unsigned i = threadIdx.x / 32; i < n; i += THREADS / 32) {
    const unsigned r = rows.first + i, t = rows.oneStep ? rows.t : r / rows.count, b = rows.oneStep ? r : r % rows.count;
    for (unsigned k = threadIdx.x % 32; k < v; k += 32)
      to[k * ld + i] = r < rows.end ? gates[((size_t)t * lane.rows + b) * d.units + v0 + k] : make_float4(0, 0, 0, 0);
  }
}

// dz += da * W^T for one column and TILE rows; every thread of the block takes part.
static __device__ void multiplyBack(const Lane& lane, const Direction& d, const Rows& rows, const Tile& tile, bool mine,
                                    unsigned column, float4* shared, float (&dz)[TILE]) {
  const unsigned ld = tile.rows + 1, most = SHARED / 4 / ld, depth = d.inputs + d.units;
  const float4* w = (const float4*)(lane.memory + d.transposed) + column;
  for (unsigned v0 = 0; v0 < d.units; v0 += most) {
    const unsigned n = least(most, d.units - v0);
    __syncthreads();  // the gradients of the gates are written, and what lay here has been read
    stageGates(lane, d, rows, tile.rows, v0, n, shared, ld);
    __syncthreads();
    if (!mine) continue;
#pragma unroll 2
    for (unsigned v = 0; v < n; v++) {
      const float4 wv = w[(size_t)(v0 + v) * depth];
#pragma unroll
      for (int j = 0; j < TILE; j++) dz[j] = addDot(dz[j], wv, shared[v * ld + tile.row + j]);
    }
  }
}

extern "C" __global__ void __launch_bounds__(THREADS) backward(const Lane* lanes, unsigned layer) {
  __shared__ float4 shared[SHARED / 4];
  const Lane& lane = lanes[blockIdx.y];
  if (!trains(lane) || !has(lane, LSTM, layer, blockIdx.z)) return;
  const Place p = placeOf(lane, layer, blockIdx.z);
  const Tile tile = tileOf(p.d.units);
  const unsigned count = lane.pieces[lane.piece].count, first = blockIdx.x * tile.rows;
  if (first >= count) return;
  for (unsigned s = lane.window; s-- > 0;) {
    const unsigned t = p.side ? lane.window - 1 - s : s;
    for (unsigned u = tile.column; tile.busy && u < p.d.units; u += tile.columns)
      for (unsigned b = first + tile.row; b < least(count, first + tile.row + TILE); b++)
        differentiate(lane, p, t, b, u, s + 1 == lane.window);
    if (s == 0) break;
    for (unsigned u = tile.column; u - tile.column < p.d.units; u += tile.columns) {
      const bool mine = tile.busy && u < p.d.units;
      float dh[TILE] = {};
      multiplyBack(lane, p.d, {first, count, count, t, true}, tile, mine, p.d.inputs + u, shared, dh);
#pragma unroll
      for (int j = 0; j < TILE; j++)
        if (mine && first + tile.row + j < count) carryBack(lane, p, first + tile.row + j, u, dh[j]);
    }
  }
}

// The gradient by the outputs of the layer below `layer`, at all steps, from both directions. (belowRows is that of other cells.)
extern "C" __global__ void __launch_bounds__(THREADS) below(const Lane* lanes, unsigned layer) {
  __shared__ float4 shared[SHARED / 4];
  const Lane& lane = lanes[blockIdx.y];
  if (!trains(lane) || !has(lane, LSTM, layer, 0)) return;
  const unsigned width = lane.layer[layer - 1].width, count = lane.pieces[lane.piece].count, all = lane.window * count;
  const Tile tile = tileOf(width);
  const Rows rows = {blockIdx.x * tile.rows, all, count, 0, false};
  if (rows.first >= all) return;
  float* dout = lane.memory + lane.layer[layer - 1].dout;
  for (unsigned k = tile.column; k - tile.column < width; k += tile.columns) {
    const bool mine = tile.busy && k < width;
    float dx[TILE] = {};
    for (unsigned side = 0; side < lane.directions; side++)
      multiplyBack(lane, lane.direction[2 * layer + side], rows, tile, mine, k, shared, dx);
#pragma unroll
    for (int j = 0; j < TILE; j++) {
      const unsigned r = rows.first + tile.row + j;
      if (mine && r < all) dout[((size_t)(r / count) * lane.rows + r % count) * width + k] = dx[j];
    }
  }
}
