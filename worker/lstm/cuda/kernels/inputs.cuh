// What goes into the products: rows of the data or of the layer below, and the state of the step before; and the gradient
// that comes from above.
#pragma once
#include "lane.cuh"

// A layer's direction in one piece.
struct Place {
  unsigned layer, side;
  Direction d;
  bool masked;  // with dropout
};

static __device__ __forceinline__ Place placeOf(const Lane& lane, unsigned layer, unsigned side) {
  return {layer, side, lane.direction[2 * layer + side], (lane.pieces[lane.piece].flags & TRAIN) != 0};
}

static __device__ __forceinline__ bool isFirst(const Lane& lane, unsigned side, unsigned t) {
  return side ? t + 1 == lane.window : t == 0;
}

// Input k < inputs of sample b (number `sample` of the data) at time step t.
static __device__ float inputOf(const Lane& lane, const Place& p, unsigned t, unsigned b, unsigned sample, unsigned k) {
  if (p.layer == 0)
    return t < lengthOf(lane, sample) ? lane.values[((size_t)lane.starts[sample] + t) * p.d.inputs + k] : 0.0f;
  const Layer& below = lane.layer[p.layer - 1];
  const size_t at = ((size_t)t * lane.rows + b) * below.width + k;
  const float h = lane.memory[below.out + at];
  return p.masked && below.mask ? h * lane.memory[below.mask + at] : h;
}

// State u of the step before t.
static __device__ float heldOf(const Lane& lane, const Place& p, unsigned t, unsigned b, unsigned u) {
  if (isFirst(lane, p.side, t)) return 0.0f;
  const Layer& own = lane.layer[p.layer];
  const unsigned before = p.side ? t + 1 : t - 1;
  return lane.memory[own.out + ((size_t)before * lane.rows + b) * own.width + p.side * p.d.units + u];
}

// The same as it enters the product.
static __device__ float stateOf(const Lane& lane, const Place& p, unsigned t, unsigned b, unsigned u) {
  if (isFirst(lane, p.side, t)) return 0.0f;
  const float h = heldOf(lane, p, t, b, u);
  return p.masked && p.d.stateMask ? h * lane.memory[p.d.stateMask + (size_t)b * p.d.units + u] : h;
}

// Column k of z(t) = [x, h, 1].
static __device__ float zOf(const Lane& lane, const Place& p, unsigned t, unsigned b, unsigned sample, unsigned k) {
  if (k < p.d.inputs) return inputOf(lane, p, t, b, sample, k);
  return k < p.d.inputs + p.d.units ? stateOf(lane, p, t, b, k - p.d.inputs) : 1.0f;
}

// The gradient that reaches h(t) from above.
static __device__ float fromAbove(const Lane& lane, const Place& p, unsigned t, unsigned b, unsigned u, bool end) {
  const Layer& own = lane.layer[p.layer];
  const bool last = p.layer + 1 == lane.layers;
  if (last && !end) return 0.0f;
  const size_t at = ((size_t)(last ? 0 : t) * lane.rows + b) * own.width + p.side * p.d.units + u;
  const float dh = lane.memory[own.dout + at];
  return own.mask ? dh * lane.memory[own.mask + at] : dh;
}
