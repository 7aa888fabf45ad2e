import { type Direction, gates, layoutOf, type NetworkShape } from "../shape.ts";
import { type Precision, threads } from "./device.ts";

/** What a lane's network is used for. */
export interface LaneUse {
  readonly dropout: boolean;
  readonly recurrentDropout: boolean;
  /** Vectors as long as the weights that the optimizer keeps. */
  readonly slots: number;
  /** Samples of a batch. */
  readonly batch: number;
}

/** Where one direction of a layer lies; offsets count floats from the lane's memory. See kernels/lane.cuh. */
export interface DirectionPlan extends Direction {
  readonly transposed: number;
  readonly gates: number;
  readonly cells: number;
  readonly states: number;
  readonly stateMask: number;
}

export interface LayerPlan {
  readonly width: number;
  readonly out: number;
  readonly mask: number;
  readonly dout: number;
}

/** A lane's memory on the device, computed once: nothing is allocated while it trains. */
export interface LanePlan {
  readonly shape: NetworkShape;
  readonly bytes: number;
  /** Samples computed at once, at most. */
  readonly rows: number;
  readonly weightCount: number;
  /** Weights, gradient, slots (0 where there is none). */
  readonly vectors: readonly [weights: number, gradient: number, slot0: number, slot1: number];
  readonly classWeights: number;
  readonly clamped: number;
  readonly denseInputs: number;
  readonly denseOffset: number;
  readonly x: number;
  readonly y: number;
  readonly dy: number;
  readonly parts: number;
  /** Forward and reverse of each layer. */
  readonly directions: readonly DirectionPlan[];
  readonly layers: readonly LayerPlan[];
}

/** Recurrent layers that a lane can have, and named weights of that many. */
export const mostLayers = 8;
export const mostSpans = 50;

const leastRows = 64;
const mostRows = 1024;
/** Fewer rows are taken when this many bytes would not hold them. */
const comfortable = 256 * 2 ** 20;

/** Rows follow from the model alone, so that a trial computes the same whatever else is on the device. */
export function planLane(shape: NetworkShape, use: LaneUse): LanePlan {
  let rows = Math.min(mostRows, Math.max(leastRows, use.batch));
  while (rows > 1 && planOf(shape, use, rows).bytes > comfortable) rows = Math.ceil(rows / 2);
  return planOf(shape, use, rows);
}

/** Hands out places one after the other, each at the start of 256 bytes. The first ones stay empty: 0 means none. */
class Ground {
  floats = 64;

  take(count: number): number {
    const at = this.floats;
    this.floats += Math.ceil(count / 64) * 64;
    return at;
  }

  takeIf(needed: boolean, count: number): number {
    return needed ? this.take(count) : 0;
  }
}

function planOf(shape: NetworkShape, use: LaneUse, rows: number): LanePlan {
  const { cell, hidden, window, outputs, bidirectional } = shape;
  const layout = layoutOf(shape);
  const ground = new Ground();
  const vector = (needed: boolean): number => ground.takeIf(needed, layout.weights);
  const vectors = [vector(true), vector(true), vector(use.slots > 0), vector(use.slots > 1)] as const;
  const classWeights = ground.take(2 * outputs);
  const clamped = ground.take(2 * mostSpans);
  const layers = hidden.map((units, layer) => {
    const width = bidirectional ? 2 * units : units;
    const steps = layer === hidden.length - 1 ? 1 : window;
    return {
      width,
      out: ground.take(window * rows * width),
      mask: ground.takeIf(use.dropout, steps * rows * width),
      dout: ground.take(steps * rows * width),
    };
  });
  const directions = layout.directions.map((direction) => ({
    ...direction,
    transposed: ground.take((direction.inputs + direction.units) * direction.units * gates[cell]),
    gates: ground.take(window * rows * direction.units * gates[cell]),
    cells: ground.takeIf(cell !== "rnn", window * rows * direction.units),
    states: ground.take(rows * direction.units * (cell === "lstm" ? 2 : 1)),
    stateMask: ground.takeIf(use.recurrentDropout, rows * direction.units),
  }));
  return {
    shape,
    rows,
    weightCount: layout.weights,
    vectors,
    classWeights,
    clamped,
    denseInputs: layout.denseInputs,
    denseOffset: layout.denseOffset,
    x: ground.take(rows * layout.denseInputs),
    y: ground.take(rows * outputs),
    dy: ground.take(rows * outputs),
    parts: ground.take(rows),
    directions,
    layers,
    bytes: ground.floats * 4,
  };
}

/** Rows of a block whose threads share `width` columns: tileOf in kernels/lane.cuh; TensorBlock in kernels/tensor.cuh. */
export function tileRows(width: number, precision: Precision): number {
  if (precision === "fast") return 16;
  return 8 * Math.min(8, Math.floor(threads / Math.min(width, threads)));
}
