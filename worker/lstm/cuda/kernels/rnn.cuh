// The simple recurrent cell (Elman 1990): h(t) = tanh([x, m h(t-1), 1] W), through time and back.
#pragma once
#include "cells.cuh"

struct Rnn {
  enum { KIND = RNN };

  template <class Block>
  static __device__ __forceinline__ void forward(const Lane& lane, const Place& p, const Block& block, unsigned t) {
    const unsigned units = p.d.units, depth = p.d.inputs + units;
    const float* w = vectorOf(lane, WEIGHTS) + p.d.offset;
    for (unsigned base = 0; base < units; base += block.columns) {
      float a[1][Block::OWN];
#pragma unroll
      for (int i = 0; i < Block::OWN; i++)
        a[0][i] = block.owns(base, i, units) ? w[(size_t)depth * units + block.column(base, i)] : 0.0f;
      block.template product<1>(a, Matrix{w, units, 0}, base, units, depth, [&](unsigned b, unsigned k) {
        return zOf(lane, p, t, b, lane.samples[lane.pieces[lane.piece].from + b], k);
      });
      putSums(lane, p, block, base, t, 0, a[0]);
      eachOwn(block, base, units, [&](unsigned b, unsigned u) {
        outOf(lane, p, t, b)[u] = isOver(lane, t, b) ? heldOf(lane, p, t, b, u) : tanh_(gatesOf(lane, p, t, b)[u]);
      });
    }
  }

  // da = dh (1 - h^2)
  static __device__ void differentiate(const Lane& lane, const Place& p, unsigned t, unsigned b, unsigned u, bool end) {
    float* carried = carriedOf(lane, p, b) + u;
    const float dh = (end ? 0.0f : *carried) + fromAbove(lane, p, t, b, u, end), h = outOf(lane, p, t, b)[u];
    const bool over = isOver(lane, t, b);
    gatesOf(lane, p, t, b)[u] = over ? 0.0f : dh * (1.0f - h * h);
    *carried = over ? dh : 0.0f;
  }

  template <class Block>
  static __device__ __forceinline__ void backward(const Lane& lane, const Place& p, const Block& block, unsigned t) {
    backToState(lane, p, block, t, backRows(lane, p, 0), 0, p.d.units,
                [&](unsigned b, unsigned u, float dh) { carry(lane, p, b, u, dh); });
  }
};
