// The gradient for the layer below, of cells whose gates lie one after the other.
#pragma once
#include "product.cuh"

// What `below` does for an LSTM. Row r of the block's is sample r % count at step r / count.
extern "C" __global__ void __launch_bounds__(THREADS) belowRows(const Lane* lanes, unsigned layer) {
  __shared__ float4 shared[SHARED / 4];
  const Lane& lane = lanes[blockIdx.y];
  if (!trains(lane) || lane.cell == LSTM || !has(lane, layer, 0)) return;
  const unsigned width = lane.layer[layer - 1].width, count = lane.pieces[lane.piece].count, all = lane.window * count;
  const Tile tile = tileOf(width);
  const unsigned first = blockIdx.x * tile.rows;
  if (first >= all) return;
  float* dout = lane.memory + lane.layer[layer - 1].dout;
  for (unsigned k = tile.column; k - tile.column < width; k += tile.columns) {
    const bool mine = tile.busy && k < width;
    float dx[1][TILE] = {};
    for (unsigned side = 0; side < lane.directions; side++) {
      const Direction& d = lane.direction[2 * layer + side];
      const unsigned columns = gateCount(lane) * d.units;
      const float* gates = lane.memory + d.gates;
      product<1>(dx, {lane.memory + d.transposed + k, d.inputs + d.units, 0}, columns, tile, mine, (float*)shared,
                 [&](unsigned i, unsigned j) {
                   const unsigned r = first + i;
                   return r < all ? gates[((size_t)(r / count) * lane.rows + r % count) * columns + j] : 0.0f;
                 });
    }
#pragma unroll
    for (int j = 0; j < TILE; j++) {
      const unsigned r = first + tile.row + j;
      if (mine && r < all) dout[((size_t)(r / count) * lane.rows + r % count) * width + k] = dx[0][j];
    }
  }
}
