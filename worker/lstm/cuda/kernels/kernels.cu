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

#define ENTRY extern "C" __global__ void __launch_bounds__(THREADS)

ENTRY forwardGru(const Lane* lanes, unsigned layer) { forwardOf<Gru, FmaBlock>(lanes, layer); }
ENTRY forwardRnn(const Lane* lanes, unsigned layer) { forwardOf<Rnn, FmaBlock>(lanes, layer); }
ENTRY backwardGru(const Lane* lanes, unsigned layer) { backwardOf<Gru, FmaBlock>(lanes, layer); }
ENTRY backwardRnn(const Lane* lanes, unsigned layer) { backwardOf<Rnn, FmaBlock>(lanes, layer); }
ENTRY weights(const Lane* lanes, unsigned layer) { weightsOf<FmaSums>(lanes, layer); }
ENTRY belowRows(const Lane* lanes, unsigned layer) { belowRowsOf<FmaBlock>(lanes, layer); }
