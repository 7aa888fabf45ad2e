// The unit of an LSTM (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000): what comes between its
// products, forward and back.
#pragma once
#include "inputs.cuh"
#include "math.cuh"

// From the sums to h(t): c(t) = f c(t-1) + i g, h = o tanh c. A sample that is over keeps its c and h.
static __device__ void activate(const Lane& lane, const Place& p, unsigned t, unsigned b, unsigned u, const float4& a) {
  const Layer& own = lane.layer[p.layer];
  const size_t row = (size_t)t * lane.rows + b, at = row * p.d.units + u;
  const size_t back = p.side ? row + lane.rows : row - lane.rows;
  const bool begins = isFirst(lane, p.side, t);
  float* cells = lane.memory + p.d.cells;
  float* out = lane.memory + own.out + p.side * p.d.units + u;
  const float before = begins ? 0.0f : cells[back * p.d.units + u];
  if (t >= lengthOf(lane, lane.samples[lane.pieces[lane.piece].from + b])) {
    cells[at] = before;
    out[row * own.width] = begins ? 0.0f : out[back * own.width];
    return;
  }
  const float4 gates = make_float4(sigmoid(a.x), sigmoid(a.y), tanh_(a.z), sigmoid(a.w));
  const float c = fmaf(gates.y, before, gates.x * gates.z);
  ((float4*)(lane.memory + p.d.gates))[at] = gates;
  cells[at] = c;
  out[row * own.width] = gates.w * tanh_(c);
}

// Turns the gates of step t into their gradients and carries on those of h and c; `end`: the last step computed forward.
static __device__ void differentiate(const Lane& lane, const Place& p, unsigned t, unsigned b, unsigned u, bool end) {
  const size_t row = (size_t)t * lane.rows + b, at = row * p.d.units + u;
  float4* gates = (float4*)(lane.memory + p.d.gates) + at;
  const float* cells = lane.memory + p.d.cells;
  float2* state = (float2*)(lane.memory + p.d.states) + (size_t)b * p.d.units + u;
  const float2 later = end ? make_float2(0, 0) : *state;
  const float dh = later.x + fromAbove(lane, p, t, b, u, end);
  if (t >= lengthOf(lane, lane.samples[lane.pieces[lane.piece].from + b])) {
    *gates = make_float4(0, 0, 0, 0);
    *state = make_float2(dh, later.y);
    return;
  }
  const size_t back = p.side ? row + lane.rows : row - lane.rows;
  const float before = isFirst(lane, p.side, t) ? 0.0f : cells[back * p.d.units + u];
  const float4 q = *gates;
  const float th = tanh_(cells[at]), dc = fmaf(dh * q.w, 1.0f - th * th, later.y);
  *gates = make_float4(dc * q.z * (q.x * (1.0f - q.x)), dc * before * (q.y * (1.0f - q.y)), dc * q.x * (1.0f - q.z * q.z),
                       dh * th * (q.w * (1.0f - q.w)));
  *state = make_float2(0.0f, dc * q.y);
}

// Adds what comes back through the state's product to the gradient by h of the step before.
static __device__ void carryBack(const Lane& lane, const Place& p, unsigned b, unsigned u, float dh) {
  const size_t at = (size_t)b * p.d.units + u;
  float2* state = (float2*)(lane.memory + p.d.states) + at;
  state->x += p.d.stateMask ? dh * lane.memory[p.d.stateMask + at] : dh;
}
