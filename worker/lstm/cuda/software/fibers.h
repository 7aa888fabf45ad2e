// Threads of a block as fibers on one CPU thread. They are made once and go from block to block: making a context and
// entering it takes system calls, a jump between two takes a few nanoseconds.
#pragma once
#include <csetjmp>
#include <cstdlib>
#include <ucontext.h>
#include <vector>
#include "shim.h"

Index threadIdx, blockIdx, gridDim;

namespace fibers {
constexpr size_t stackBytes = 64 << 10;

struct Fiber {
  ucontext_t first;
  jmp_buf at;
  bool started, done;
};

static std::vector<Fiber> all;
static std::vector<char> stacks;
static jmp_buf home;
static Fiber* current;
static void (*body)(void**);
static void** arguments;

static void handBack() {
  if (!_setjmp(current->at)) _longjmp(home, 1);
}

static void live() {
  for (;;) {
    body(arguments);
    current->done = true;
    handBack();
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

static void runBlock() {
  for (Fiber& fiber : all) fiber.done = false;
  for (size_t left = all.size(); left > 0;) {
    for (unsigned i = 0; i < all.size(); i++) {
      if (all[i].done) continue;
      enter(i);
      if (all[i].done) left--;
    }
  }
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

void waitForBlock() { fibers::handBack(); }
