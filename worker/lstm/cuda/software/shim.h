// What the kernels need of CUDA C++, for a C++ compiler: each thread of a block is a fiber, and a barrier hands over to
// the next one. driver.cpp runs the blocks.
#pragma once
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#define __device__
#define __global__
#define __shared__ static
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __builtin_assume(...)
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(8) float2 {
  float x, y;
};
static inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
static inline float2 make_float2(float x, float y) { return {x, y}; }
struct Index {
  unsigned x, y, z;
};
extern Index threadIdx, blockIdx, gridDim;
void waitForBlock();
#define __syncthreads() waitForBlock()
// A macro: glibc declares a function of this name.
#define __expf(x) std::exp(x)
static inline float __fdividef(float a, float b) { return a / b; }
static inline unsigned __umulhi(unsigned a, unsigned b) { return (unsigned)(((uint64_t)a * b) >> 32); }
// Tensor cores: see ../kernels/tensor.cuh. The threads of a warp meet in a product, as all meet at a barrier.
static inline float tf32(float x) {
  return std::isnan(x) ? x : std::bit_cast<float>((std::bit_cast<uint32_t>(x) + 0x1000) & ~0x1fffu);
}
void multiplyWarp(float (&c)[4], const float (&a)[4], const float (&b)[2]);
