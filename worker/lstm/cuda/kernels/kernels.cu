// Training of recurrent networks, many trials in one launch. Compiles with nvcc to ../kernels.ptx (scripts/build-cuda.mjs) and, with
// ../software/shim.h, as C++ for tests on a CPU. ../../../../docs/gpu.md says how a step is made of launches.
#ifndef __CUDACC__
#include "../software/shim.h"
#endif
#include "backward.cuh"
#include "below-rows.cuh"
#include "dense.cuh"
#include "forward.cuh"
#include "gradients.cuh"
#include "gru.cuh"
#include "masks.cuh"
#include "rnn.cuh"
#include "update.cuh"
