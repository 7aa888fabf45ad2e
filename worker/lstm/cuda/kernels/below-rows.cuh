// The gradient for the layer below, of cells whose gates lie one after the other.
#pragma once
#include "product.cuh"

// What `below` does for an LSTM. Row r of the block's is sample r % count at step r / count; weights(d): those of W^T.
template <class Block, class Weights>
static __device__ __forceinline__ void belowOf(const Lane& lane, unsigned layer, const Weights& weights) {
  __shared__ float4 shared[SHARED / 4];
  const unsigned width = lane.layer[layer - 1].width, count = lane.pieces[lane.piece].count;
  const Block block(width, lane.window * count, (float*)shared);
  if (block.first >= block.count) return;
  float* dout = lane.memory + lane.layer[layer - 1].dout;
  const auto rowOf = [&](unsigned r) { return (size_t)(r / count) * lane.rows + r % count; };
  for (unsigned base = 0; base < width; base += block.columns) {
    float dx[1][Block::OWN] = {};
    for (unsigned side = 0; side < lane.directions; side++) {
      const Direction& d = lane.direction[2 * layer + side];
      const unsigned columns = gateCount(lane) * d.units;
      const float* gates = lane.memory + d.gates;
      block.template product<1>(dx, weights(d), base, width, columns,
                                [&](unsigned r, unsigned j) { return gates[rowOf(r) * columns + j]; });
    }
#pragma unroll
    for (int i = 0; i < Block::OWN; i++)
      if (block.owns(base, i, width)) dout[rowOf(block.row(i)) * width + block.column(base, i)] = dx[0][i];
  }
}

template <class Block>
static __device__ __forceinline__ void belowRowsOf(const Lane* lanes, unsigned layer) {
  const Lane& lane = lanes[blockIdx.y];
  if (!trains(lane) || lane.cell == LSTM || !has(lane, layer, 0)) return;
  belowOf<Block>(lane, layer, [&](const Direction& d) { return Matrix{lane.memory + d.transposed, d.inputs + d.units, 0}; });
}
