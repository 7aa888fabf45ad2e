// Threads of a block as fibers on one CPU thread. They are made once and go from block to block: making a context and
// entering it takes system calls, a jump between two takes a few nanoseconds.
#pragma once
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <ucontext.h>
#include <vector>
#include "shim.h"

Index threadIdx, blockIdx, gridDim;

namespace fibers {
constexpr size_t stackBytes = 64 << 10;
constexpr unsigned warpThreads = 32;

enum class Stop { barrier, product, end };

struct Fiber {
  ucontext_t first;
  jmp_buf at;
  bool started;
  Stop stop;
  // Its part of a product of the warp.
  float* c;
  const float *a, *b;
};

static std::vector<Fiber> all;
static std::vector<char> stacks;
static jmp_buf home;
static Fiber* current;
static void (*body)(void**);
static void** arguments;

static void handBack(Stop stop) {
  current->stop = stop;
  if (!_setjmp(current->at)) _longjmp(home, 1);
}

static void live() {
  for (;;) {
    body(arguments);
    handBack(Stop::end);
  }
}

static void make(unsigned threads) {
  if (all.size() == threads) return;
  all.assign(threads, {});
  stacks.resize(threads * stackBytes);
  for (unsigned i = 0; i < threads; i++) {
    getcontext(&all[i].first);
    all[i].first.uc_stack.ss_sp = &stacks[i * stackBytes];
    all[i].first.uc_stack.ss_size = stackBytes;
    makecontext(&all[i].first, live, 0);
  }
}

static void enter(unsigned thread) {
  current = &all[thread];
  threadIdx = {thread, 0, 0};
  if (_setjmp(home)) return;
  if (current->started) _longjmp(current->at, 1);
  current->started = true;
  setcontext(&current->first);
}

// c += a b, a [16][8] and b [8][8], in the order of k; ../kernels/tensor.cuh says who brings what. A card may sum in
// another order.
static void multiply(Fiber* warp) {
  float a[16][8], b[8][8];
  for (unsigned i = 0; i < warpThreads; i++) {
    const unsigned row = i / 4, k = i % 4;
    a[row][k] = warp[i].a[0], a[row + 8][k] = warp[i].a[1];
    a[row][k + 4] = warp[i].a[2], a[row + 8][k + 4] = warp[i].a[3];
    b[k][row] = warp[i].b[0], b[k + 4][row] = warp[i].b[1];
  }
  for (unsigned i = 0; i < warpThreads; i++)
    for (unsigned e = 0; e < 4; e++)
      for (unsigned k = 0; k < 8; k++) warp[i].c[e] += a[i / 4 + 8 * (e / 2)][k] * b[k][2 * (i % 4) + e % 2];
}

// Runs a warp until its threads wait at a barrier or have ended; returns how many ended.
static unsigned runWarp(unsigned from) {
  unsigned ended = 0;
  for (Stop resumed = Stop::barrier;; resumed = Stop::product) {
    unsigned products = 0;
    for (unsigned i = from; i < from + warpThreads; i++) {
      if (all[i].stop != resumed) continue;
      enter(i);
      ended += all[i].stop == Stop::end;
      products += all[i].stop == Stop::product;
    }
    if (products == 0) return ended;
    if (products < warpThreads) {
      fprintf(stderr, "software CUDA: only %u threads of a warp take part in a product\n", products);
      abort();
    }
    multiply(&all[from]);
  }
}

static void runBlock() {
  for (Fiber& fiber : all) fiber.stop = Stop::barrier;
  for (size_t left = all.size(); left > 0;)
    for (unsigned from = 0; from < all.size(); from += warpThreads) left -= runWarp(from);
}

static void launch(void (*kernel)(void**), void** given, Index grid, unsigned threads) {
  make(threads);
  body = kernel;
  arguments = given;
  gridDim = grid;
  for (unsigned z = 0; z < grid.z; z++)
    for (unsigned y = 0; y < grid.y; y++)
      for (unsigned x = 0; x < grid.x; x++) {
        blockIdx = {x, y, z};
        runBlock();
      }
}
}  // namespace fibers

void waitForBlock() { fibers::handBack(fibers::Stop::barrier); }

void multiplyWarp(float (&c)[4], const float (&a)[4], const float (&b)[2]) {
  fibers::current->c = c;
  fibers::current->a = a;
  fibers::current->b = b;
  fibers::handBack(fibers::Stop::product);
}
