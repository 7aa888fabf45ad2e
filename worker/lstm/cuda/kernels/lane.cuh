// A lane is one trial's place on the device: its memory, its data, and what it computes next. Many lanes share a
// launch: blockIdx.y is the lane, and a block reads nothing of another lane. ../record.ts writes these structures.
#pragma once

enum { THREADS = 128, TILE = 8, SHARED = 6144, MOST_LAYERS = 8, MOST_SPANS = 50 };
enum { LSTM, GRU, RNN };          // cells
enum { TRAIN = 1, FIRST = 2, LAST = 4 };  // flags of a piece; FIRST and LAST of the pieces of one optimizer step

// One layer in one direction. Offsets count floats from the lane's memory.
struct Direction {
  unsigned inputs, units;
  unsigned offset;      // in the vectors of weights: [inputs + units + 1][row], last the bias. A row is for lstm
                        // [units] float4, gates i, f, g, o; for gru [z, r, n][units]; for rnn [units]
  unsigned transposed;  // without the bias: lstm [units][inputs + units] float4, others [row][inputs + units]
  unsigned gates;       // [window][rows][row]: activated gates, then their gradients
  unsigned cells;       // [window][rows][units]: lstm c, gru the state reset; rnn has none
  unsigned states;      // [rows][units]: gradient by h on its way back; lstm float2, by h and c
  unsigned stateMask;   // [rows][units], or 0
};

struct Layer {
  unsigned width;  // units of all directions
  unsigned out;    // [window][rows][width]: h
  unsigned mask;   // [window, or 1 for the last layer][rows][width], or 0
  unsigned dout;   // [window, or 1 for the last layer][rows][width]: gradient by what the layer above reads
};

// One named weight within the flat vector of all.
struct Span {
  unsigned offset, length, decays, spare;
};

// Samples computed together: all of a batch, or as many as fit into the lane's memory.
struct Piece {
  unsigned from, count;  // within `samples`
  unsigned place;        // of the first one in its batch
  unsigned epoch, batch, flags;
  float scale;  // share of the batch in the step / terms of its loss
  unsigned spare;
};

// A pointer to the device's memory: the compiler is told so, since beside assembly it does not find out by itself.
template <class T>
struct Global {
  T* at;
  __device__ __forceinline__ operator T*() const {
    __builtin_assume(__isGlobal(at));
    return at;
  }
};

struct alignas(16) Lane {
  Global<float> memory;
  Global<const float> values;    // [rows of the table][features]
  Global<const int> starts;      // [samples]
  Global<const int> lengths;     // [samples], or null
  Global<const float> targets;   // [samples][outputs]
  Global<const int> samples;     // in the order in which they are computed
  Global<const Piece> pieces;
  Global<const double> numbers;  // [steps][8]: the rule's numbers, then the share of the weights that decay leaves
  Global<float> losses;          // [pieces]: sums
  Global<double> squares;        // [steps][spans]: of each weight's gradient, before clipping
  Global<float> outputs;         // [samples][outputs], of pieces that do not train
  unsigned pieceCount, piece, step;
  unsigned features, window, outputSize, layers, directions;
  unsigned rows;  // samples of a piece, at most
  unsigned vectors[4];  // weights, gradient, the optimizer's slots; each [all weights]
  unsigned clamped;     // [spans] double: sums of squares after clipping by value
  unsigned denseInputs, denseOffset;
  unsigned x, y, dy, parts;  // [rows][dense inputs], [rows][outputs] twice, [rows]: each sample's loss
  unsigned spanCount, loss, rule, cell;
  float delta;
  unsigned classWeights;  // [2][outputs]: of 1, of 0; or 0
  float l2, clipValue, clipNorm;
  unsigned seed[2], outputThreshold, stateThreshold;
  float outputKept, stateKept;
  Direction direction[2 * MOST_LAYERS];
  Layer layer[MOST_LAYERS];
  Span span[MOST_SPANS];
};
static_assert(sizeof(Lane) == 1680, "../record.ts writes lanes of this size");

static __device__ __forceinline__ unsigned least(unsigned a, unsigned b) { return a < b ? a : b; }

static __device__ __forceinline__ unsigned gateCount(const Lane& lane) {
  return lane.cell == LSTM ? 4 : lane.cell == GRU ? 3 : 1;
}

static __device__ __forceinline__ bool atWork(const Lane& lane) { return lane.piece < lane.pieceCount; }

static __device__ __forceinline__ bool trains(const Lane& lane) {
  return atWork(lane) && (lane.pieces[lane.piece].flags & TRAIN);
}

// An optimizer step ends with this piece.
static __device__ __forceinline__ bool steps(const Lane& lane) {
  return atWork(lane) && (lane.pieces[lane.piece].flags & LAST);
}

enum { WEIGHTS, GRADIENT, SLOT0, SLOT1 };

static __device__ __forceinline__ float* vectorOf(const Lane& lane, unsigned which) {
  return lane.memory + lane.vectors[which];
}

static __device__ __forceinline__ bool has(const Lane& lane, unsigned layer, unsigned side) {
  return layer < lane.layers && side < lane.directions;
}

// Of cells of that kind.
static __device__ __forceinline__ bool has(const Lane& lane, unsigned cell, unsigned layer, unsigned side) {
  return lane.cell == cell && has(lane, layer, side);
}

static __device__ __forceinline__ unsigned lengthOf(const Lane& lane, unsigned sample) {
  return lane.lengths ? (unsigned)lane.lengths[sample] : lane.window;
}

// How a block's threads share columns and rows: a thread has one column (of each `columns`) and TILE rows.
struct Tile {
  unsigned columns, rows, column, row;
  bool busy;
};

static __device__ __forceinline__ Tile tileOf(unsigned width) {
  const unsigned columns = least(width, THREADS), groups = least(THREADS / columns, 8), group = threadIdx.x / columns;
  return {columns, groups * TILE, threadIdx.x % columns, group * TILE, group < groups};
}
