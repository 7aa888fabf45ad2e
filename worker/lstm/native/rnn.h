// The simple recurrent cell (Elman 1990); its gate is h itself.
#pragma once
#include "gates.h"
#include "recurrent.h"

// h(s) = tanh([x(s), h(s-1)] * W)
static void rnn_forward(const Network *n, const Direction *d) {
  const size_t step = row_of(n, d, 1, 0, 0, VW);
  for (int s = 0; s < n->window; s++) {
    const Outlet out = outlet_of(n, d, s);
    float *states = d->gates[0] + row_of(n, d, s, 0, 0, VW);
    forward_product(&d->blocks[0], z_of(n, d, s), d->ldz, n->batch, states);
    for (int p = 0; p < d->panels; p++)
      for (int b = 0; b < n->batch; b++, states += VW) {
        vf h = tanh_(load(states));
        if (is_over(n, d, s, b)) h = s ? load(states - step) : zero();
        store(states, h);
        emit(&out, b, p, h);
      }
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
