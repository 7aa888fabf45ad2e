// A layer through time and back, for any cell and either kind of block. What a thread hands to another between products
// lies in the lane's memory.
#pragma once
#include "product.cuh"

static __device__ __forceinline__ float* gatesOf(const Lane& lane, const Place& p, unsigned t, unsigned b) {
  return lane.memory + p.d.gates + ((size_t)t * lane.rows + b) * gateCount(lane) * p.d.units;
}

static __device__ __forceinline__ float* outOf(const Lane& lane, const Place& p, unsigned t, unsigned b) {
  const Layer& own = lane.layer[p.layer];
  return lane.memory + own.out + ((size_t)t * lane.rows + b) * own.width + p.side * p.d.units;
}

static __device__ __forceinline__ bool isOver(const Lane& lane, unsigned t, unsigned b) {
  return t >= lengthOf(lane, lane.samples[lane.pieces[lane.piece].from + b]);
}

// The gradient by h of the step before, on its way back.
static __device__ __forceinline__ float* carriedOf(const Lane& lane, const Place& p, unsigned b) {
  return lane.memory + p.d.states + (size_t)b * p.d.units;
}

// Adds a gradient by the state as it entered the product.
static __device__ __forceinline__ void carry(const Lane& lane, const Place& p, unsigned b, unsigned u, float dh) {
  carriedOf(lane, p, b)[u] += p.d.stateMask ? dh * lane.memory[p.d.stateMask + (size_t)b * p.d.units + u] : dh;
}

// act(sample, unit) for what a thread owns of the round from `base` on; one by one, which makes less code.
template <class Block, class Act>
static __device__ __forceinline__ void eachOwn(const Block& block, unsigned base, unsigned units, const Act& act) {
#pragma unroll 1
  for (int i = 0; i < Block::OWN; i++)
    if (block.owns(base, i, units)) act(block.row(i), block.column(base, i));
}

// Puts a thread's sums for gate `gate` where that gate lies.
template <class Block>
static __device__ __forceinline__ void putSums(const Lane& lane, const Place& p, const Block& block, unsigned base, unsigned t,
                                               unsigned gate, const float (&a)[Block::OWN]) {
#pragma unroll
  for (int i = 0; i < Block::OWN; i++)
    if (block.owns(base, i, p.d.units))
      gatesOf(lane, p, t, block.row(i))[gate * p.d.units + block.column(base, i)] = a[i];
}

// W^T for the gates' columns from `from` on, to the states; of cells whose gates lie one after the other.
static __device__ __forceinline__ Matrix backRows(const Lane& lane, const Place& p, unsigned from) {
  const unsigned depth = p.d.inputs + p.d.units;
  return {lane.memory + p.d.transposed + (size_t)from * depth + p.d.inputs, depth, 0};
}

// use(sample, unit, sum) with sum = da W^T over the gates' columns [from, from + n) of step t, for each state before it.
template <class Block, class Weights, class Use>
static __device__ __forceinline__ void backToState(const Lane& lane, const Place& p, const Block& block, unsigned t,
                                                   const Weights& w, unsigned from, unsigned n, const Use& use) {
  for (unsigned base = 0; base < p.d.units; base += block.columns) {
    float sums[1][Block::OWN] = {};
    const auto gate = [&](unsigned b, unsigned k) { return gatesOf(lane, p, t, b)[from + k]; };
    block.template product<1>(sums, w, base, p.d.units, n, gate, base > 0);
#pragma unroll
    for (int i = 0; i < Block::OWN; i++)
      if (block.owns(base, i, p.d.units)) use(block.row(i), block.column(base, i), sums[0][i]);
  }
}

// A layer's direction forward: all steps of a block's samples.
template <class Cell, class Block>
static __device__ __forceinline__ void forwardOf(const Lane* lanes, unsigned layer) {
  __shared__ float4 shared[SHARED / 4];
  const Lane& lane = lanes[blockIdx.y];
  if (!atWork(lane) || !has(lane, Cell::KIND, layer, blockIdx.z)) return;
  const Place p = placeOf(lane, layer, blockIdx.z);
  const Block block(p.d.units, lane.pieces[lane.piece].count, (float*)shared);
  if (block.first >= block.count) return;
  for (unsigned s = 0; s < lane.window; s++) Cell::forward(lane, p, block, p.side ? lane.window - 1 - s : s);
}

// And back: from the gradients by the states to those by the gates' sums.
template <class Cell, class Block>
static __device__ __forceinline__ void backwardOf(const Lane* lanes, unsigned layer) {
  __shared__ float4 shared[SHARED / 4];
  const Lane& lane = lanes[blockIdx.y];
  if (!trains(lane) || !has(lane, Cell::KIND, layer, blockIdx.z)) return;
  const Place p = placeOf(lane, layer, blockIdx.z);
  const Block block(p.d.units, lane.pieces[lane.piece].count, (float*)shared);
  if (block.first >= block.count) return;
  for (unsigned s = lane.window; s-- > 0;) {
    const unsigned t = p.side ? lane.window - 1 - s : s;
    for (unsigned base = 0; base < p.d.units; base += block.columns)
      eachOwn(block, base, p.d.units, [&](unsigned b, unsigned u) { Cell::differentiate(lane, p, t, b, u, s + 1 == lane.window); });
    if (s > 0) Cell::backward(lane, p, block, t);
  }
}
