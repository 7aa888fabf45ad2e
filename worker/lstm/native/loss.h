// The sum of a chunk's losses and its gradient times `scale`, in double precision; the formulas of ../losses.ts.
#pragma once
#include <math.h>
#include "network.h"

enum { MSE, MAE, HUBER, BINARY, CATEGORICAL, QUANTILE };

static double logistic(double z) { return 1 / (1 + exp(-z)); }
static double softplus(double z) { return fmax(z, 0) + log1p(exp(-fabs(z))); }
static double sign(double e) { return e > 0 ? 1 : e < 0 ? -1 : e; }

static double log_sum_exp(const float *y, int count) {
  double largest = -INFINITY, sum = 0;
  for (int i = 0; i < count; i++) largest = y[i] > largest ? y[i] : largest;
  for (int i = 0; i < count; i++) sum += exp(y[i] - largest);
  return largest + log(sum);
}

// t softplus(-z) + (1 - t) softplus(z), each side weighted
static double binary(double z, double target, double positive, double negative, double *dz) {
  const double yes = target * positive, no = (1 - target) * negative;
  *dz = no * logistic(z) - yes * logistic(-z);
  return yes * softplus(-z) + no * softplus(z);
}

// -sum t log softmax(z) of one sample
static double categorical(const Network *n, const float *y, const float *target, double scale, float *dy) {
  const double total = log_sum_exp(y, n->outputs);
  double all = 0, sum = 0;
  for (int j = 0; j < n->outputs; j++) {
    const double t = target[j] * (n->class_weights ? n->class_weights[j] : 1);
    all += t;
    sum += t * (total - y[j]);
  }
  for (int j = 0; j < n->outputs; j++) {
    const double t = target[j] * (n->class_weights ? n->class_weights[j] : 1);
    dy[j] = (float)((exp(y[j] - total) * all - t) * scale);
  }
  return sum;
}

// e^2, |e|, Huber's, the pinball loss or binary cross-entropy of output i of a chunk.
static double loss_of(const Network *n, int i, double *dz) {
  const double z = n->flat_y[i], target = n->targets[i], e = z - target, size = fabs(e), inner = fmin(size, n->delta);
  const float *weights = n->class_weights ? n->class_weights + i % n->outputs : NULL;
  switch (n->loss) {
    case MSE: *dz = 2 * e; return e * e;
    case MAE: *dz = sign(e); return size;
    case HUBER: *dz = sign(e) * inner; return inner * (size - inner / 2);
    case QUANTILE: {
      const double weight = e > 0 ? weights[n->outputs] : weights[0];
      *dz = sign(e) * weight;
      return weight * size;
    }
    default: return binary(z, target, weights ? weights[0] : 1, weights ? weights[n->outputs] : 1, dz);
  }
}

// Reads flat_y and targets, writes flat_dy.
static double loss_and_gradient(const Network *n, double scale) {
  const int all = n->batch * n->outputs;
  double sum = 0;
  if (n->loss == CATEGORICAL) {
    for (int i = 0; i < all; i += n->outputs)
      sum += categorical(n, n->flat_y + i, n->targets + i, scale, n->flat_dy + i);
    return sum;
  }
  for (int i = 0; i < all; i++) {
    double dz = 0;
    sum += loss_of(n, i, &dz);
    n->flat_dy[i] = (float)(dz * scale);
  }
  return sum;
}
