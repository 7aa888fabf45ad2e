// Dropout masks from the counter-based generator Philox4x32-10 (Salmon et al. 2011); ../../dropout.ts says which numbers.
#pragma once
#include "lane.cuh"

struct Words {
  unsigned a, b, c, d;
};

static __device__ Words philox(Words w, unsigned key0, unsigned key1) {
#pragma unroll
  for (int round = 0; round < 10; round++) {
    const unsigned high0 = __umulhi(0xd2511f53u, w.a), low0 = 0xd2511f53u * w.a;
    const unsigned high1 = __umulhi(0xcd9e8d57u, w.c), low1 = 0xcd9e8d57u * w.c;
    w = {high1 ^ w.b ^ key0, low1, high0 ^ w.d ^ key1, low0};
    key0 += 0x9e3779b9u;
    key1 += 0xbb67ae85u;
  }
  return w;
}

// Units [4 block, 4 block + 4) of a mask, at `to`.
static __device__ void draw(const Lane& lane, const Place& p, unsigned kind, unsigned t, unsigned b, unsigned block,
                            float* to) {
  const Piece& piece = lane.pieces[lane.piece];
  const Words key = philox({piece.epoch, piece.batch, p.layer, kind}, lane.seed[0], lane.seed[1]);
  const Words w = philox({block, piece.place + b, t, p.side}, key.a, key.b);
  const unsigned threshold = kind ? lane.stateThreshold : lane.outputThreshold, left = p.d.units - 4 * block;
  const float kept = kind ? lane.stateKept : lane.outputKept;
  to[0] = w.a < threshold ? 0.0f : kept;
  if (left > 1) to[1] = w.b < threshold ? 0.0f : kept;
  if (left > 2) to[2] = w.c < threshold ? 0.0f : kept;
  if (left > 3) to[3] = w.d < threshold ? 0.0f : kept;
}

extern "C" __global__ void __launch_bounds__(THREADS) masks(const Lane* lanes, unsigned layer) {
  const Lane& lane = lanes[blockIdx.y];
  if (!trains(lane) || !has(lane, layer, blockIdx.z)) return;
  const Place p = placeOf(lane, layer, blockIdx.z);
  const Layer& own = lane.layer[layer];
  const unsigned count = lane.pieces[lane.piece].count, blocks = (p.d.units + 3) / 4, all = count * blocks;
  const unsigned steps = layer + 1 == lane.layers ? 1 : lane.window;
  const unsigned e = blockIdx.x * THREADS + threadIdx.x, t = e / all, b = e % all / blocks, block = e % blocks;
  if (own.mask && t < steps)
    draw(lane, p, 0, t, b, block,
         lane.memory + own.mask + ((size_t)t * lane.rows + b) * own.width + p.side * p.d.units + 4 * block);
  if (p.d.stateMask && t == 0)
    draw(lane, p, 1, 0, b, block, lane.memory + p.d.stateMask + (size_t)b * p.d.units + 4 * block);
}
