// A network and everything it needs, laid out once in one piece of memory; nothing is allocated while it trains.
// T steps, B samples of one chunk, F inputs, H units, P panels of VW units. All widths of hidden units are filled up to
// whole vectors. Steps count in the order of processing: a reverse layer's step 0 is the last row of the window.
#pragma once
#include "product.h"

enum { LSTM, GRU, RNN };

// What ../native.ts passes, in this order; `units` of each layer follows.
typedef struct {
  int32_t cell, features, window, outputs, layers, directions, training, output_dropout, state_dropout, lengths, slots, rows;
  int32_t units[];
} Shape;

typedef struct {
  int units, padded, width;  // H, H filled up, and that of all directions
  int last;
  float *mask;  // [T, or 1 for the last layer][B][width], or NULL
  float *dout;  // [T or 1][B][width]: gradient by its outputs
} Layer;

typedef struct {
  int layer, side;    // side 1: reverse
  int below, padded_below;  // units below and the same filled up; F / padded_below of them lie side by side
  int inputs, units, panels, padded;  // F, H, P, P * VW
  int ldz;            // F + padded
  int count;          // blocks: 2 for GRU ([z r], then n), else 1
  Block blocks[2];
  float *z;           // [T + 1][B][ldz]: x, then the state that goes into the product
  float *resets;      // GRU: [T][B][ldz]: x, then r * state
  float *gates[2];    // of each block [T][P][B][G][VW]: activated gates, which the way back turns into their gradients
  float *cells;       // [T + 1][P][B][VW]: LSTM c, GRU h
  float *tanhs;       // LSTM: [T][P][B][VW]: tanh c
  float *mask;        // dropout of the state [B][padded], or NULL
  float *dstate;      // [B][padded]: gradient by the state in z of the step after
  float *dcells;      // LSTM: [P][B][VW]
  float *held;        // [P][B][VW]: gradient by h on its way past the products
} Direction;

typedef struct {
  int cell, features, window, outputs, layers, directions, training, slots, rows;
  size_t bytes;
  size_t weights;      // floats of a vector of all weights
  float *vectors[4];   // weights, gradient, slots
  Layer *layer;
  Direction *direction;
  Block dense;         // [D + 1, outputs], one gate
  int dense_inputs;    // D filled up
  float *x, *dx;       // [B][D]
  float *y;            // [P][B][VW]: outputs, then their gradient
  float *flat_y, *flat_dy;  // [B][outputs]
  int32_t *lengths;    // [B]
  int batch;           // B of this chunk
  int short_samples;   // some are shorter than the window
  int masked;          // dropout in this chunk
  int stale;           // wt is older than w
  uint32_t batch_key[4];
  double output_rate, state_rate;
  int loss;
  double delta;
  const float *class_weights;  // [2][outputs]: of 1, of 0; or NULL
  float *targets;      // [B][outputs]
} Network;

// Hands out memory, each piece at the start of a cache line; without a base it only counts.
typedef struct {
  char *base;
  size_t used;
} Ground;

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

static void *take(Ground *g, size_t bytes) {
  char *piece = g->base ? g->base + g->used : NULL;
  g->used += (bytes + 63) / 64 * 64;
#ifdef __SANITIZE_ADDRESS__
  // A ditch behind each piece, so that not only the end of all memory is watched.
  if (piece) ASAN_POISON_MEMORY_REGION(piece + bytes, (bytes + 63) / 64 * 64 - bytes + 64);
  g->used += 64;
#endif
  return piece;
}

static float *floats(Ground *g, int wanted, size_t count) { return wanted ? take(g, count * sizeof(float)) : NULL; }

static int filled(int units) { return (units + VW - 1) / VW * VW; }

// A block's place among the weights; its pointers are set by place_weights.
static Block plan_block(Network *n, int inputs, int gates, int units, int x_vectors, int h_vectors, int h_row) {
  Block k = {inputs, gates, filled(units) / VW, x_vectors, h_vectors, h_row, n->weights, NULL, NULL, NULL};
  n->weights += (size_t)k.panels * panel_floats(&k);
  return k;
}

static void place_block(Network *n, Block *k, Ground *g) {
  const size_t rows = (size_t)k->panels * k->gates * VW;
  k->w = n->vectors[0] ? n->vectors[0] + k->offset : NULL;
  k->dw = n->vectors[1] ? n->vectors[1] + k->offset : NULL;
  k->wt = floats(g, n->training, rows * (k->x_vectors + k->h_vectors) * VW);
}

static void plan_direction(Network *n, const Shape *shape, int layer, int side) {
  Direction *d = &n->direction[layer * n->directions + side];
  const int units = shape->units[layer], first = layer == 0;
  const int below = first ? n->features : shape->units[layer - 1];
  *d = (Direction){.layer = layer, .side = side, .units = units, .padded = filled(units), .panels = filled(units) / VW};
  d->below = below;
  d->padded_below = first ? below : filled(below);
  d->inputs = first ? below : d->padded_below * n->directions;
  d->ldz = d->inputs + d->padded;
  const int inputs = d->inputs + units, x = first ? 0 : d->inputs / VW;
  d->count = n->cell == GRU ? 2 : 1;
  d->blocks[0] = plan_block(n, inputs, n->cell == LSTM ? 4 : d->count, units, x, d->panels, d->inputs);
  if (n->cell == GRU) d->blocks[1] = plan_block(n, inputs, 1, units, x, d->panels, d->inputs);
}

static void place_direction(Network *n, const Shape *shape, Direction *d, Ground *g) {
  const size_t T = n->window, B = n->rows, states = B * d->padded;
  const int gru = n->cell == GRU, lstm = n->cell == LSTM;
  for (int i = 0; i < d->count; i++) {
    place_block(n, &d->blocks[i], g);
    d->gates[i] = floats(g, 1, T * states * d->blocks[i].gates);
  }
  d->z = floats(g, 1, (T + 1) * B * d->ldz);
  d->resets = floats(g, gru, T * B * d->ldz);
  d->cells = floats(g, gru || lstm, (T + 1) * states);
  d->tanhs = floats(g, lstm, T * states);
  d->mask = floats(g, shape->state_dropout, states);
  d->dstate = floats(g, n->training, states);
  d->dcells = floats(g, n->training && lstm, states);
  d->held = floats(g, n->training && (gru || shape->lengths), states);
}

// Lays everything out behind the network itself; called twice, first without a base to count.
static void plan_network(Network *n, const Shape *shape, Ground *g) {
  n->layer = take(g, sizeof(Layer) * (shape->layers + 1));
  n->direction = take(g, sizeof(Direction) * (shape->layers * shape->directions + 1));
}

static void plan_blocks(Network *n, const Shape *shape) {
  int width = n->window * n->features;
  n->weights = 0;
  for (int l = 0; l < n->layers; l++) {
    const int padded = filled(shape->units[l]);
    n->layer[l] = (Layer){shape->units[l], padded, width = padded * n->directions, l == n->layers - 1, NULL, NULL};
    for (int side = 0; side < n->directions; side++) plan_direction(n, shape, l, side);
  }
  n->dense_inputs = width;
  n->dense = plan_block(n, width, 1, n->outputs, n->layers ? width / VW : 0, 0, 0);
}

static void place_all(Network *n, const Shape *shape, Ground *g) {
  const size_t T = n->window, B = n->rows, D = n->dense_inputs;
  for (int i = 0; i < 2 + n->slots; i++) n->vectors[i] = floats(g, i == 0 || n->training, n->weights);
  for (int l = 0; l < n->layers; l++) {
    const size_t size = (n->layer[l].last ? 1 : T) * B * n->layer[l].width;
    n->layer[l].mask = floats(g, shape->output_dropout, size);
    n->layer[l].dout = floats(g, n->training, size);
  }
  for (int i = 0; i < n->layers * n->directions; i++) place_direction(n, shape, &n->direction[i], g);
  place_block(n, &n->dense, g);
  n->x = floats(g, 1, B * D);
  n->y = floats(g, 1, B * filled(n->outputs));
  n->flat_y = floats(g, 1, B * n->outputs);
  n->flat_dy = floats(g, n->training, B * n->outputs);
  n->targets = floats(g, n->training, B * n->outputs);
  n->lengths = take(g, B * sizeof(int32_t));
  n->dx = n->layers ? n->layer[n->layers - 1].dout : NULL;
}
