// Weights between their flat form and the panels.
#pragma once
#include "network.h"

// Copies rows [from, to) of a matrix of weights, whose columns are those of gates [first, first + G), between the flat
// vector ([rows][columns]) and the panels, where `below` rows of one lower direction take up `padded` rows.
typedef struct {
  float *flat;
  int columns, first, units, from, to, row, below, padded, put;
} Copy;

static void copy_rows(const Block *k, float *w, Copy c) {
  for (int i = c.from; i < c.to; i++) {
    const int row = c.row + i / c.below * c.padded + i % c.below;
    for (int g = 0; g < k->gates; g++)
      for (int u = 0; u < c.units; u++) {
        float *at = w + k->offset + (size_t)(u / VW) * panel_floats(k) + ((size_t)row * k->gates + g) * VW + u % VW;
        float *flat = c.flat + (size_t)i * c.columns + (c.first + g) * c.units + u;
        if (c.put) *at = *flat;
        else *flat = *at;
      }
  }
}

// All weights (or a vector like them) between its flat form, ../shape.ts's, and the panels.
static void copy_vector(const Network *n, int vector, float *flat, int put) {
  float *w = n->vectors[vector];
  for (int i = 0; i < n->layers * n->directions; i++) {
    const Direction *d = &n->direction[i];
    const int H = d->units, inputs = d->layer ? d->below * n->directions : d->below;
    const int columns = n->cell == LSTM ? 4 * H : n->cell == GRU ? 3 * H : H;
    for (int k = 0; k < d->count; k++) {
      const Block *b = &d->blocks[k];
      float *recurrent = flat + (size_t)inputs * columns, *bias = recurrent + (size_t)H * columns;
      copy_rows(b, w, (Copy){flat, columns, k * 2, H, 0, inputs, 0, d->below, d->padded_below, put});
      copy_rows(b, w, (Copy){recurrent, columns, k * 2, H, 0, H, d->inputs, H, H, put});
      copy_rows(b, w, (Copy){bias, columns, k * 2, H, 0, 1, b->inputs, 1, 1, put});
    }
    flat += (size_t)(inputs + H + 1) * columns;
  }
  const Layer *last = n->layers ? &n->layer[n->layers - 1] : NULL;
  const int O = n->outputs, D = last ? last->units * n->directions : n->dense_inputs;
  copy_rows(&n->dense, w, (Copy){flat, O, 0, O, 0, D, 0, last ? last->units : D, last ? last->padded : D, put});
  copy_rows(&n->dense, w, (Copy){flat + (size_t)D * O, O, 0, O, 0, 1, n->dense.inputs, 1, 1, put});
}
