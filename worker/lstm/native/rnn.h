// The simple recurrent cell (Elman 1990); its gate is h itself.
#pragma once
#include "gates.h"
#include "recurrent.h"

// h(s) = tanh([x(s), h(s-1)] * W)
INLINE void rnn_tile(const int R, const Network *n, const Direction *d, const Outlet *out, int s, int p, int r0) {
  vf a[TALL1][4];
  const Block *k = &d->blocks[0];
  multiply(R, 1, a, z_of(n, d, s) + (size_t)r0 * d->ldz, d->ldz, k->w + (size_t)p * panel_floats(k), k->inputs);
  float *states = d->gates[0] + row_of(n, d, s, p, r0, VW);
  for (int r = 0; r < R; r++) {
    vf h = tanh_(a[r][0]);
    if (is_over(n, d, s, r0 + r)) h = s ? load(states + r * VW - row_of(n, d, 1, 0, 0, VW)) : zero();
    store(states + r * VW, h);
    emit(out, r0 + r, p, h);
  }
}

static void rnn_forward(const Network *n, const Direction *d) {
  for (int s = 0; s < n->window; s++) {
    const Outlet out = outlet_of(n, d, s);
    for (int p = 0; p < d->panels; p++) TILES(TALL1, n->batch, rnn_tile(R, n, d, &out, s, p, r0))
  }
}

// da = dh (1 - h^2)
INLINE void rnn_differentiate(const Network *n, const Direction *d, const Inlet *in, int s, int p) {
  float *states = d->gates[0] + row_of(n, d, s, p, 0, VW);
  for (int b = 0; b < n->batch; b++, states += VW) {
    const vf dh = gradient_of_output(in, b, p), h = load(states);
    const int over = is_over(n, d, s, b);
    if (in->held) store(in->held + ((size_t)p * n->batch + b) * VW, over ? dh : zero());
    store(states, over ? zero() : dh * (set1(1) - h * h));
  }
}

static void rnn_backward(const Network *n, const Direction *d) {
  if (n->short_samples) memset(d->held, 0, (size_t)n->batch * d->padded * sizeof(float));
  for (int s = n->window - 1, until = n->window; s >= 0; s--) {
    const Inlet in = inlet_of(n, d, s);
    for (int p = 0; p < d->panels; p++) rnn_differentiate(n, d, &in, s, p);
    bias_gradient(&d->blocks[0], d->gates[0] + row_of(n, d, s, 0, 0, VW), n->batch);
    project_back(n, d, 0, s, 0);
    until = gather_gradient(n, d, s, until);
  }
}
