// Dropout masks from the counter-based generator Philox4x32-10 (Salmon et al. 2011); ../dropout.ts says which numbers.
#pragma once
#include "vector.h"

enum { LANES = 16 };

// Words [4][LANES] of LANES counters, given in `w`, under one key.
INLINE void philox(uint32_t w[4][LANES], uint32_t key0, uint32_t key1) {
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < LANES; i++) {
      const uint64_t p = (uint64_t)0xd2511f53u * w[0][i], q = (uint64_t)0xcd9e8d57u * w[2][i];
      const uint32_t first = (uint32_t)(q >> 32) ^ w[1][i] ^ key0, third = (uint32_t)(p >> 32) ^ w[3][i] ^ key1;
      w[0][i] = first;
      w[1][i] = (uint32_t)q;
      w[2][i] = third;
      w[3][i] = (uint32_t)p;
    }
    key0 += 0x9e3779b9u;
    key1 += 0xbb67ae85u;
  }
}

typedef struct {
  uint32_t key[2], threshold;
  float kept;
} MaskRule;

// The rule of one layer's masks of one kind (0 outputs, 1 states); batch: seed mod 2^32, seed / 2^32, epoch, batch.
static MaskRule mask_rule(const uint32_t batch[4], int layer, int kind, double rate) {
  uint32_t w[4][LANES] = {{batch[2]}, {batch[3]}, {(uint32_t)layer}, {(uint32_t)kind}};
  philox(w, batch[0], batch[1]);
  const double limit = __builtin_ceil(rate * 4294967296.0);
  const uint32_t threshold = limit < 4294967295.0 ? (uint32_t)limit : 4294967295u;
  return (MaskRule){{w[0][0], w[1][0]}, threshold, (float)(1 / (1 - rate))};
}

// Fills the columns [0, units) of `to` [steps, count, ld], filled up to a multiple of 4, for the samples from `first` on.
static void draw_mask(const MaskRule *rule, int steps, int first, int count, int units, int direction, float *to, int ld) {
  const int blocks = (units + 3) / 4, all = count * blocks;
  for (int t = 0; t < steps; t++, to += (size_t)count * ld) {
    for (int from = 0; from < all; from += LANES) {
      const int lanes = all - from < LANES ? all - from : LANES;
      uint32_t w[4][LANES];
      float mask[4][LANES];
      size_t at[LANES];
      for (int i = 0, b = from / blocks, block = from % blocks; i < LANES; i++) {
        at[i] = (size_t)b * ld + (size_t)block * 4;
        w[0][i] = (uint32_t)block;
        w[1][i] = (uint32_t)(first + b);
        w[2][i] = (uint32_t)t;
        w[3][i] = (uint32_t)direction;
        if (++block == blocks) block = 0, b++;
      }
      philox(w, rule->key[0], rule->key[1]);
      for (int word = 0; word < 4; word++)
        for (int i = 0; i < LANES; i++) mask[word][i] = w[word][i] < rule->threshold ? 0 : rule->kept;
      for (int i = 0; i < lanes; i++)
        for (int word = 0; word < 4; word++) to[at[i] + word] = mask[word][i];
    }
  }
}
