// Products on tensor cores (`precision: fast`): factors rounded to TF32 (10 bits of mantissa), sums in single precision.
#pragma once
#include "below-rows.cuh"
#include "gradients.cuh"
#include "lstm.cuh"

#ifdef __CUDACC__
// To the nearest number of 10 bits of mantissa, half away from zero.
static __device__ __forceinline__ float tf32(float x) {
  unsigned rounded;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(rounded) : "f"(x));
  return __uint_as_float(rounded);
}

// c += a b over a warp, a [16][8] and b [8][8] of rounded numbers. With row = lane / 4 and k = lane % 4 a thread brings
// a[row][k], a[row + 8][k], a[row][k + 4], a[row + 8][k + 4], b[k][row] and b[k + 4][row], and has c[row][2k], c[row][2k + 1],
// c[row + 8][2k], c[row + 8][2k + 1].
static __device__ __forceinline__ void multiplyWarp(float (&c)[4], const float (&a)[4], const float (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(__float_as_uint(a[0])), "r"(__float_as_uint(a[1])), "r"(__float_as_uint(a[2])), "r"(__float_as_uint(a[3])),
        "r"(__float_as_uint(b[0])), "r"(__float_as_uint(b[1])));
}
#endif

static constexpr unsigned TENSOR_ROWS = 16, TENSOR_COLUMNS = 8, TENSOR_K = 8;
// Factors that lie in shared memory at a time, [row][k]; rows begin 4 banks apart, so that a warp reads without conflict.
static constexpr unsigned STAGED_K = 352, STAGED_LD = STAGED_K + 4;
static_assert(TENSOR_ROWS * STAGED_LD <= SHARED, "the factors fit into shared memory");

// The weights of an LSTM: the gates of a unit lie together.
struct Quads {
  const float4* at;
  unsigned units;

  template <int G>
  __device__ __forceinline__ void get(unsigned k, unsigned u, float (&w)[G]) const {
    static_assert(G == 4, "an LSTM has four gates");
    const float4 q = at[(size_t)k * units + u];
    w[0] = q.x, w[1] = q.y, w[2] = q.z, w[3] = q.w;
  }
};

// Their W^T: row k is gate k % 4 of unit k / 4.
struct QuadRows {
  const float* at;
  unsigned depth;

  template <int G>
  __device__ __forceinline__ void get(unsigned k, unsigned u, float (&w)[G]) const {
    static_assert(G == 1, "one column of W^T");
    w[0] = at[((size_t)(k / 4) * depth + u) * 4 + k % 4];
  }
};

// As FmaBlock (product.cuh), of 16 rows: each warp has 8 columns of a round, in G gates.
struct TensorBlock {
  enum { OWN = 4 };
  unsigned first, count, columns;
  float* shared;

  __device__ __forceinline__ TensorBlock(unsigned, unsigned rows, float* memory)
      : first(blockIdx.x * TENSOR_ROWS), count(rows), columns(THREADS / 32 * TENSOR_COLUMNS), shared(memory) {}

  __device__ __forceinline__ unsigned row(int i) const { return first + threadIdx.x % 32 / 4 + 8 * (i / 2); }
  __device__ __forceinline__ unsigned column(unsigned base, int i) const {
    return base + threadIdx.x / 32 * TENSOR_COLUMNS + 2 * (threadIdx.x % 4) + i % 2;
  }
  __device__ __forceinline__ bool owns(unsigned base, int i, unsigned width) const {
    return column(base, i) < width && row(i) < count;
  }

  template <int G, int ALL, class Weights, class Source>
  __device__ __forceinline__ void product(float (&a)[ALL][OWN], const Weights& w, unsigned base, unsigned width, unsigned n,
                                          const Source& source, bool kept = false) const {
    for (unsigned k0 = 0; k0 < n; k0 += STAGED_K) {
      const unsigned part = least(STAGED_K, n - k0);
      if (!kept || n > STAGED_K) {
        __syncthreads();  // what the source reads is written, and what lay here has been read
        stage(k0, part, source);
        __syncthreads();
      }
      if (base + threadIdx.x / 32 * TENSOR_COLUMNS < width) multiply<G>(a, w, base, width, k0, part);
    }
  }

 private:
  // Rounded, with zeros up to a multiple of 8.
  template <class Source>
  __device__ __forceinline__ void stage(unsigned k0, unsigned part, const Source& source) const {
    const unsigned padded = (part + TENSOR_K - 1) / TENSOR_K * TENSOR_K;
#pragma unroll 1
    for (unsigned r = threadIdx.x / 32; r < TENSOR_ROWS; r += THREADS / 32)
#pragma unroll 1
      for (unsigned k = threadIdx.x % 32; k < padded; k += 32)
        shared[r * STAGED_LD + k] = k < part && first + r < count ? tf32(source(first + r, k0 + k)) : 0.0f;
  }

  template <int G, int ALL, class Weights>
  __device__ __forceinline__ void multiply(float (&a)[ALL][OWN], const Weights& w, unsigned base, unsigned width, unsigned k0,
                                           unsigned part) const {
    const unsigned r = threadIdx.x % 32 / 4, at = threadIdx.x % 4, u = base + threadIdx.x / 32 * TENSOR_COLUMNS + r;
    const float *low = shared + r * STAGED_LD + at, *high = low + 8 * STAGED_LD;
#pragma unroll 2
    for (unsigned k = 0; k < part; k += TENSOR_K) {
      const float factors[4] = {low[k], high[k], low[k + 4], high[k + 4]};
      float upper[G] = {}, lower[G] = {};
      if (u < width && k + at < part) w.template get<G>(k0 + k + at, u, upper);
      if (u < width && k + at + 4 < part) w.template get<G>(k0 + k + at + 4, u, lower);
#pragma unroll
      for (int g = 0; g < G; g++) {
        const float weights[2] = {tf32(upper[g]), tf32(lower[g])};
        multiplyWarp(a[g], factors, weights);
      }
    }
  }
};

// As FmaSums (gradients.cuh): a warp has 16 x 32 of the sums.
struct TensorSums {
  static constexpr unsigned PAD = 8, TILES = TILE_J / 2 / TENSOR_COLUMNS;
  float sums[TILES][4] = {};

  __device__ __forceinline__ unsigned k() const { return threadIdx.x / 32 % 2 * TENSOR_ROWS + threadIdx.x % 32 / 4; }
  __device__ __forceinline__ unsigned j() const { return threadIdx.x / 64 * (TILE_J / 2); }

  __device__ __forceinline__ void add(const float* z, const float* da) {
    const unsigned row = threadIdx.x % 32 / 4, at = threadIdx.x % 4;
#pragma unroll
    for (unsigned r = at; r < at + TILE_R; r += TENSOR_K) {
      const float *low = z + r * (TILE_K + PAD) + k(), *high = low + 4 * (TILE_K + PAD);
      const float factors[4] = {tf32(low[0]), tf32(low[8]), tf32(high[0]), tf32(high[8])};
      const float *upper = da + r * (TILE_J + PAD) + j() + row, *lower = upper + 4 * (TILE_J + PAD);
#pragma unroll
      for (unsigned n = 0; n < TILES; n++) {
        const float gates[2] = {tf32(upper[n * TENSOR_COLUMNS]), tf32(lower[n * TENSOR_COLUMNS])};
        multiplyWarp(sums[n], factors, gates);
      }
    }
  }

  template <class Put>
  __device__ __forceinline__ void each(const Put& put) const {
#pragma unroll
    for (unsigned n = 0; n < TILES; n++) {
#pragma unroll
      for (unsigned i = 0; i < 4; i++)
        put(k() + 8 * (i / 2), j() + n * TENSOR_COLUMNS + 2 * (threadIdx.x % 4) + i % 2, sums[n][i]);
    }
  }
};

// An LSTM's layer forward and back; FmaBlock has kernels of its own (forward.cuh, backward.cuh).
struct Lstm {
  enum { KIND = LSTM };

  template <class Block>
  static __device__ __forceinline__ void forward(const Lane& lane, const Place& p, const Block& block, unsigned t) {
    const unsigned units = p.d.units, depth = p.d.inputs + units;
    const Quads w = {(const float4*)(vectorOf(lane, WEIGHTS) + p.d.offset), units};
    for (unsigned base = 0; base < units; base += block.columns) {
      float a[4][Block::OWN] = {};
      const auto z = [&](unsigned b, unsigned k) {
        return zOf(lane, p, t, b, lane.samples[lane.pieces[lane.piece].from + b], k);
      };
      block.template product<4>(a, w, base, units, depth, z, base > 0);
#pragma unroll
      for (int i = 0; i < Block::OWN; i++) {
        if (!block.owns(base, i, units)) continue;
        const unsigned u = block.column(base, i);
        const float4 bias = w.at[(size_t)depth * units + u];
        activate(lane, p, t, block.row(i), u, make_float4(a[0][i] + bias.x, a[1][i] + bias.y, a[2][i] + bias.z, a[3][i] + bias.w));
      }
    }
  }

  static __device__ __forceinline__ void differentiate(const Lane& lane, const Place& p, unsigned t, unsigned b, unsigned u,
                                                       bool end) {
    ::differentiate(lane, p, t, b, u, end);
  }

  template <class Block>
  static __device__ __forceinline__ void backward(const Lane& lane, const Place& p, const Block& block, unsigned t) {
    const unsigned depth = p.d.inputs + p.d.units;
    backToState(lane, p, block, t, QuadRows{lane.memory + p.d.transposed + 4 * p.d.inputs, depth}, 0, 4 * p.d.units,
                [&](unsigned b, unsigned u, float dh) { carryBack(lane, p, b, u, dh); });
  }
};
