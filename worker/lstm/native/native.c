// Training and prediction of LSTMs, GRUs and RNNs in one call a batch. One thread, single precision, no library.
// What ../native.ts calls is at the end; docs/lstm.md has the equations.
#include <stdlib.h>
#include "gru.h"
#include "loss.h"
#include "lstm.h"
#include "optimizers.h"
#include "philox.h"
#include "rnn.h"
#include "weights.h"

#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

// Samples as runs of rows of one table [rows, features]; lengths and targets [samples(, outputs)] or NULL.
typedef struct {
  const float *values;
  const int32_t *starts, *lengths;
  const float *targets;
} Data;

// y = x * W, and its first `outputs` columns to flat_y [B][outputs].
static void dense_forward(const Network *n) {
  forward_product(&n->dense, n->x, n->dense_inputs, n->batch, n->y);
  for (int b = 0; b < n->batch; b++)
    for (int j = 0; j < n->outputs; j++)
      n->flat_y[(size_t)b * n->outputs + j] = n->y[((size_t)(j / VW) * n->batch + b) * VW + j % VW];
}

// dW += x^T * dy;  dx = dy * W^T
static void dense_backward(const Network *n) {
  for (int p = 0; p < n->dense.panels; p++)
    for (int b = 0; b < n->batch; b++)
      for (int j = p * VW; j < (p + 1) * VW; j++)
        n->y[((size_t)p * n->batch + b) * VW + j % VW] = j < n->outputs ? n->flat_dy[(size_t)b * n->outputs + j] : 0;
  weight_gradient(&n->dense, n->x, n->dense_inputs, n->y, n->batch, 1);
  bias_gradient(&n->dense, n->y, n->batch);
  back_product(&n->dense, n->y, n->batch, 0, n->dense.x_vectors, n->dx, n->dense_inputs, 0);
}

// Copies the windows of `samples` to the lowest layer's inputs; rows past a length are 0.
static void stage(Network *n, const Data *data, const int32_t *samples) {
  const int F = n->features, T = n->window;
  n->short_samples = 0;
  for (int b = 0; b < n->batch; b++) {
    const int length = data->lengths ? data->lengths[samples[b]] : T;
    const float *from = data->values + (size_t)data->starts[samples[b]] * F;
    n->lengths[b] = length;
    if (length < T) n->short_samples = 1;
    if (!n->layers) {
      float *x = n->x + (size_t)b * n->dense_inputs;
      memcpy(x, from, (size_t)length * F * sizeof(float));
      memset(x + (size_t)length * F, 0, (size_t)(T - length) * F * sizeof(float));
    }
    for (int side = 0; n->layers && side < n->directions; side++) {
      const Direction *d = &n->direction[side];
      for (int t = 0; t < T; t++) {
        float *x = z_of(n, d, time_of(n, d, t)) + (size_t)b * d->ldz;
        for (int j = 0; j < F; j++) x[j] = t < length ? from[(size_t)t * F + j] : 0;
      }
    }
  }
  for (int i = 0; i < n->layers * n->directions; i++)
    for (int b = 0; b < n->batch; b++)
      memset(n->direction[i].z + (size_t)b * n->direction[i].ldz + n->direction[i].inputs, 0,
             n->direction[i].padded * sizeof(float));
}

// Draws the masks of the samples [first, first + B) of the batch.
static void draw_masks(const Network *n, int first) {
  for (int i = 0; i < n->layers * n->directions; i++) {
    const Direction *d = &n->direction[i];
    const Layer *l = &n->layer[d->layer];
    if (l->mask) {
      const MaskRule rule = mask_rule(n->batch_key, d->layer, 0, n->output_rate);
      float *to = l->mask + d->side * d->padded;
      draw_mask(&rule, l->last ? 1 : n->window, first, n->batch, d->units, d->side, to, l->width);
    }
    if (d->mask) {
      const MaskRule rule = mask_rule(n->batch_key, d->layer, 1, n->state_rate);
      draw_mask(&rule, 1, first, n->batch, d->units, d->side, d->mask, d->padded);
    }
  }
}

static void forward(Network *n, const Data *data, const int32_t *samples, int count) {
  n->batch = count;
  stage(n, data, samples);
  for (int i = 0; i < n->layers * n->directions; i++) {
    const Direction *d = &n->direction[i];
    if (n->cell == LSTM) lstm_forward(n, d);
    else if (n->cell == GRU) gru_forward(n, d);
    else rnn_forward(n, d);
  }
  dense_forward(n);
}

static void backward(Network *n) {
  if (n->stale) {
    for (int i = 0; i < n->layers * n->directions; i++)
      for (int k = 0; k < n->direction[i].count; k++) transpose_weights(&n->direction[i].blocks[k]);
    transpose_weights(&n->dense);
    n->stale = 0;
  }
  dense_backward(n);
  for (int l = n->layers - 1; l >= 0; l--)
    for (int side = 0; side < n->directions; side++) {
      const Direction *d = &n->direction[l * n->directions + side];
      if (n->cell == LSTM) lstm_backward(n, d);
      else if (n->cell == GRU) gru_backward(n, d);
      else rnn_backward(n, d);
    }
}

static void lay_out(Network *n, const Shape *shape, Ground *g) {
  *n = (Network){.cell = shape->cell, .features = shape->features, .window = shape->window, .outputs = shape->outputs,
                 .layers = shape->layers, .directions = shape->directions, .training = shape->training,
                 .slots = shape->training ? shape->slots : 0, .rows = shape->rows, .stale = 1};
  take(g, sizeof(Network));
  plan_network(n, shape, g);
}

// Bytes that seqtune_new takes.
EXPORT double seqtune_bytes(const Shape *shape) {
  // Counting needs layers and directions to write to, so they lie in a small network of their own.
  const size_t small = sizeof(Layer) * (shape->layers + 1) + sizeof(Direction) * (shape->layers * shape->directions + 1);
  char *scratch = malloc(small + 256);
  if (!scratch) return INFINITY;
  Network n;
  Ground g = {NULL, 0};
  lay_out(&n, shape, &g);
  n.layer = (Layer *)scratch;
  n.direction = (Direction *)(scratch + (sizeof(Layer) * (shape->layers + 1) + 63) / 64 * 64);
  plan_blocks(&n, shape);
  place_all(&n, shape, &g);
  free(scratch);
  return (double)g.used;
}

// A network with all weights 0, or NULL where there is no memory for it.
EXPORT Network *seqtune_new(const Shape *shape) {
  const size_t bytes = (size_t)seqtune_bytes(shape);
  Ground g = {aligned_alloc(64, bytes), 0};
  if (!g.base) return NULL;
  memset(g.base, 0, bytes);
  Network *n = (Network *)g.base;
  lay_out(n, shape, &g);
  n->bytes = bytes;
  plan_blocks(n, shape);
  place_all(n, shape, &g);
  return n;
}

EXPORT void seqtune_free(Network *n) {
#ifdef __SANITIZE_ADDRESS__
  ASAN_UNPOISON_MEMORY_REGION(n, n->bytes);
#endif
  free(n);
}

// vector: 0 weights, 1 gradient, 2 and 3 the optimizer's slots; flat as in ../shape.ts.
EXPORT void seqtune_put(Network *n, int vector, const float *flat) {
  copy_vector(n, vector, (float *)flat, 1);
  if (vector == 0) n->stale = 1;
}

EXPORT void seqtune_get(const Network *n, int vector, float *flat) { copy_vector(n, vector, flat, 0); }

// The loss (see loss.h), Huber's delta, class weights [2][outputs] or NULL, and the shares dropped of outputs and states.
EXPORT void seqtune_objective(Network *n, int loss, double delta, const float *class_weights, double output_rate,
                              double state_rate) {
  n->loss = loss;
  n->delta = delta;
  n->class_weights = class_weights;
  n->output_rate = output_rate;
  n->state_rate = state_rate;
}

// Mean loss of `count` samples; adds its gradient times `share` to what is gathered. batch: see mask_rule, or NULL
// for no dropout.
EXPORT double seqtune_accumulate(Network *n, const float *values, const int32_t *starts, const int32_t *lengths,
                                 const float *targets, const int32_t *samples, int count, double share,
                                 const uint32_t *batch) {
  const Data data = {values, starts, lengths, targets};
  const double terms = (double)count * (n->loss == CATEGORICAL ? 1 : n->outputs);
  const int chunks = (count + n->rows - 1) / n->rows, rows = (count + chunks - 1) / chunks;
  double sum = 0;
  n->masked = batch != NULL;
  if (batch) memcpy(n->batch_key, batch, sizeof n->batch_key);
  for (int from = 0; from < count; from += rows) {
    n->batch = count - from < rows ? count - from : rows;
    if (batch) draw_masks(n, from);
    forward(n, &data, samples + from, n->batch);
    for (int b = 0; b < n->batch; b++)
      memcpy(n->targets + (size_t)b * n->outputs, targets + (size_t)samples[from + b] * n->outputs,
             n->outputs * sizeof(float));
    sum += loss_and_gradient(n, share / terms);
    backward(n);
  }
  return sum / terms;
}

EXPORT void seqtune_update(Network *n, const Update *update, double *squares) { update_weights(n, update, squares); }

// What comes out of the network for at most `rows` samples, to y [count][outputs].
EXPORT void seqtune_predict(Network *n, const float *values, const int32_t *starts, const int32_t *lengths,
                            const int32_t *samples, int count, float *y) {
  const Data data = {values, starts, lengths, NULL};
  n->masked = 0;
  forward(n, &data, samples, count);
  memcpy(y, n->flat_y, (size_t)count * n->outputs * sizeof(float));
}

// Whether this CPU runs a build, by its index in nativeTargets (../native.ts); asked of the plain build.
EXPORT int seqtune_supports(int target) {
#if defined(__x86_64__) || defined(__i386__)
  if (target == 0)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (target == 1) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  return target == 2;
}

// What compiled this, for how wide vectors.
EXPORT const char *seqtune_description(void) {
#if defined(__aarch64__)
#define KIND "NEON"
#elif VW == 16
#define KIND "AVX-512"
#elif VW == 8
#define KIND "AVX2"
#else
#define KIND "128-bit vectors"
#endif
#ifdef __clang__
  return KIND ", Clang " __clang_version__;
#else
  return KIND ", GCC " __VERSION__;
#endif
}

// sigmoid (kind 0) or tanh (kind 1) of n values, a multiple of 16, for tests.
EXPORT void seqtune_map(int kind, const float *from, float *to, int n) {
  for (int i = 0; i < n; i += VW) store(to + i, kind ? tanh_(load(from + i)) : sigmoid(load(from + i)));
}

// A mask as draw_mask makes it, for tests.
EXPORT void seqtune_mask(const uint32_t *batch, int layer, int kind, double rate, int steps, int first, int count,
                         int units, int direction, float *to, int ld) {
  const MaskRule rule = mask_rule(batch, layer, kind, rate);
  draw_mask(&rule, steps, first, count, units, direction, to, ld);
}
