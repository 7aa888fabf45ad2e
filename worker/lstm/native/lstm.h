// The LSTM cell (Hochreiter & Schmidhuber 1997, with forget gate, Gers et al. 2000), gate order i, f, g, o.
#pragma once
#include "gates.h"
#include "recurrent.h"

// a = z(s) * W;  i, f, o = sigmoid(a);  g = tanh(a);  c(s) = f c(s-1) + i g;  h(s) = o tanh c(s)
// for R samples and one panel of units: from the product to h without leaving the registers.
INLINE void lstm_tile(const int R, const Network *n, const Direction *d, const Outlet *out, int s, int p, int r0) {
  vf a[TALL4][4];
  const Block *k = &d->blocks[0];
  multiply(R, 4, a, z_of(n, d, s) + (size_t)r0 * d->ldz, d->ldz, k->w + (size_t)p * panel_floats(k), k->inputs);
  float *gates = d->gates[0] + row_of(n, d, s, p, r0, 4 * VW);
  const float *before = d->cells + row_of(n, d, s, p, r0, VW);
  float *cell = d->cells + row_of(n, d, s + 1, p, r0, VW), *tanhs = d->tanhs + row_of(n, d, s, p, r0, VW);
#pragma GCC unroll 12
  for (int r = 0; r < R; r++) {
    const vf i = sigmoid(a[r][0]), f = sigmoid(a[r][1]), g = tanh_(a[r][2]), was = load(before + r * VW);
    vf o = sigmoid(a[r][3]), c = fma_(f, was, i * g), t = tanh_(c);
    if (is_over(n, d, s, r0 + r)) {  // keeps c and h
      const size_t back = row_of(n, d, 1, 0, 0, 1);
      c = was;
      t = s ? load(tanhs + r * VW - back * VW) : zero();
      o = s ? load(gates + (r * 4 + 3) * VW - back * 4 * VW) : zero();
    }
    store(gates + r * 4 * VW, i);
    store(gates + (r * 4 + 1) * VW, f);
    store(gates + (r * 4 + 2) * VW, g);
    store(gates + (r * 4 + 3) * VW, o);
    store(cell + r * VW, c);
    store(tanhs + r * VW, t);
    emit(out, r0 + r, p, o * t);
  }
}

static void lstm_forward(const Network *n, const Direction *d) {
  memset(d->cells, 0, (size_t)n->batch * d->padded * sizeof(float));
  for (int s = 0; s < n->window; s++) {
    const Outlet out = outlet_of(n, d, s);
    for (int p = 0; p < d->panels; p++) TILES(TALL4, n->batch, lstm_tile(R, n, d, &out, s, p, r0))
  }
}

// dc += dh o (1 - tanh^2 c);  di = dc g i(1-i);  df = dc c(s-1) f(1-f);  dg = dc i (1-g^2);  do = dh tanh c o(1-o);
// dc <- dc f
INLINE void lstm_differentiate(const Network *n, const Direction *d, const Inlet *in, int s, int p) {
  const vf one = set1(1);
  float *gates = d->gates[0] + row_of(n, d, s, p, 0, 4 * VW), *dc_row = d->dcells + (size_t)p * n->batch * VW;
  const float *before = d->cells + row_of(n, d, s, p, 0, VW), *tanhs = d->tanhs + row_of(n, d, s, p, 0, VW);
  for (int b = 0; b < n->batch; b++, gates += 4 * VW, dc_row += VW, before += VW, tanhs += VW) {
    const vf dh = gradient_of_output(in, b, p);
    if (in->held) {
      const int over = is_over(n, d, s, b);
      store(in->held + ((size_t)p * n->batch + b) * VW, over ? dh : zero());
      if (over) {
        memset(gates, 0, 4 * VW * sizeof(float));
        continue;
      }
    }
    const vf i = load(gates), f = load(gates + VW), g = load(gates + 2 * VW), o = load(gates + 3 * VW), t = load(tanhs);
    const vf dho = dh * o, dc = fma_(dho, one - t * t, load(dc_row));
    store(gates, dc * g * (i * (one - i)));
    store(gates + VW, dc * load(before) * (f * (one - f)));
    store(gates + 2 * VW, dc * i * (one - g * g));
    store(gates + 3 * VW, dho * t * (one - o));
    store(dc_row, dc * f);
  }
}

static void lstm_backward(const Network *n, const Direction *d) {
  const size_t states = (size_t)n->batch * d->padded * sizeof(float);
  memset(d->dcells, 0, states);
  if (n->short_samples) memset(d->held, 0, states);
  for (int s = n->window - 1, until = n->window; s >= 0; s--) {
    const Inlet in = inlet_of(n, d, s);
    for (int p = 0; p < d->panels; p++) lstm_differentiate(n, d, &in, s, p);
    bias_gradient(&d->blocks[0], d->gates[0] + row_of(n, d, s, 0, 0, 4 * VW), n->batch);
    project_back(n, d, 0, s, 0);
    until = gather_gradient(n, d, s, until);
  }
}
