import { totalmem } from "node:os";
import type { Dropout } from "./dropout.ts";
import type { Loss } from "./losses.ts";
import { OutOfMemory } from "./machine.ts";
import type { NativeLibrary } from "./native.ts";
import { rowsFor } from "./plan.ts";
import type { Samples } from "./samples.ts";
import { layoutOf, type NetworkShape, type NetworkUse } from "./shape.ts";
import type { LabelledSamples, Penalties } from "./training.ts";
import type { Update } from "./update.ts";

const cells = { lstm: 0, gru: 1, rnn: 2 } as const;
const losses: Readonly<Record<Loss["kind"], number>> = {
  mse: 0,
  mae: 1,
  huber: 2,
  binary_crossentropy: 3,
  categorical_crossentropy: 4,
  quantile: 5,
};

/** A network computed by the native kernels, in memory of its own that `dispose` gives back. */
export class NativeNetwork {
  /** Samples computed at once, at most. */
  readonly rows: number;
  /** Weights in all. */
  readonly size: number;
  private readonly library: NativeLibrary;
  private readonly shape: NetworkShape;
  private readonly penalties: Penalties;
  private readonly squares: Float64Array;
  private readonly numbers = new Float64Array(11);
  private readonly batch = new Uint32Array(4);
  private readonly classWeights: Float32Array | null;
  private handle: number;
  private readonly at: { readonly squares: number; readonly numbers: number; readonly batch: number };
  /** Arrays whose addresses were taken last, with the addresses. */
  private known: { readonly set: Samples; readonly addresses: SetAddresses } | null = null;

  /** `spans`: how many weights there are by name. Throws `OutOfMemory`. */
  constructor(
    library: NativeLibrary,
    shape: NetworkShape,
    use: NetworkUse,
    objective: NativeObjective,
    most?: number,
  ) {
    this.library = library;
    this.shape = shape;
    this.penalties = objective.penalties;
    this.size = layoutOf(shape).weights;
    const bytesOf = (rows: number): number => library.bytes(library.addressOf(shapeWords(shape, use, rows)));
    this.rows = rowsFor(shape, bytesOf, most);
    this.handle = allocate(library, shapeWords(shape, use, this.rows), bytesOf(this.rows));
    this.squares = new Float64Array(3 * layoutOf(shape).directions.length + 2);
    this.at = {
      squares: library.addressOf(this.squares),
      numbers: library.addressOf(this.numbers),
      batch: library.addressOf(this.batch),
    };
    this.classWeights = classWeightsOf(objective.loss);
    library.objective(
      this.handle,
      losses[objective.loss.kind],
      objective.loss.kind === "huber" ? objective.loss.delta : 0,
      this.classWeights ? library.addressOf(this.classWeights) : 0,
      objective.outputRate,
      objective.stateRate,
    );
  }

  /** Sets the weights (vector 0) or a slot of the optimizer (2, 3) from their flat form (shape.ts). */
  put(vector: number, flat: Float32Array): void {
    this.library.put(this.handle, vector, this.library.addressOf(flat));
  }

  /** The weights, their gradient (1) or a slot, flat; a copy. */
  get(vector: number): Float32Array {
    const flat = new Float32Array(this.size);
    this.library.get(this.handle, vector, this.library.addressOf(flat));
    return flat;
  }

  /** Mean loss of these samples; adds its gradient times `share` to what is gathered. */
  accumulate(set: LabelledSamples, samples: Int32Array, share: number, dropout: Dropout | null): number {
    const { values, starts, lengths, targets } = this.addresses(set);
    const at = this.library.addressOf(samples);
    if (dropout) {
      const { seed, epoch, batch } = dropout;
      this.batch.set([seed % 2 ** 32, Math.floor(seed / 2 ** 32), epoch, batch]);
    }
    const key = dropout ? this.at.batch : 0;
    return this.library.accumulate(
      this.handle,
      values,
      starts,
      lengths,
      targets,
      at,
      samples.length,
      share,
      key,
    );
  }

  /** One step with the gathered gradient; returns the sum of squares of each weight's gradient, before clipping. */
  update(update: Update, learningRate: number): Float64Array {
    this.numbers.set(numbersOf(update, this.penalties, learningRate));
    this.library.update(this.handle, this.at.numbers, this.at.squares);
    return this.squares;
  }

  /** What comes out of the network for samples[from … from + count), at most `rows` [count, outputs]. */
  forward(set: Samples, samples: Int32Array, from: number, count: number): Float32Array {
    const { values, starts, lengths } = this.addresses(set);
    const y = new Float32Array(count * this.shape.outputs);
    const at = this.library.addressOf(samples) + from * 4;
    this.library.predict(this.handle, values, starts, lengths, at, count, this.library.addressOf(y));
    return y;
  }

  dispose(): void {
    if (this.handle) this.library.free(this.handle);
    this.handle = 0;
  }

  private addresses(set: Samples & { readonly targets?: Float32Array }): SetAddresses {
    if (this.known?.set === set) return this.known.addresses;
    const of = (array: NodeJS.TypedArray | undefined): number => (array ? this.library.addressOf(array) : 0);
    const addresses = {
      values: of(set.values),
      starts: of(set.starts),
      lengths: of(set.lengths),
      targets: of(set.targets),
    };
    this.known = { set, addresses };
    return addresses;
  }
}

/** What is minimised, and by what it is held back. */
export interface NativeObjective {
  readonly loss: Loss;
  readonly outputRate: number;
  readonly stateRate: number;
  readonly penalties: Penalties;
}

type SetAddresses = Readonly<Record<"values" | "starts" | "lengths" | "targets", number>>;

/** The fields of `Shape` in native/network.h. */
function shapeWords(shape: NetworkShape, use: NetworkUse, rows: number): Int32Array {
  const { cell, features, window, outputs, hidden, bidirectional } = shape;
  const flags = [use.training, use.dropout, use.recurrentDropout, use.lengths].map(Number);
  const directions = bidirectional ? 2 : 1;
  const sizes = [cells[cell], features, window, outputs, hidden.length, directions];
  return Int32Array.of(...sizes, ...flags, use.slots, rows, ...hidden);
}

function allocate(library: NativeLibrary, words: Int32Array, bytes: number): number {
  const handle = bytes > totalmem() ? 0 : library.create(library.addressOf(words));
  if (handle === 0) throw new OutOfMemory(bytes);
  return handle;
}

function classWeightsOf(loss: Loss): Float32Array | null {
  if (!("weights" in loss) || loss.weights === null) return null;
  const { positive, negative } = loss.weights;
  return Float32Array.of(...positive, ...negative);
}

/** The fields of `Update` in native/optimizers.h. */
function numbersOf(update: Update, penalties: Penalties, learningRate: number): number[] {
  const { l2, weightDecay, clipValue, clipNorm } = penalties;
  const limits = [clipValue ?? Infinity, clipNorm ?? Infinity];
  return [l2, 1 - learningRate * weightDecay, ...limits, update.code, ...update.numbers];
}
