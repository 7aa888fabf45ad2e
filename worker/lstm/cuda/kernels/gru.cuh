// The gated recurrent unit (Cho et al. 2014), gate order z, r, n, the state reset before its product as in Keras
// (`reset_after: false`):  [z r] = sigmoid([x, m h, 1] W[z r]);  n = tanh([x, r m h, 1] W[n]);  h' = z h + (1-z) n
#pragma once
#include "product.cuh"

static __device__ __forceinline__ float* resetsOf(const Lane& lane, const Place& p, unsigned t, unsigned b) {
  return lane.memory + p.d.cells + ((size_t)t * lane.rows + b) * p.d.units;
}

// From the sums of z and r to the gates, and the state reset.
static __device__ void gruReset(const Lane& lane, const Place& p, unsigned t, unsigned b, unsigned u) {
  float* gates = gatesOf(lane, p, t, b) + u;
  const float r = sigmoid(gates[p.d.units]);
  gates[0] = sigmoid(gates[0]);
  gates[p.d.units] = r;
  resetsOf(lane, p, t, b)[u] = r * stateOf(lane, p, t, b, u);
}

// From the sum of n to n and h(t). A sample that is over keeps its h.
static __device__ void gruActivate(const Lane& lane, const Place& p, unsigned t, unsigned b, unsigned u) {
  float* gates = gatesOf(lane, p, t, b) + u;
  const float before = heldOf(lane, p, t, b, u), n = tanh_(gates[2 * p.d.units]);
  gates[2 * p.d.units] = n;
  outOf(lane, p, t, b)[u] = isOver(lane, t, b) ? before : fmaf(gates[0], before - n, n);
}

// The products of z and r, and that of n with the inputs.
static __device__ __forceinline__ void gruGates(const Lane& lane, const Place& p, const Block& block, unsigned t, bool mine,
                                                unsigned u, float (&a)[3][TILE]) {
  const unsigned units = p.d.units, inputs = p.d.inputs;
  const float* w = vectorOf(lane, WEIGHTS) + p.d.offset + u;
#pragma unroll
  for (int g = 0; g < 3; g++) {
    const float bias = mine ? w[((size_t)(inputs + units) * 3 + g) * units] : 0.0f;
#pragma unroll
    for (int j = 0; j < TILE; j++) a[g][j] = bias;
  }
  product<3>(a, {w, 3 * units, units}, inputs, block.tile, mine, block.shared, [&](unsigned r, unsigned k) {
    const unsigned b = block.first + r;
    return b < block.count ? inputOf(lane, p, t, b, lane.samples[lane.pieces[lane.piece].from + b], k) : 0.0f;
  });
  w += (size_t)inputs * 3 * units;
  product<2>(a, {w, 3 * units, units}, units, block.tile, mine, block.shared, [&](unsigned r, unsigned k) {
    return block.first + r < block.count ? stateOf(lane, p, t, block.first + r, k) : 0.0f;
  });
}

extern "C" __global__ void __launch_bounds__(THREADS) forwardGru(const Lane* lanes, unsigned layer) {
  __shared__ float4 shared[SHARED / 4];
  const Lane& lane = lanes[blockIdx.y];
  if (!atWork(lane) || !has(lane, GRU, layer, blockIdx.z)) return;
  const Place p = placeOf(lane, layer, blockIdx.z);
  const Block block = blockOf(lane, p, (float*)shared);
  if (block.first >= block.count) return;
  const unsigned units = p.d.units, first = block.first + block.tile.row;
  const float* w = vectorOf(lane, WEIGHTS) + p.d.offset + (size_t)p.d.inputs * 3 * units + 2 * units;
  for (unsigned s = 0; s < lane.window; s++) {
    const unsigned t = p.side ? lane.window - 1 - s : s;
    for (unsigned u = block.tile.column; u - block.tile.column < units; u += block.tile.columns) {
      const bool mine = block.tile.busy && u < units;
      float a[3][TILE];
      gruGates(lane, p, block, t, mine, u, a);
      if (!mine) continue;
#pragma unroll
      for (int g = 0; g < 3; g++) putSums(lane, p, block, t, u, g, a[g]);
      for (unsigned b = first; b < least(block.count, first + TILE); b++) gruReset(lane, p, t, b, u);
    }
    for (unsigned u = block.tile.column; u - block.tile.column < units; u += block.tile.columns) {
      const bool mine = block.tile.busy && u < units;
      float n[1][TILE];
#pragma unroll
      for (int j = 0; j < TILE; j++)
        n[0][j] = mine && first + j < block.count ? gatesOf(lane, p, t, first + j)[2 * units + u] : 0.0f;
      product<1>(n, {w + u, 3 * units, 0}, units, block.tile, mine, block.shared, [&](unsigned r, unsigned k) {
        return block.first + r < block.count ? resetsOf(lane, p, t, block.first + r)[k] : 0.0f;
      });
      if (!mine) continue;
      putSums(lane, p, block, t, u, 2, n[0]);
      for (unsigned b = first; b < least(block.count, first + TILE); b++) gruActivate(lane, p, t, b, u);
    }
  }
}

// dz = dh (h - n) z(1-z);  dn = dh (1-z)(1-n^2);  carried: dh z. What came before the first step is 0, and so is its dr.
static __device__ void gruDifferentiate(const Lane& lane, const Place& p, unsigned t, unsigned b, unsigned u, bool end) {
  const unsigned units = p.d.units;
  float *gates = gatesOf(lane, p, t, b) + u, *carried = carriedOf(lane, p, b) + u;
  const float dh = (end ? 0.0f : *carried) + fromAbove(lane, p, t, b, u, end);
  if (isOver(lane, t, b)) {
    gates[0] = gates[units] = gates[2 * units] = 0.0f;
    *carried = dh;
    return;
  }
  const float z = gates[0], n = gates[2 * units];
  gates[0] = dh * (heldOf(lane, p, t, b, u) - n) * (z * (1.0f - z));
  gates[2 * units] = dh * (1.0f - z) * (1.0f - n * n);
  if (isFirst(lane, p.side, t)) gates[units] = 0.0f;
  *carried = dh * z;
}

// dr = d m h r(1-r) with d, the gradient by r m h, of which d r goes on to the state.
static __device__ void gruDifferentiateReset(const Lane& lane, const Place& p, unsigned t, unsigned b, unsigned u, float d) {
  float* gate = gatesOf(lane, p, t, b) + p.d.units + u;
  const float r = *gate;
  *gate = d * stateOf(lane, p, t, b, u) * (r * (1.0f - r));
  carry(lane, p, b, u, d * r);
}

extern "C" __global__ void __launch_bounds__(THREADS) backwardGru(const Lane* lanes, unsigned layer) {
  __shared__ float4 shared[SHARED / 4];
  const Lane& lane = lanes[blockIdx.y];
  if (!trains(lane) || !has(lane, GRU, layer, blockIdx.z)) return;
  const Place p = placeOf(lane, layer, blockIdx.z);
  const Block block = blockOf(lane, p, (float*)shared);
  if (block.first >= block.count) return;
  const unsigned units = p.d.units, first = block.first + block.tile.row;
  for (unsigned s = lane.window; s-- > 0;) {
    const unsigned t = p.side ? lane.window - 1 - s : s;
    for (unsigned u = block.tile.column; block.tile.busy && u < units; u += block.tile.columns)
      for (unsigned b = first; b < least(block.count, first + TILE); b++)
        gruDifferentiate(lane, p, t, b, u, s + 1 == lane.window);
    if (s == 0) break;
    for (unsigned u = block.tile.column; u - block.tile.column < units; u += block.tile.columns) {
      const bool mine = block.tile.busy && u < units;
      float d[1][TILE] = {};
      productBack(lane, p, block, t, mine, u, 2 * units, units, d);
#pragma unroll
      for (int j = 0; j < TILE; j++)
        if (mine && first + j < block.count) gruDifferentiateReset(lane, p, t, first + j, u, d[0][j]);
    }
    for (unsigned u = block.tile.column; u - block.tile.column < units; u += block.tile.columns) {
      const bool mine = block.tile.busy && u < units;
      float dh[1][TILE] = {};
      productBack(lane, p, block, t, mine, u, 0, 2 * units, dh);
#pragma unroll
      for (int j = 0; j < TILE; j++)
        if (mine && first + j < block.count) carry(lane, p, first + j, u, dh[0][j]);
    }
  }
}
