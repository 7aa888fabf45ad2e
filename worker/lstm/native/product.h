// The three products of a layer, on weights kept in panels (docs/lstm.md, "Native kernels").
//
// A block is a matrix of weights W [K + 1, G gates of `units`], the bias its last row, cut into panels of VW units:
// [P][K + 1][G][VW], P = units / VW rounded up. What is filled up stays 0: its gradients are 0.
#pragma once
#include "vector.h"

typedef struct {
  int inputs;  // K
  int gates;   // G: 4, 2 or 1
  int panels;  // P
  // The columns of dz that are wanted, in vectors: x_vectors from row 0 of W on, h_vectors from row h_row on.
  int x_vectors, h_vectors, h_row;
  size_t offset;  // of its first weight, among all
  float *w, *dw;  // [P][K + 1][G][VW]
  float *wt;      // W transposed: [(x_vectors + h_vectors) / 2][P * G * VW][2 * VW], an odd last one [P * G * VW][VW]
} Block;

static inline int panel_floats(const Block *k) { return (k->inputs + 1) * k->gates * VW; }

// a [R, G] = bias + z [R, K] * W, one panel.
INLINE void multiply(const int R, const int G, vf a[][4], const float *z, int ldz, const float *w, int inputs) {
  const float *bias = w + (size_t)inputs * G * VW;
#pragma GCC unroll 12
  for (int r = 0; r < R; r++)
#pragma GCC unroll 4
    for (int g = 0; g < G; g++) a[r][g] = load(bias + g * VW);
  for (int k = 0; k < inputs; k++, w += G * VW) {
    vf row[4];
#pragma GCC unroll 4
    for (int g = 0; g < G; g++) row[g] = load(w + g * VW);
#pragma GCC unroll 12
    for (int r = 0; r < R; r++) {
      const vf x = set1(z[(size_t)r * ldz + k]);
#pragma GCC unroll 4
      for (int g = 0; g < G; g++) a[r][g] = fma_(x, row[g], a[r][g]);
    }
  }
}

INLINE void forward_tile(const int R, const int G, const float *z, int ldz, const float *w, int inputs, float *to) {
  vf a[12][4];
  multiply(R, G, a, z, ldz, w, inputs);
#pragma GCC unroll 12
  for (int r = 0; r < R; r++)
#pragma GCC unroll 4
    for (int g = 0; g < G; g++) store(to + (r * G + g) * VW, a[r][g]);
}

// to [P][batch][G * VW] = bias + z [batch, K] * W, for one or two gates.
static void forward_product(const Block *k, const float *z, int ldz, int batch, float *to) {
  for (int p = 0; p < k->panels; p++, to += (size_t)batch * k->gates * VW) {
    const float *w = k->w + (size_t)p * panel_floats(k);
    if (k->gates == 2) {
      TILES(TALL2, batch, forward_tile(R, 2, z + (size_t)r0 * ldz, ldz, w, k->inputs, to + (size_t)r0 * 2 * VW))
    } else {
      TILES(TALL1, batch, forward_tile(R, 1, z + (size_t)r0 * ldz, ldz, w, k->inputs, to + (size_t)r0 * VW))
    }
  }
}

// dz [R, N vectors] = da * W^T, or += that. da [P][batch][G * VW], rows r0 on.
INLINE void back_tile(const int R, const int N, const float *da, int batch, int width, int panels, const float *wt,
                      float *to, int ld, int add) {
  vf a[12][2];
#pragma GCC unroll 12
  for (int r = 0; r < R; r++)
#pragma GCC unroll 2
    for (int v = 0; v < N; v++) a[r][v] = add ? load(to + (size_t)r * ld + v * VW) : zero();
  for (int p = 0; p < panels; p++, da += (size_t)batch * width) {
    for (int j = 0; j < width; j++, wt += N * VW) {
      vf row[2];
#pragma GCC unroll 2
      for (int v = 0; v < N; v++) row[v] = load(wt + v * VW);
#pragma GCC unroll 12
      for (int r = 0; r < R; r++) {
        const vf x = set1(da[(size_t)r * width + j]);
#pragma GCC unroll 2
        for (int v = 0; v < N; v++) a[r][v] = fma_(x, row[v], a[r][v]);
      }
    }
  }
#pragma GCC unroll 12
  for (int r = 0; r < R; r++)
#pragma GCC unroll 2
    for (int v = 0; v < N; v++) store(to + (size_t)r * ld + v * VW, a[r][v]);
}

// Columns of dz [batch, ld], `vectors` of them from vector `first` of wt on: = da * W^T, or += that.
static void back_product(const Block *k, const float *da, int batch, int first, int vectors, float *to, int ld, int add) {
  const int width = k->gates * VW, rows = k->panels * width;
  for (int v = 0; v < vectors; v += 2) {
    const float *wt = k->wt + (size_t)(first + v) * rows * VW;
    float *dz = to + v * VW;
    if (vectors - v > 1) {
      TILES(TALL2, batch, back_tile(R, 2, da + (size_t)r0 * width, batch, width, k->panels, wt, dz + (size_t)r0 * ld, ld, add))
    } else {
      TILES(TALL1, batch, back_tile(R, 1, da + (size_t)r0 * width, batch, width, k->panels, wt, dz + (size_t)r0 * ld, ld, add))
    }
  }
}

// dW [R rows of one panel] += z^T * da over `steps` steps; z [steps][batch][ldz], da [steps][P][batch][G * VW].
INLINE void gradient_tile(const int R, const int G, float *dw, const float *z, int ldz, const float *da, size_t da_step,
                          int batch, int steps) {
  vf a[12][4];
#pragma GCC unroll 12
  for (int r = 0; r < R; r++)
#pragma GCC unroll 4
    for (int g = 0; g < G; g++) a[r][g] = load(dw + (r * G + g) * VW);
  for (int s = 0; s < steps; s++, da += da_step) {
    const float *d = da;
    for (int b = 0; b < batch; b++, d += G * VW, z += ldz) {
      vf row[4];
#pragma GCC unroll 4
      for (int g = 0; g < G; g++) row[g] = load(d + g * VW);
#pragma GCC unroll 12
      for (int r = 0; r < R; r++) {
        const vf x = set1(z[r]);
#pragma GCC unroll 4
        for (int g = 0; g < G; g++) a[r][g] = fma_(x, row[g], a[r][g]);
      }
    }
  }
#pragma GCC unroll 12
  for (int r = 0; r < R; r++)
#pragma GCC unroll 4
    for (int g = 0; g < G; g++) store(dw + (r * G + g) * VW, a[r][g]);
}

// dW += Z^T * dA over `steps` steps from `z` and `da` on; the bias's row is bias_gradient's.
static void weight_gradient(const Block *k, const float *z, int ldz, const float *da, int batch, int steps) {
  const int width = k->gates * VW;
  const size_t da_step = (size_t)k->panels * batch * width;
  for (int p = 0; p < k->panels; p++) {
    const float *d = da + (size_t)p * batch * width;
    float *dw = k->dw + (size_t)p * panel_floats(k);
    if (k->gates == 4) {
      TILES(TALL4, k->inputs, gradient_tile(R, 4, dw + (size_t)r0 * width, z + r0, ldz, d, da_step, batch, steps))
    } else if (k->gates == 2) {
      TILES(TALL2, k->inputs, gradient_tile(R, 2, dw + (size_t)r0 * width, z + r0, ldz, d, da_step, batch, steps))
    } else {
      TILES(TALL1, k->inputs, gradient_tile(R, 1, dw + (size_t)r0 * width, z + r0, ldz, d, da_step, batch, steps))
    }
  }
}

// db += the sum of da [P][batch][G * VW] over the batch.
static void bias_gradient(const Block *k, const float *da, int batch) {
  const int width = k->gates * VW;
  for (int p = 0; p < k->panels; p++) {
    float *db = k->dw + (size_t)p * panel_floats(k) + (size_t)k->inputs * width;
    for (int g = 0; g < k->gates; g++) {
      vf sum = load(db + g * VW);
      for (int b = 0; b < batch; b++) sum += load(da + ((size_t)p * batch + b) * width + g * VW);
      store(db + g * VW, sum);
    }
  }
}

// Writes W^T for back_product; after every change of the weights.
static void transpose_weights(const Block *k) {
  const int width = k->gates * VW, rows = k->panels * width, all = k->x_vectors + k->h_vectors;
  for (int v = 0; v < all; v++) {
    const int in_h = v >= k->x_vectors, vectors = in_h ? k->h_vectors : k->x_vectors;
    const int index = in_h ? v - k->x_vectors : v, first = (in_h ? k->h_row : 0) + index * VW;
    const int pair = (index & ~1) + 1 < vectors, ld = pair ? 2 * VW : VW;
    float *to = k->wt + (size_t)(v - (pair ? index & 1 : 0)) * rows * VW + (pair ? (index & 1) * VW : 0);
    for (int p = 0; p < k->panels; p++, to += (size_t)width * ld) {
      const float *from = k->w + (size_t)p * panel_floats(k) + (size_t)first * width;
      for (int j = 0; j < width; j += VW)
        for (int u = 0; u < VW; u++) {
          const int present = first + u < k->inputs;
          for (int i = j; i < j + VW; i++) to[(size_t)i * ld + u] = present ? from[(size_t)u * width + i] : 0;
        }
    }
  }
}
