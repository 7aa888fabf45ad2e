// Products for cells whose gates lie one after the other (gru, rnn): a row of W is [gate 0 of all units, gate 1 …].
#pragma once
#include "inputs.cuh"
#include "math.cuh"

// A matrix from its first column; columns of the gates lie apart.
struct Matrix {
  Global<const float> at;
  unsigned stride;  // to the next row
  unsigned gap;     // to the next gate

  // Row k of column u, in G gates.
  template <int G>
  __device__ __forceinline__ void get(unsigned k, unsigned u, float (&w)[G]) const {
#pragma unroll
    for (int g = 0; g < G; g++) w[g] = at[(size_t)k * stride + g * gap + u];
  }
};

// a[gate] += z * w for the first G gates and TILE rows; z [n][ld]; w from the thread's column.
template <int G, int ALL>
static __device__ __forceinline__ void multiplyGates(float (&a)[ALL][TILE], const Matrix& w, const float* z, unsigned ld,
                                                     unsigned n) {
#pragma unroll 2
  for (unsigned k = 0; k < n; k++) {
    const float4 low = *(const float4*)(z + k * ld), high = *(const float4*)(z + k * ld + 4);
    const float row[TILE] = {low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w};
    float wk[G];
    w.get<G>(k, 0, wk);
#pragma unroll
    for (int g = 0; g < G; g++) {
#pragma unroll
      for (int j = 0; j < TILE; j++) a[g][j] = fmaf(wk[g], row[j], a[g][j]);
    }
  }
}

// A block's part of a product: rows (samples) from `first` on, of which `count` are there, and all columns in rounds of
// `columns`. In each round a thread owns OWN sums, those of one column. TensorBlock (tensor.cuh) promises the same.
struct FmaBlock {
  enum { OWN = TILE };
  unsigned first, count, columns;
  Tile tile;
  float* shared;

  __device__ __forceinline__ FmaBlock(unsigned width, unsigned rows, float* memory) : count(rows), shared(memory) {
    tile = tileOf(width);
    columns = tile.columns;
    first = blockIdx.x * tile.rows;
  }

  // Of the sum i in the round of the columns from `base` on.
  __device__ __forceinline__ unsigned row(int i) const { return first + tile.row + i; }
  __device__ __forceinline__ unsigned column(unsigned base, int) const { return base + tile.column; }
  __device__ __forceinline__ bool owns(unsigned base, int i, unsigned width) const {
    return tile.busy && column(base, i) < width && row(i) < count;
  }

  // a[gate] += source(row, k) * w for k < n; every thread of the block takes part. `kept`: nothing has come between this
  // product and one of the same source, in the round before.
  template <int G, int ALL, class Source>
  __device__ __forceinline__ void product(float (&a)[ALL][OWN], const Matrix& w, unsigned base, unsigned width, unsigned n,
                                          const Source& source, bool = false) const {
    const unsigned ld = tile.rows + 4, most = SHARED / ld, u = column(base, 0);
    const bool mine = tile.busy && u < width;
    for (unsigned k0 = 0; k0 < n; k0 += most) {
      const unsigned part = least(most, n - k0);
      __syncthreads();  // what the source reads is written, and what lay here has been read
#pragma unroll 1
      for (unsigned r = threadIdx.x / 32; r < tile.rows; r += THREADS / 32)
#pragma unroll 1
        for (unsigned k = threadIdx.x % 32; k < part; k += 32)
          shared[k * ld + r] = first + r < count ? source(first + r, k0 + k) : 0.0f;
      __syncthreads();
      if (mine) multiplyGates<G>(a, {w.at + (size_t)k0 * w.stride + u, w.stride, w.gap}, shared + tile.row, ld, part);
    }
  }
};
