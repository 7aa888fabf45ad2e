import type { Address } from "./device.ts";
import type { Cell } from "../shape.ts";
import { type LanePlan, mostLayers, mostSpans } from "./plan.ts";

/** Bytes of `Lane` in kernels/lane.cuh. */
export const laneBytes = 1680;

const cellCodes: Readonly<Record<Cell, number>> = { lstm: 0, gru: 1, rnn: 2 };

/** Pointers of a lane, in their order. */
export interface LanePointers {
  readonly memory: Address;
  readonly values: Address;
  readonly starts: Address;
  readonly lengths: Address;
  readonly targets: Address;
  readonly samples: Address;
  readonly pieces: Address;
  readonly numbers: Address;
  readonly losses: Address;
  readonly squares: Address;
  readonly outputs: Address;
}

/** A weight among the flat vector of all. */
export interface LaneSpan {
  readonly offset: number;
  readonly length: number;
  readonly decays: boolean;
}

/** What a lane minimises, and how. */
export interface LaneObjective {
  readonly loss: number;
  readonly delta: number;
  readonly classWeights: boolean;
  /** The optimizer's code. */
  readonly rule: number;
  readonly l2: number;
  readonly clipValue: number;
  readonly clipNorm: number;
  readonly seed: number;
  readonly outputMask: MaskNumbers;
  readonly stateMask: MaskNumbers;
}

/** A random word below `threshold` drops a unit, others become `kept`. */
export interface MaskNumbers {
  readonly threshold: number;
  readonly kept: number;
}

/** Writes words one after the other, as a C compiler lays out a structure of them. */
class Words {
  readonly bytes = new Uint8Array(laneBytes);
  private readonly view = new DataView(this.bytes.buffer);
  private at = 0;

  pointers(...values: readonly number[]): this {
    for (const value of values) {
      this.view.setBigUint64(this.at, BigInt(value), true);
      this.at += 8;
    }
    return this;
  }

  uints(...values: readonly number[]): this {
    for (const value of values) {
      this.view.setUint32(this.at, value, true);
      this.at += 4;
    }
    return this;
  }

  floats(...values: readonly number[]): this {
    for (const value of values) {
      this.view.setFloat32(this.at, value, true);
      this.at += 4;
    }
    return this;
  }

  /** Fills up to `count` structures of `words` words each, of which `written` are there. */
  rest(count: number, words: number, written: number): this {
    this.at += (count - written) * words * 4;
    return this;
  }
}

/** `Lane` of kernels/lane.cuh with its counters: pieces to do, and 0 done. */
export function laneRecord(
  plan: LanePlan,
  at: LanePointers,
  objective: LaneObjective,
  spans: readonly LaneSpan[],
  pieceCount: number,
): Uint8Array {
  const { shape, layers } = plan;
  const { outputMask, stateMask, seed } = objective;
  const words = new Words()
    .pointers(at.memory, at.values, at.starts, at.lengths, at.targets, at.samples, at.pieces, at.numbers)
    .pointers(at.losses, at.squares, at.outputs)
    .uints(pieceCount, 0, 0)
    .uints(shape.features, shape.window, shape.outputs, layers.length, shape.bidirectional ? 2 : 1, plan.rows)
    .uints(...plan.vectors, plan.clamped, plan.denseInputs, plan.denseOffset)
    .uints(plan.x, plan.y, plan.dy, plan.parts)
    .uints(spans.length, objective.loss, objective.rule, cellCodes[shape.cell])
    .floats(objective.delta)
    .uints(objective.classWeights ? plan.classWeights : 0)
    .floats(objective.l2, objective.clipValue, objective.clipNorm)
    .uints(seed % 2 ** 32, Math.floor(seed / 2 ** 32))
    .uints(outputMask.threshold, stateMask.threshold)
    .floats(outputMask.kept, stateMask.kept);
  writeDirections(words, plan);
  for (const { width, out, mask, dout } of layers) words.uints(width, out, mask, dout);
  words.rest(mostLayers, 4, layers.length);
  for (const { offset, length, decays } of spans) words.uints(offset, length, Number(decays), 0);
  words.rest(mostSpans, 4, spans.length);
  return words.bytes;
}

/** Two of each layer, the second one unused where a layer reads one way. */
function writeDirections(words: Words, { shape, directions, layers }: LanePlan): void {
  for (const d of directions) {
    words.uints(d.inputs, d.units, d.offset, d.transposed, d.gates, d.cells, d.states, d.stateMask);
    if (!shape.bidirectional) words.rest(1, 8, 0);
  }
  words.rest(2 * mostLayers, 8, 2 * layers.length);
}

export const flags = { train: 1, first: 2, last: 4 } as const;

/** Samples computed together. */
export interface Piece {
  readonly from: number;
  readonly count: number;
  /** Of the first one in its batch. */
  readonly place: number;
  readonly epoch: number;
  readonly batch: number;
  readonly flags: number;
  readonly scale: number;
}

/** `Piece` of kernels/lane.cuh, one after the other. */
export function pieceRecords(pieces: readonly Piece[]): Uint8Array {
  const uints = new Uint32Array(pieces.length * 8);
  const floats = new Float32Array(uints.buffer);
  for (const [index, piece] of pieces.entries()) {
    const { from, count, place, epoch, batch, scale } = piece;
    uints.set([from, count, place, epoch, batch, piece.flags], index * 8);
    floats[index * 8 + 6] = scale;
  }
  return new Uint8Array(uints.buffer);
}
