// The gated recurrent unit (Cho et al. 2014), gate order z, r, n, the state reset before its product as in Keras
// (`reset_after: false`):  [z r] = sigmoid([x, m h, 1] W[z r]);  n = tanh([x, r m h, 1] W[n]);  h' = z h + (1-z) n
#pragma once
#include "cells.cuh"

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

// dr = d m h r(1-r) with d, the gradient by r m h, of which d r goes on to the state.
static __device__ void gruDifferentiateReset(const Lane& lane, const Place& p, unsigned t, unsigned b, unsigned u, float d) {
  float* gate = gatesOf(lane, p, t, b) + p.d.units + u;
  const float r = *gate;
  *gate = d * stateOf(lane, p, t, b, u) * (r * (1.0f - r));
  carry(lane, p, b, u, d * r);
}

struct Gru {
  enum { KIND = GRU };

  // The products of z and r, and that of n with the inputs.
  template <class Block>
  static __device__ __forceinline__ void gates(const Lane& lane, const Place& p, const Block& block, unsigned t, unsigned base,
                                               float (&a)[3][Block::OWN]) {
    const unsigned units = p.d.units, inputs = p.d.inputs;
    const float* w = vectorOf(lane, WEIGHTS) + p.d.offset;
    const Matrix all = {w, 3 * units, units};
#pragma unroll
    for (int i = 0; i < Block::OWN; i++) {
      float bias[3] = {};
      if (block.owns(base, i, units)) all.get<3>(inputs + units, block.column(base, i), bias);
#pragma unroll
      for (int g = 0; g < 3; g++) a[g][i] = bias[g];
    }
    block.template product<3>(a, all, base, units, inputs, [&](unsigned b, unsigned k) {
      return inputOf(lane, p, t, b, lane.samples[lane.pieces[lane.piece].from + b], k);
    });
    block.template product<2>(a, Matrix{w + (size_t)inputs * 3 * units, 3 * units, units}, base, units, units,
                              [&](unsigned b, unsigned k) { return stateOf(lane, p, t, b, k); });
  }

  template <class Block>
  static __device__ __forceinline__ void forward(const Lane& lane, const Place& p, const Block& block, unsigned t) {
    const unsigned units = p.d.units;
    for (unsigned base = 0; base < units; base += block.columns) {
      float a[3][Block::OWN];
      gates(lane, p, block, t, base, a);
#pragma unroll
      for (int g = 0; g < 3; g++) putSums(lane, p, block, base, t, g, a[g]);
      eachOwn(block, base, units, [&](unsigned b, unsigned u) { gruReset(lane, p, t, b, u); });
    }
    const Matrix w = {vectorOf(lane, WEIGHTS) + p.d.offset + (size_t)p.d.inputs * 3 * units + 2 * units, 3 * units, 0};
    for (unsigned base = 0; base < units; base += block.columns) {
      float n[1][Block::OWN];
#pragma unroll
      for (int i = 0; i < Block::OWN; i++)
        n[0][i] = block.owns(base, i, units) ? gatesOf(lane, p, t, block.row(i))[2 * units + block.column(base, i)] : 0.0f;
      block.template product<1>(n, w, base, units, units,
                                [&](unsigned b, unsigned k) { return resetsOf(lane, p, t, b)[k]; });
      putSums(lane, p, block, base, t, 2, n[0]);
      eachOwn(block, base, units, [&](unsigned b, unsigned u) { gruActivate(lane, p, t, b, u); });
    }
  }

  // dz = dh (h - n) z(1-z);  dn = dh (1-z)(1-n^2);  carried: dh z. What came before the first step is 0, and so is its dr.
  static __device__ void differentiate(const Lane& lane, const Place& p, unsigned t, unsigned b, unsigned u, bool end) {
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

  template <class Block>
  static __device__ __forceinline__ void backward(const Lane& lane, const Place& p, const Block& block, unsigned t) {
    const unsigned units = p.d.units;
    backToState(lane, p, block, t, backRows(lane, p, 2 * units), 2 * units, units,
                [&](unsigned b, unsigned u, float d) { gruDifferentiateReset(lane, p, t, b, u, d); });
    backToState(lane, p, block, t, backRows(lane, p, 0), 0, 2 * units,
                [&](unsigned b, unsigned u, float dh) { carry(lane, p, b, u, dh); });
  }
};
