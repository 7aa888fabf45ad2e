import { layerRecordBytes } from "./layer-record.ts";
import { type Direction, gates, layoutOf, type NetworkShape, type NetworkUse } from "./shape.ts";

/** Addresses (bytes) of everything one direction of a layer needs; 0 where it needs nothing. See kernels/layer.ts. */
export interface DirectionPlan extends Direction {
  readonly record: number;
  readonly weights: number;
  readonly gradient: number;
  readonly panels: number;
  readonly transposed: number;
  readonly z: number;
  readonly ldz: number;
  readonly gates: number;
  readonly cells: number;
  readonly tanhs: number;
  readonly resets: number;
  readonly dz: number;
  readonly ldDz: number;
  readonly dzWidth: number;
  readonly dCells: number;
  readonly held: number;
  readonly dhRow: number;
  readonly mask: number;
  readonly recurrentMask: number;
}

export interface DensePlan {
  readonly inputs: number;
  readonly weights: number;
  readonly gradient: number;
  /** [rows, inputs + 1], the last column 1. */
  readonly x: number;
  readonly panels: number;
  readonly scratch: number;
  /** [rows, outputs]: outputs, and the gradient of the loss by them. */
  readonly y: number;
  readonly dy: number;
  readonly dx: number;
  readonly ldDx: number;
}

/** One model's memory, computed once; nothing is allocated while it trains. */
export interface Plan {
  readonly bytes: number;
  /** Samples computed at once, at most. */
  readonly rows: number;
  /** Weights in all, filled up to a multiple of 4. */
  readonly padded: number;
  readonly weights: number;
  readonly gradient: number;
  readonly slots: readonly number[];
  readonly lengths: number;
  /** [rows, window · features]: windows on their way in. */
  readonly windows: number;
  readonly scratch: number;
  readonly directions: readonly DirectionPlan[];
  readonly dense: DensePlan;
}

/** More rows at once make larger products but fall out of the cache: 32 to 64 rows were the fastest, 128 for few units. */
const rowsTimesUnits = 2048;
const mostRows = 128;
const leastRows = 32;
/** Fewer rows are taken when this many bytes would not hold them. */
const comfortable = 256 * 2 ** 20;

/** `most`: never more samples at once than that. */
export function planFor(shape: NetworkShape, use: NetworkUse, most = mostRows): Plan {
  return planOf(
    shape,
    use,
    rowsFor(shape, (rows) => planOf(shape, use, rows).bytes, most),
  );
}

/** How many samples to compute at once, when that many take `bytesOf` them. */
export function rowsFor(shape: NetworkShape, bytesOf: (rows: number) => number, most = mostRows): number {
  const widest = Math.max(1, ...shape.hidden);
  const wanted = Math.floor(rowsTimesUnits / widest);
  let rows = Math.min(most, Math.max(leastRows, wanted));
  while (rows > 1 && bytesOf(rows) > comfortable) rows = Math.ceil(rows / 2);
  return rows;
}

export function roundUp(n: number, multiple: number): number {
  return Math.ceil(n / multiple) * multiple;
}

/** Hands out addresses one after the other, each at the start of a cache line. The first page stays with the kernels. */
class Arena {
  bytes = 65536;

  floats(count: number): number {
    const address = this.bytes;
    this.bytes += roundUp(count * 4, 64);
    return address;
  }

  floatsIf(needed: boolean, count: number): number {
    return needed ? this.floats(count) : 0;
  }
}

function planOf(shape: NetworkShape, use: NetworkUse, rows: number): Plan {
  const layout = layoutOf(shape);
  const arena = new Arena();
  const padded = roundUp(layout.weights, 4);
  const weights = arena.floats(padded);
  const gradient = arena.floatsIf(use.training, padded);
  const slots = Array.from({ length: use.training ? use.slots : 0 }, () => arena.floats(padded));
  const lengths = arena.floatsIf(use.lengths, rows);
  const windows = arena.floats(rows * shape.window * shape.features);
  const masks = planMasks(shape, use, rows, arena);
  const directions = layout.directions.map((direction) => {
    const at = {
      weights: weights + direction.offset * 4,
      gradient: gradient && gradient + direction.offset * 4,
    };
    const mask = masks[direction.layer]!;
    return planDirection(shape, use, rows, direction, { ...at, mask }, arena);
  });
  const dense = planDense(shape, use, rows, layout.denseInputs, arena, {
    weights: weights + layout.denseOffset * 4,
    gradient: gradient && gradient + layout.denseOffset * 4,
  });
  const scratch = arena.floats(
    Math.max(0, ...directions.map(({ units, ldDz }) => gates[shape.cell] * units * ldDz)),
  );
  return {
    bytes: arena.bytes,
    rows,
    padded,
    weights,
    gradient,
    slots,
    lengths,
    windows,
    scratch,
    directions,
    dense,
  };
}

function planMasks(shape: NetworkShape, use: NetworkUse, rows: number, arena: Arena): number[] {
  const last = shape.hidden.length - 1;
  return shape.hidden.map((units, layer) => {
    const steps = layer === last ? 1 : shape.window;
    return arena.floatsIf(use.dropout, steps * rows * units * (shape.bidirectional ? 2 : 1));
  });
}

function planDirection(
  shape: NetworkShape,
  use: NetworkUse,
  rows: number,
  direction: Direction,
  given: { readonly weights: number; readonly gradient: number; readonly mask: number },
  arena: Arena,
): DirectionPlan {
  const { inputs, units, layer } = direction;
  const steps = shape.window;
  const width = gates[shape.cell] * units;
  const depth = inputs + units + 1;
  const dzWidth = layer > 0 ? inputs + units : units;
  const ldDz = roundUp(dzWidth, 8);
  const { training } = use;
  const gru = shape.cell === "gru";
  return {
    ...direction,
    ...given,
    record: arena.floats(layerRecordBytes / 4),
    // A GRU packs its two kinds of gates apart.
    panels: arena.floats(depth * (roundUp(width, 8) + (gru ? 8 : 0))),
    transposed: arena.floatsIf(training, width * ldDz),
    z: arena.floats((steps + 1) * rows * depth),
    ldz: depth,
    gates: arena.floats(steps * rows * width),
    cells: arena.floatsIf(shape.cell !== "rnn", (steps + 1) * rows * units),
    tanhs: arena.floatsIf(shape.cell === "lstm", steps * rows * units),
    resets: arena.floatsIf(gru, steps * rows * depth),
    dz: arena.floatsIf(training, (layer > 0 ? steps : 1) * rows * ldDz),
    ldDz,
    dzWidth,
    dCells: arena.floatsIf(training && shape.cell !== "rnn", rows * units),
    held: arena.floatsIf(training && use.lengths && !gru, rows * units),
    dhRow: arena.floatsIf(training, units),
    recurrentMask: arena.floatsIf(use.recurrentDropout, rows * units),
  };
}

function planDense(
  shape: NetworkShape,
  use: NetworkUse,
  rows: number,
  inputs: number,
  arena: Arena,
  given: { readonly weights: number; readonly gradient: number },
): DensePlan {
  const { outputs } = shape;
  const ldDx = roundUp(inputs, 8);
  const needsDx = use.training && shape.hidden.length > 0;
  return {
    ...given,
    inputs,
    x: arena.floats(rows * (inputs + 1)),
    panels: arena.floats(Math.max((inputs + 1) * roundUp(outputs, 8), ldDx * outputs)),
    scratch: arena.floatsIf(needsDx, outputs * ldDx),
    y: arena.floats(rows * outputs),
    dy: arena.floatsIf(use.training, rows * outputs),
    dx: arena.floatsIf(needsDx, rows * ldDx),
    ldDx,
  };
}
