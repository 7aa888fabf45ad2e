// One update of all weights w by their gradients g, and what comes before it. The formulas of ../kernels/optimizers.ts.
#pragma once
#include "network.h"

// What ../native-network.ts passes: penalties, then the rule's code and its numbers for this step, which are those of
// worker/protocol/optimizers.ts, in their order.
typedef struct {
  double l2, kept, clip_value, clip_norm;  // kept: share of the weights left by weight decay; limits may be infinite
  double code, numbers[6];
} Update;

static void sgd(size_t n, float *w, const float *g, const double *numbers) {
  const vf rate = set1(-(float)numbers[0]);
  for (size_t i = 0; i < n; i += VW) store(w + i, fma_(rate, load(g + i), load(w + i)));
}

static void momentum(size_t n, float *w, const float *g, float *v, const double *numbers) {
  const vf rate = set1(-(float)numbers[0]), mu = set1((float)numbers[1]);
  const int nesterov = numbers[2] != 0;
  for (size_t i = 0; i < n; i += VW) {
    const vf gradient = load(g + i), velocity = fma_(mu, load(v + i), gradient);
    store(v + i, velocity);
    store(w + i, fma_(rate, nesterov ? fma_(mu, velocity, gradient) : velocity, load(w + i)));
  }
}

static void adam(size_t n, float *w, const float *g, float *m, float *v, const double *numbers) {
  const vf b1 = set1((float)numbers[0]), rest1 = set1((float)(1 - numbers[0]));
  const vf b2 = set1((float)numbers[1]), rest2 = set1((float)(1 - numbers[1]));
  const vf epsilon = set1((float)numbers[2]), unbias = set1((float)numbers[3]);
  const vf share = set1((float)numbers[4]), direct = set1((float)numbers[5]);
  for (size_t i = 0; i < n; i += VW) {
    const vf gradient = load(g + i), first = fma_(b1, load(m + i), rest1 * gradient);
    const vf second = fma_(b2, load(v + i), rest2 * (gradient * gradient));
    store(m + i, first);
    store(v + i, second);
    store(w + i, load(w + i) - fma_(direct, gradient, share * first) / (sqrt_(second * unbias) + epsilon));
  }
}

static void rmsprop(size_t n, float *w, const float *g, float *s, float *v, const double *numbers) {
  const vf rate = set1((float)numbers[0]), rho = set1((float)numbers[1]), rest = set1((float)(1 - numbers[1]));
  const vf mu = set1((float)numbers[2]), epsilon = set1((float)numbers[3]);
  for (size_t i = 0; i < n; i += VW) {
    const vf gradient = load(g + i), square = fma_(rho, load(s + i), rest * (gradient * gradient));
    store(s + i, square);
    vf step = rate * gradient / sqrt_(square + epsilon);
    if (v) {
      step = fma_(mu, load(v + i), step);
      store(v + i, step);
    }
    store(w + i, load(w + i) - step);
  }
}

static void adagrad(size_t n, float *w, const float *g, float *s, const double *numbers) {
  const vf rate = set1((float)numbers[0]), epsilon = set1((float)numbers[1]);
  for (size_t i = 0; i < n; i += VW) {
    const vf gradient = load(g + i), sum = fma_(gradient, gradient, load(s + i));
    store(s + i, sum);
    store(w + i, load(w + i) - rate * gradient / sqrt_(sum + epsilon));
  }
}

static void adadelta(size_t n, float *w, const float *g, float *s, float *d, const double *numbers) {
  const vf rate = set1(-(float)numbers[0]), rho = set1((float)numbers[1]), rest = set1((float)(1 - numbers[1]));
  const vf epsilon = set1((float)numbers[2]);
  for (size_t i = 0; i < n; i += VW) {
    const vf gradient = load(g + i), square = fma_(rho, load(s + i), rest * (gradient * gradient)), moved = load(d + i);
    store(s + i, square);
    const vf step = sqrt_(moved + epsilon) / sqrt_(square + epsilon) * gradient;
    store(d + i, fma_(rho, moved, rest * (step * step)));
    store(w + i, fma_(rate, step, load(w + i)));
  }
}

static void lion(size_t n, float *w, const float *g, float *m, const double *numbers) {
  const float rate = (float)numbers[0];
  const vf b1 = set1((float)numbers[1]), rest1 = set1((float)(1 - numbers[1]));
  const vf b2 = set1((float)numbers[2]), rest2 = set1((float)(1 - numbers[2]));
  for (size_t i = 0; i < n; i += VW) {
    const vf gradient = load(g + i), momentum = load(m + i);
    float push[VW];
    store(push, fma_(b1, momentum, rest1 * gradient));
    for (int j = 0; j < VW; j++) w[i + j] -= rate * (push[j] > 0 ? 1 : push[j] < 0 ? -1 : push[j]);  // NaN stays NaN
    store(m + i, fma_(b2, momentum, rest2 * gradient));
  }
}

static void optimize(Network *n, const Update *u) {
  float *w = n->vectors[0], *g = n->vectors[1], *first = n->vectors[2], *second = n->vectors[3];
  switch ((int)u->code) {
    case 0: sgd(n->weights, w, g, u->numbers); break;
    case 1: momentum(n->weights, w, g, first, u->numbers); break;
    case 2: adam(n->weights, w, g, first, second, u->numbers); break;
    case 3: rmsprop(n->weights, w, g, first, second, u->numbers); break;
    case 4: adagrad(n->weights, w, g, first, u->numbers); break;
    case 5: adadelta(n->weights, w, g, first, second, u->numbers); break;
    case 6: lion(n->weights, w, g, first, u->numbers); break;
  }
}

// x = min(max(factor x, -limit), limit); NaN stays NaN.
static void scale_and_clamp(size_t n, double factor, double limit, float *x) {
  const vf by = set1((float)factor), high = set1((float)limit), low = set1(-(float)limit);
  for (size_t i = 0; i < n; i += VW) store(x + i, min_(high, max_(low, by * load(x + i))));
}

static double sum_squares(size_t n, const float *x) {
  double sums[VW] = {0}, sum = 0;
  for (size_t i = 0; i < n; i += VW)
    for (int j = 0; j < VW; j++) sums[j] += (double)x[i + j] * x[i + j];
  for (int j = 0; j < VW; j++) sum += sums[j];
  return sum;
}

// Sum of squares of the gradient of a block's rows [from, to).
static double block_squares(const Block *k, int from, int to) {
  const size_t width = (size_t)k->gates * VW;
  double sum = 0;
  for (int p = 0; p < k->panels; p++)
    sum += sum_squares((to - from) * width, k->dw + (size_t)p * panel_floats(k) + from * width);
  return sum;
}

// Of each weight's gradient, in the order of the flat vector: kernel, recurrent, bias of each direction, then of the
// output layer (kernel, bias).
static void measure(const Network *n, double *squares) {
  for (int i = 0; i < n->layers * n->directions; i++, squares += 3) {
    const Direction *d = &n->direction[i];
    squares[0] = squares[1] = squares[2] = 0;
    for (int k = 0; k < d->count; k++) {
      const Block *block = &d->blocks[k];
      squares[0] += block_squares(block, 0, d->inputs);
      squares[1] += block_squares(block, d->inputs, block->inputs);
      squares[2] += block_squares(block, block->inputs, block->inputs + 1);
    }
  }
  squares[0] = block_squares(&n->dense, 0, n->dense.inputs);
  squares[1] = block_squares(&n->dense, n->dense.inputs, n->dense.inputs + 1);
}

// Kernels, not biases: g += 2 l2 w, then (not both at once) w *= kept.
static void decay_block(const Block *k, double l2, double kept) {
  const size_t size = (size_t)k->inputs * k->gates * VW;
  const vf by = set1((float)(2 * l2));
  for (int p = 0; p < k->panels; p++) {
    float *w = k->w + (size_t)p * panel_floats(k), *g = k->dw + (size_t)p * panel_floats(k);
    if (kept < 1) scale_and_clamp(size, kept, INFINITY, w);
    if (l2 > 0)
      for (size_t i = 0; i < size; i += VW) store(g + i, fma_(by, load(w + i), load(g + i)));
  }
}

static void decay(const Network *n, double l2, double kept) {
  for (int i = 0; i < n->layers * n->directions; i++)
    for (int k = 0; k < n->direction[i].count; k++) decay_block(&n->direction[i].blocks[k], l2, kept);
  decay_block(&n->dense, l2, kept);
}

// The whole step with the gathered gradient; squares: see `measure`, of the gradient before clipping.
static void update_weights(Network *n, const Update *u, double *squares) {
  if (u->l2 > 0) decay(n, u->l2, 1);
  measure(n, squares);
  if (u->clip_value < INFINITY) scale_and_clamp(n->weights, 1, u->clip_value, n->vectors[1]);
  if (u->clip_norm < INFINITY) {
    const double norm = sqrt(sum_squares(n->weights, n->vectors[1]));
    if (norm > u->clip_norm) scale_and_clamp(n->weights, u->clip_norm / norm, INFINITY, n->vectors[1]);
  }
  if (u->kept < 1) decay(n, 0, u->kept);
  optimize(n, u);
  memset(n->vectors[1], 0, n->weights * sizeof(float));
  n->stale = 1;
}
