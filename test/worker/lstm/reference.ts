/**
 * The whole network once more, in double precision, sample by sample and with plain loops, forward only: what the
 * kernels must agree with. Gradients come from finite differences, so no derivation is shared with the kernels.
 */
import type { Loss } from "../../../worker/lstm/losses.ts";
import type { Dropout } from "../../../worker/lstm/dropout.ts";
import type { NetworkShape } from "../../../worker/lstm/shape.ts";
import type { LabelledSamples } from "../../../worker/lstm/training.ts";

type Vector = number[];

/** Dropout masks of one batch, for all its samples, nested as in worker/lstm/dropout.ts. */
export interface Masks {
  /** [steps, samples, units] of each layer, or null. */
  readonly outputs: readonly (Float32Array | null)[];
  /** [directions, samples, units] of each layer, or null. */
  readonly states: readonly (Float32Array | null)[];
}

/** A batch, the dropout the kernels are to apply and the masks this makes. */
export interface ReferenceBatch {
  readonly set: LabelledSamples;
  readonly samples: Int32Array;
  readonly dropout: Dropout | null;
  readonly masks: Masks;
}

/** Mean loss of a batch under these weights, which lie one after the other as in worker/lstm/shape.ts. */
export function referenceLoss(
  shape: NetworkShape,
  weights: Float64Array,
  batch: ReferenceBatch,
  loss: Loss,
): number {
  const outputs = referenceOutputs(shape, weights, batch);
  let sum = 0;
  for (const [b, y] of outputs.entries()) {
    const start = batch.samples[b]! * shape.outputs;
    sum += sampleLoss(loss, y, Array.from(batch.set.targets.slice(start, start + shape.outputs)));
  }
  return sum / outputs.length;
}

/** Central differences of `referenceLoss` by every weight. */
export function numericGradient(
  shape: NetworkShape,
  weights: Float64Array,
  batch: ReferenceBatch,
  loss: Loss,
): Float64Array {
  const step = 1e-5;
  return weights.map((weight, index) => {
    const at = (value: number): number => {
      weights[index] = value;
      const result = referenceLoss(shape, weights, batch, loss);
      weights[index] = weight;
      return result;
    };
    return (at(weight + step) - at(weight - step)) / (2 * step);
  });
}

/** What comes out of the network before sigmoid or softmax, sample by sample. */
function referenceOutputs(shape: NetworkShape, weights: Float64Array, batch: ReferenceBatch): Vector[] {
  return Array.from(batch.samples, (sample, b) => {
    const reader = new Reader(weights);
    const rows = rowsOf(batch.set, sample);
    const length = batch.set.lengths?.[sample] ?? shape.window;
    const inputs =
      shape.hidden.length === 0 ? rows.flat() : recurrentOutput(shape, reader, rows, length, batch, b);
    const kernel = reader.matrix(inputs.length, shape.outputs);
    const bias = reader.matrix(1, shape.outputs)[0]!;
    return add(times(inputs, kernel), bias);
  });
}

/** The last layer's output after the last row; both directions' side by side. */
function recurrentOutput(
  shape: NetworkShape,
  reader: Reader,
  rows: Vector[],
  length: number,
  batch: ReferenceBatch,
  b: number,
): Vector {
  let signal = rows;
  for (const [layer, units] of shape.hidden.entries()) {
    const last = layer === shape.hidden.length - 1;
    const directions = (shape.bidirectional ? [false, true] : [false]).map((reverse, d) => {
      const weights = cellWeights(shape, reader, signal[0]!.length, units);
      const start = (d * batch.samples.length + b) * units;
      const kept = slice(batch.masks.states[layer], start, units);
      return runCell(shape, weights, signal, length, reverse, kept);
    });
    const width = units * directions.length;
    const steps = last ? [directions.map(({ final }) => final).flat()] : sideBySide(directions, shape.window);
    signal = steps.map((output, t) => {
      const start = (t * batch.samples.length + b) * width;
      return multiply(output, slice(batch.masks.outputs[layer], start, width));
    });
  }
  return signal[0]!;
}

interface CellWeights {
  readonly units: number;
  readonly kernel: Vector[];
  readonly recurrent: Vector[];
  readonly bias: Vector;
}

function cellWeights(shape: NetworkShape, reader: Reader, inputs: number, units: number): CellWeights {
  const width = units * { lstm: 4, gru: 3, rnn: 1 }[shape.cell];
  const kernel = reader.matrix(inputs, width);
  return { units, kernel, recurrent: reader.matrix(units, width), bias: reader.matrix(1, width)[0]! };
}

/** Outputs at every row (that of a row past the end repeats the last one) and after the last row in its direction. */
function runCell(
  shape: NetworkShape,
  weights: CellWeights,
  signal: Vector[],
  length: number,
  reverse: boolean,
  kept: Vector,
): { outputs: Vector[]; final: Vector } {
  const order = signal.map((_, t) => t);
  if (reverse) order.reverse();
  let h = kept.map(() => 0);
  let c = h;
  const outputs: Vector[] = [];
  for (const t of order) {
    if (t < length) [h, c] = step(shape, weights, signal[t]!, h, c, kept);
    outputs[t] = h;
  }
  return { outputs, final: h };
}

function step(
  shape: NetworkShape,
  { units, kernel, recurrent, bias }: CellWeights,
  x: Vector,
  h: Vector,
  c: Vector,
  kept: Vector,
): [h: Vector, c: Vector] {
  const fromInput = add(times(x, kernel), bias);
  const dropped = multiply(h, kept);
  const all = add(fromInput, times(dropped, recurrent));
  const gate = (index: number): Vector => all.slice(index * units, (index + 1) * units);
  if (shape.cell === "rnn") return [all.map(Math.tanh), c];
  if (shape.cell === "lstm") {
    const [i, f, g, o] = [sigmoid(gate(0)), sigmoid(gate(1)), gate(2).map(Math.tanh), sigmoid(gate(3))];
    const next = add(multiply(f, c), multiply(i, g));
    return [multiply(o, next.map(Math.tanh)), next];
  }
  const [z, r] = [sigmoid(gate(0)), sigmoid(gate(1))];
  const candidate = recurrent.map((row) => row.slice(2 * units));
  const n = add(fromInput.slice(2 * units), times(multiply(r, dropped), candidate)).map(Math.tanh);
  return [h.map((old, j) => z[j]! * old + (1 - z[j]!) * n[j]!), c];
}

function sampleLoss(loss: Loss, y: Vector, targets: Vector): number {
  const mean = (of: (error: number) => number): number =>
    y.reduce((sum, value, j) => sum + of(value - targets[j]!), 0) / y.length;
  switch (loss.kind) {
    case "mse":
      return mean((error) => error * error);
    case "mae":
      return mean(Math.abs);
    case "huber":
      return mean((error) => {
        const size = Math.abs(error);
        return size <= loss.delta ? (size * size) / 2 : loss.delta * (size - loss.delta / 2);
      });
    case "quantile": {
      const tau = (j: number): number => loss.weights?.positive[j] ?? 0.5;
      const terms = y.map((value, j) => {
        const above = targets[j]! - value;
        return Math.max(tau(j) * above, (tau(j) - 1) * above);
      });
      return terms.reduce((sum, term) => sum + term, 0) / y.length;
    }
    case "binary_crossentropy": {
      const terms = sigmoid(y).map((p, j) => {
        const { positive = [], negative = [] } = loss.weights ?? {};
        const t = targets[j]!;
        return -(positive[j] ?? 1) * t * Math.log(p) - (negative[j] ?? 1) * (1 - t) * Math.log(1 - p);
      });
      return terms.reduce((sum, term) => sum + term, 0) / y.length;
    }
    case "categorical_crossentropy": {
      const total = y.reduce((sum, z) => sum + Math.exp(z), 0);
      return y.reduce((sum, z, j) => {
        const weight = loss.weights?.positive[j] ?? 1;
        return sum - weight * targets[j]! * Math.log(Math.exp(z) / total);
      }, 0);
    }
    default:
      return loss satisfies never;
  }
}

/** Reads matrices one after the other from the flat weights. */
class Reader {
  private readonly weights: Float64Array;
  private at = 0;
  constructor(weights: Float64Array) {
    this.weights = weights;
  }
  matrix(rows: number, columns: number): Vector[] {
    return Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => this.weights[this.at++]!),
    );
  }
}

function rowsOf(set: LabelledSamples, sample: number): Vector[] {
  const length = set.lengths?.[sample] ?? set.window;
  return Array.from({ length: set.window }, (_, t) => {
    const start = (set.starts[sample]! + t) * set.features;
    return Array.from({ length: set.features }, (__, f) => (t < length ? set.values[start + f]! : 0));
  });
}

function sideBySide(directions: readonly { outputs: Vector[] }[], steps: number): Vector[] {
  return Array.from({ length: steps }, (_, t) => directions.map(({ outputs }) => outputs[t]!).flat());
}

function slice(mask: Float32Array | null | undefined, start: number, length: number): Vector {
  return mask ? Array.from(mask.slice(start, start + length)) : Array.from({ length }, () => 1);
}

function times(x: Vector, matrix: Vector[]): Vector {
  return (matrix[0] ?? []).map((_, j) => x.reduce((sum, value, i) => sum + value * matrix[i]![j]!, 0));
}

function add(a: Vector, b: Vector): Vector {
  return a.map((value, j) => value + b[j]!);
}

function multiply(a: Vector, b: Vector): Vector {
  return a.map((value, j) => value * b[j]!);
}

function sigmoid(x: Vector): Vector {
  return x.map((value) => 1 / (1 + Math.exp(-value)));
}
