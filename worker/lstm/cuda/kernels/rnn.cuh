// The simple recurrent cell (Elman 1990): h(t) = tanh([x, m h(t-1), 1] W), through time and back.
#pragma once
#include "product.cuh"

extern "C" __global__ void __launch_bounds__(THREADS) forwardRnn(const Lane* lanes, unsigned layer) {
  __shared__ float4 shared[SHARED / 4];
  const Lane& lane = lanes[blockIdx.y];
  if (!atWork(lane) || !has(lane, RNN, layer, blockIdx.z)) return;
  const Place p = placeOf(lane, layer, blockIdx.z);
  const Block block = blockOf(lane, p, (float*)shared);
  if (block.first >= block.count) return;
  const unsigned units = p.d.units, depth = p.d.inputs + units;
  const float* w = vectorOf(lane, WEIGHTS) + p.d.offset;
  for (unsigned s = 0; s < lane.window; s++) {
    const unsigned t = p.side ? lane.window - 1 - s : s;
    for (unsigned u = block.tile.column; u - block.tile.column < units; u += block.tile.columns) {
      const bool mine = block.tile.busy && u < units;
      float a[1][TILE];
#pragma unroll
      for (int j = 0; j < TILE; j++) a[0][j] = mine ? w[(size_t)depth * units + u] : 0.0f;
      product<1>(a, {w + u, units, 0}, depth, block.tile, mine, block.shared, [&](unsigned r, unsigned k) {
        const unsigned b = block.first + r;
        return b < block.count ? zOf(lane, p, t, b, lane.samples[lane.pieces[lane.piece].from + b], k) : 0.0f;
      });
      if (!mine) continue;
      putSums(lane, p, block, t, u, 0, a[0]);
      const unsigned first = block.first + block.tile.row;
      for (unsigned b = first; b < least(block.count, first + TILE); b++)
        outOf(lane, p, t, b)[u] = isOver(lane, t, b) ? heldOf(lane, p, t, b, u) : tanh_(gatesOf(lane, p, t, b)[u]);
    }
  }
}

// da = dh (1 - h^2)
static __device__ void rnnDifferentiate(const Lane& lane, const Place& p, unsigned t, unsigned b, unsigned u, bool end) {
  float* carried = carriedOf(lane, p, b) + u;
  const float dh = (end ? 0.0f : *carried) + fromAbove(lane, p, t, b, u, end), h = outOf(lane, p, t, b)[u];
  const bool over = isOver(lane, t, b);
  gatesOf(lane, p, t, b)[u] = over ? 0.0f : dh * (1.0f - h * h);
  *carried = over ? dh : 0.0f;
}

extern "C" __global__ void __launch_bounds__(THREADS) backwardRnn(const Lane* lanes, unsigned layer) {
  __shared__ float4 shared[SHARED / 4];
  const Lane& lane = lanes[blockIdx.y];
  if (!trains(lane) || !has(lane, RNN, layer, blockIdx.z)) return;
  const Place p = placeOf(lane, layer, blockIdx.z);
  const Block block = blockOf(lane, p, (float*)shared);
  if (block.first >= block.count) return;
  const unsigned units = p.d.units, first = block.first + block.tile.row;
  for (unsigned s = lane.window; s-- > 0;) {
    const unsigned t = p.side ? lane.window - 1 - s : s;
    for (unsigned u = block.tile.column; block.tile.busy && u < units; u += block.tile.columns)
      for (unsigned b = first; b < least(block.count, first + TILE); b++)
        rnnDifferentiate(lane, p, t, b, u, s + 1 == lane.window);
    if (s == 0) break;
    for (unsigned u = block.tile.column; u - block.tile.column < units; u += block.tile.columns) {
      const bool mine = block.tile.busy && u < units;
      float dh[1][TILE] = {};
      productBack(lane, p, block, t, mine, u, 0, units, dh);
#pragma unroll
      for (int j = 0; j < TILE; j++)
        if (mine && first + j < block.count) carry(lane, p, first + j, u, dh[0][j]);
    }
  }
}
