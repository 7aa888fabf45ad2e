// The gated recurrent unit (Cho et al. 2014), gate order z, r, n, the state reset before its product as in Keras
// (`reset_after: false`). Block 0 is [z r], block 1 n; `cells` keeps the states h, `held` what the update gate carries.
#pragma once
#include "gates.h"
#include "recurrent.h"

// [z r] = sigmoid([x, m h(s-1)] * W0), and the row [x, r m h(s-1)] for n.
static void gru_reset(const Network *n, const Direction *d, int s) {
  const float *z = z_of(n, d, s);
  float *resets = d->resets + (z - d->z), *gates = d->gates[0] + row_of(n, d, s, 0, 0, 2 * VW);
  forward_product(&d->blocks[0], z, d->ldz, n->batch, gates);
  for (int b = 0; b < n->batch; b++)
    memcpy(resets + (size_t)b * d->ldz, z + (size_t)b * d->ldz, d->inputs * sizeof(float));
  for (int p = 0; p < d->panels; p++)
    for (int b = 0; b < n->batch; b++, gates += 2 * VW) {
      const size_t state = (size_t)b * d->ldz + d->inputs + p * VW;
      const vf reset = sigmoid(load(gates + VW));
      store(gates, sigmoid(load(gates)));
      store(gates + VW, reset);
      store(resets + state, reset * load(z + state));
    }
}

// n = tanh([x, r m h(s-1)] * W1);  h(s) = z h(s-1) + (1-z) n
static void gru_state(const Network *n, const Direction *d, const Outlet *out, int s) {
  const float *from = d->resets + (size_t)s * n->batch * d->ldz;
  const float *update = d->gates[0] + row_of(n, d, s, 0, 0, 2 * VW), *before = d->cells + row_of(n, d, s, 0, 0, VW);
  float *gates = d->gates[1] + row_of(n, d, s, 0, 0, VW), *after = d->cells + row_of(n, d, s + 1, 0, 0, VW);
  forward_product(&d->blocks[1], from, d->ldz, n->batch, gates);
  for (int p = 0; p < d->panels; p++)
    for (int b = 0; b < n->batch; b++, gates += VW, update += 2 * VW, before += VW, after += VW) {
      const vf new = tanh_(load(gates)), was = load(before), z = load(update);
      const vf h = is_over(n, d, s, b) ? was : fma_(z, was - new, new);
      store(gates, new);
      store(after, h);
      emit(out, b, p, h);
    }
}

static void gru_forward(const Network *n, const Direction *d) {
  memset(d->cells, 0, (size_t)n->batch * d->padded * sizeof(float));
  for (int s = 0; s < n->window; s++) {
    const Outlet out = outlet_of(n, d, s);
    gru_reset(n, d, s);
    gru_state(n, d, &out, s);
  }
}

// dz = dh (h(s-1) - n) z(1-z);  dn = dh (1-z)(1-n^2);  carried: dh z
INLINE void gru_differentiate(const Network *n, const Direction *d, const Inlet *in, int s, int p) {
  const vf one = set1(1);
  float *update = d->gates[0] + row_of(n, d, s, p, 0, 2 * VW), *news = d->gates[1] + row_of(n, d, s, p, 0, VW);
  const float *before = d->cells + row_of(n, d, s, p, 0, VW);
  for (int b = 0; b < n->batch; b++, update += 2 * VW, news += VW, before += VW) {
    const vf dh = gradient_of_output(in, b, p), z = load(update), new = load(news);
    float *held = in->held + ((size_t)p * n->batch + b) * VW;
    if (is_over(n, d, s, b)) {
      memset(update, 0, 2 * VW * sizeof(float));
      memset(news, 0, VW * sizeof(float));
      store(held, dh);
      continue;
    }
    store(update, dh * (load(before) - new) * (z * (one - z)));
    store(news, dh * (one - z) * (one - new * new));
    store(held, dh * z);
  }
}

// dr = d(r m h) m h(s-1) r(1-r), and d(r m h) r, what n's product leaves to the state's gradient
static void gru_differentiate_reset(const Network *n, const Direction *d, int s) {
  const vf one = set1(1);
  for (int p = 0; p < d->panels; p++) {
    float *gates = d->gates[0] + row_of(n, d, s, p, 0, 2 * VW) + VW, *dstate = d->dstate + p * VW;
    const float *state = z_of(n, d, s) + d->inputs + p * VW;
    for (int b = 0; b < n->batch; b++, gates += 2 * VW, dstate += d->padded, state += d->ldz) {
      const vf r = load(gates), dreset = load(dstate);
      store(gates, dreset * load(state) * (r * (one - r)));
      store(dstate, dreset * r);
    }
  }
}

static void gru_backward(const Network *n, const Direction *d) {
  memset(d->held, 0, (size_t)n->batch * d->padded * sizeof(float));
  for (int s = n->window - 1, until = n->window; s >= 0; s--) {
    const Inlet in = inlet_of(n, d, s);
    for (int p = 0; p < d->panels; p++) gru_differentiate(n, d, &in, s, p);
    project_back(n, d, 1, s, 0);
    gru_differentiate_reset(n, d, s);
    project_back(n, d, 0, s, 1);
    for (int k = 0; k < 2; k++)
      bias_gradient(&d->blocks[k], d->gates[k] + row_of(n, d, s, 0, 0, d->blocks[k].gates * VW), n->batch);
    until = gather_gradient(n, d, s, until);
  }
}
