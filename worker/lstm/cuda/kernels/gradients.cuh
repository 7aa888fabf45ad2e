// Gradients of the recurrent weights: dW = Z^T dA over all steps and samples of a piece.
#pragma once
#include "inputs.cuh"
#include "math.cuh"

enum { TILE_K = 32, TILE_U = 16, TILE_R = 16 };  // a block's part of W, and rows at a time

// Rows [r0, r0 + TILE_R) of Z and dA to shared memory, 0 past the last one.
static __device__ void stageRows(const Lane& lane, const Place& p, unsigned r0, unsigned all, unsigned k0, unsigned u0,
                                 float* z, float4* da) {
  const Piece& piece = lane.pieces[lane.piece];
  const float4* gates = (const float4*)(lane.memory + p.d.gates);
  for (unsigned i = threadIdx.x / 32; i < TILE_R; i += THREADS / 32) {
    const unsigned r = r0 + i, t = r / piece.count, b = r % piece.count, k = k0 + threadIdx.x % 32;
    const unsigned sample = r < all ? lane.samples[piece.from + b] : 0;
    z[i * TILE_K + threadIdx.x % 32] = r < all && k <= p.d.inputs + p.d.units ? zOf(lane, p, t, b, sample, k) : 0.0f;
    if (threadIdx.x % 32 >= TILE_U) continue;
    const unsigned u = u0 + threadIdx.x % 32;
    da[i * TILE_U + threadIdx.x % 32] = r < all && u < p.d.units ? gates[((size_t)t * lane.rows + b) * p.d.units + u]
                                                                  : make_float4(0, 0, 0, 0);
  }
}

extern "C" __global__ void __launch_bounds__(THREADS) weights(const Lane* lanes, unsigned layer) {
  __shared__ float4 z4[TILE_R * TILE_K / 4], da[TILE_R * TILE_U];
  const Lane& lane = lanes[blockIdx.y];
  if (!trains(lane) || !has(lane, layer, blockIdx.z)) return;
  const Place p = placeOf(lane, layer, blockIdx.z);
  const unsigned tilesU = (p.d.units + TILE_U - 1) / TILE_U, depth = p.d.inputs + p.d.units + 1;
  const unsigned u0 = blockIdx.x % tilesU * TILE_U, k0 = blockIdx.x / tilesU * TILE_K;
  if (k0 >= depth) return;
  const Piece& piece = lane.pieces[lane.piece];
  const unsigned all = lane.window * piece.count, u = threadIdx.x % TILE_U, k = threadIdx.x / TILE_U * 4;
  float4 sum[4] = {};
  for (unsigned r0 = 0; r0 < all; r0 += TILE_R) {
    __syncthreads();  // what lay here has been read
    stageRows(lane, p, r0, all, k0, u0, (float*)z4, da);
    __syncthreads();
#pragma unroll 4
    for (unsigned r = 0; r < TILE_R; r++) {
      const float4 z = z4[(r * TILE_K + k) / 4], q = da[r * TILE_U + u];
      addScaled(sum[0], q, z.x);
      addScaled(sum[1], q, z.y);
      addScaled(sum[2], q, z.z);
      addScaled(sum[3], q, z.w);
    }
  }
  float4* gradient = (float4*)(vectorOf(lane, GRADIENT) + p.d.offset);
  for (unsigned j = 0; j < 4; j++) {
    if (k0 + k + j >= depth || u0 + u >= p.d.units) continue;
    float4* to = gradient + (size_t)(k0 + k + j) * p.d.units + u0 + u;
    if (!(piece.flags & FIRST)) addScaled(sum[j], *to, 1.0f);
    *to = sum[j];
  }
}
