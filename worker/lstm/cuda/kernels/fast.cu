// The kernels with most of the work once more, on tensor cores (tensor.cuh). Compiles with nvcc to ../fast.ptx, for GPUs of
// compute capability 8.0 and newer; each stands in for the one of kernels.cu that has its name without `Fast`.
#ifndef __CUDACC__
#include "../software/shim.h"
#endif
#include "rnn.cuh"
#include "tensor.cuh"

#define ENTRY extern "C" __global__ void __launch_bounds__(THREADS)

ENTRY forwardFast(const Lane* lanes, unsigned layer) { forwardOf<Lstm, TensorBlock>(lanes, layer); }
ENTRY forwardGruFast(const Lane* lanes, unsigned layer) { forwardOf<Gru, TensorBlock>(lanes, layer); }
ENTRY forwardRnnFast(const Lane* lanes, unsigned layer) { forwardOf<Rnn, TensorBlock>(lanes, layer); }
ENTRY backwardFast(const Lane* lanes, unsigned layer) { backwardOf<Lstm, TensorBlock>(lanes, layer); }
ENTRY backwardGruFast(const Lane* lanes, unsigned layer) { backwardOf<Gru, TensorBlock>(lanes, layer); }
ENTRY backwardRnnFast(const Lane* lanes, unsigned layer) { backwardOf<Rnn, TensorBlock>(lanes, layer); }
ENTRY weightsFast(const Lane* lanes, unsigned layer) { weightsOf<TensorSums>(lanes, layer); }
ENTRY belowRowsFast(const Lane* lanes, unsigned layer) { belowRowsOf<TensorBlock>(lanes, layer); }

ENTRY belowFast(const Lane* lanes, unsigned layer) {
  const Lane& lane = lanes[blockIdx.y];
  if (!trains(lane) || !has(lane, LSTM, layer, 0)) return;
  belowOf<TensorBlock>(lane, layer, [&](const Direction& d) { return QuadRows{lane.memory + d.transposed, d.inputs + d.units}; });
}
