// What the cells share: where outputs go and where gradients come from.
#pragma once
#include "network.h"

// The gradient of a step's outputs, and what is carried past the products.
typedef struct {
  const float *dout, *mask;  // [B][ld] or NULL
  int ld;
  const float *dstate, *kept;  // [B][padded] or NULL
  float *held;                 // [P][B][VW] or NULL
  int padded, batch;
} Inlet;

// Where the outputs of a step go: into the next layer's inputs, through the mask, and into the next step's state.
typedef struct {
  float *to[2];  // [B][ld] or NULL
  int ld;
  const float *mask;  // [B][ld_mask] or NULL
  int ld_mask;
  float *state;  // [B][ldz]
  int ldz;
  const float *kept;  // [B][padded] or NULL
  int padded;
} Outlet;

static inline int time_of(const Network *n, const Direction *d, int s) { return d->side ? n->window - 1 - s : s; }

// Whether sample b is already over at step s.
static inline int is_over(const Network *n, const Direction *d, int s, int b) {
  return n->short_samples && time_of(n, d, s) >= n->lengths[b];
}

// z of step s [B][ldz].
static inline float *z_of(const Network *n, const Direction *d, int s) { return d->z + (size_t)s * n->batch * d->ldz; }

// Row (s, p, b) of a buffer [T][P][B][width].
static inline size_t row_of(const Network *n, const Direction *d, int s, int p, int b, int width) {
  return (((size_t)s * d->panels + p) * n->batch + b) * width;
}

static Outlet outlet_of(const Network *n, const Direction *d, int s) {
  const Layer *l = &n->layer[d->layer];
  Outlet o = {{NULL, NULL}, 0, NULL, l->width, z_of(n, d, s + 1) + d->inputs, d->ldz, n->masked ? d->mask : NULL, d->padded};
  const int t = time_of(n, d, s), column = d->side * d->padded;
  if (l->last && s < n->window - 1) return o;
  if (n->masked && l->mask) o.mask = l->mask + (size_t)(l->last ? 0 : t) * n->batch * l->width + column;
  if (l->last) {
    o.to[0] = n->x + column;
    o.ld = n->dense_inputs;
  } else {
    for (int side = 0; side < n->directions; side++) {
      const Direction *up = &n->direction[(d->layer + 1) * n->directions + side];
      o.to[side] = z_of(n, up, time_of(n, up, t)) + column;
      o.ld = up->ldz;
    }
  }
  return o;
}

INLINE void emit(const Outlet *o, int b, int p, vf h) {
  const size_t at = (size_t)b * o->padded + p * VW;
  store(o->state + (size_t)b * o->ldz + p * VW, o->kept ? h * load(o->kept + at) : h);
  if (!o->to[0]) return;
  if (o->mask) h = h * load(o->mask + (size_t)b * o->ld_mask + p * VW);
  store(o->to[0] + (size_t)b * o->ld + p * VW, h);
  if (o->to[1]) store(o->to[1] + (size_t)b * o->ld + p * VW, h);
}

static Inlet inlet_of(const Network *n, const Direction *d, int s) {
  const Layer *l = &n->layer[d->layer];
  Inlet i = {NULL, NULL, l->width, NULL, n->masked ? d->mask : NULL, NULL, d->padded, n->batch};
  const size_t at = (size_t)(l->last ? 0 : time_of(n, d, s)) * n->batch * l->width + d->side * d->padded;
  if (!l->last || s == n->window - 1) {
    i.dout = l->dout + at;
    if (n->masked && l->mask) i.mask = l->mask + at;
  }
  if (s < n->window - 1) i.dstate = d->dstate;
  if (n->cell == GRU || n->short_samples) i.held = d->held;
  return i;
}

// dh of one vector of units: what the layers above want, what the next step's product wants, what is held.
INLINE vf gradient_of_output(const Inlet *i, int b, int p) {
  vf dh = zero();
  if (i->dout) {
    const size_t at = (size_t)b * i->ld + p * VW;
    dh = load(i->dout + at);
    if (i->mask) dh = dh * load(i->mask + at);
  }
  const size_t at = (size_t)b * i->padded + p * VW;
  if (i->dstate) {
    const vf d = load(i->dstate + at);
    dh = i->kept ? fma_(d, load(i->kept + at), dh) : dh + d;
  }
  return i->held ? dh + load(i->held + ((size_t)p * i->batch + b) * VW) : dh;
}

// dz of step s from block k's gates: the state's columns to dstate, the inputs' to the layer below.
static void project_back(const Network *n, const Direction *d, int k, int s, int add) {
  const Block *block = &d->blocks[k];
  const float *da = d->gates[k] + row_of(n, d, s, 0, 0, block->gates * VW);
  if (block->x_vectors) {
    const Layer *below = &n->layer[d->layer - 1];
    float *dx = below->dout + (size_t)time_of(n, d, s) * n->batch * below->width;
    back_product(block, da, n->batch, 0, block->x_vectors, dx, below->width, add || d->side);
  }
  if (s > 0 || n->cell == GRU)
    back_product(block, da, n->batch, block->x_vectors, block->h_vectors, d->dstate, d->padded, add);
}

// Steps whose gates are turned into weight gradients together, while they are in the cache.
static int steps_at_once(const Network *n) {
  const int steps = 128 / n->batch;
  return steps < 1 ? 1 : steps;
}

// After step s is done, the weight gradients of the steps [s, until), now and then; returns the new `until`.
static int gather_gradient(const Network *n, const Direction *d, int s, int until) {
  if (s > 0 && until - s < steps_at_once(n)) return until;
  for (int k = 0; k < d->count; k++) {
    const float *z = k ? d->resets + (size_t)s * n->batch * d->ldz : z_of(n, d, s);
    const float *da = d->gates[k] + row_of(n, d, s, 0, 0, d->blocks[k].gates * VW);
    weight_gradient(&d->blocks[k], z, d->ldz, da, n->batch, until - s);
  }
  return s;
}
