import type { Affine } from "./fitted.ts";
import { differenceMoments, rowDifferences, type Differences } from "./differences.ts";
import { dualRidge } from "./dual-ridge.ts";
import { transposed } from "./linear-algebra.ts";
import { ownProducts, products, productsOf } from "./products.ts";
import { addMoments, fewOutputs, ridge, tunedRidge, type Moments } from "./ridge.ts";

/** Numbers that describe samples, row by row: writes those of a sample to `x`. */
export interface Described {
  readonly width: number;
  write(sample: number, x: Float64Array): void;
}

export interface AffineFit {
  /** Solved for when asked, as some fits are only compared. */
  readonly affine: () => Affine;
  /** Of some outputs: the squared error on held samples by weights that have not seen them, and that of always saying the mean. */
  readonly judged: readonly { readonly output: number; readonly error: number; readonly none: number }[];
  /** The same on differences of the inputs, which needs no look at the samples; absent where these are fewer than the inputs. */
  readonly ofDifferences?: (differences: Differences) => AffineFit;
}

export interface FitOptions {
  /** The samples to fit on, by number. */
  readonly samples: readonly number[];
  /** Those shrinking is chosen on, by number and place in `samples`. */
  readonly held: (sample: number, i: number) => boolean;
  /** Outputs are step-major over this many targets (default 1). */
  readonly targets?: number;
}

/** Ridge regression of `y` [samples, outputs] on what describes the samples. */
export function fitAffine(
  x: Described,
  y: { readonly targets: Float32Array; readonly outputs: number },
  { samples, held, targets = 1 }: FitOptions,
): AffineFit {
  const rows = new Float64Array(samples.length * x.width);
  const row = new Float64Array(x.width);
  for (const [i, sample] of samples.entries()) {
    x.write(sample, row);
    rows.set(row, i * x.width);
  }
  const m = y.outputs;
  const wanted = new Float64Array(samples.length * m);
  for (const [i, sample] of samples.entries()) {
    wanted.set(y.targets.subarray(sample * m, (sample + 1) * m), i * m);
  }
  const xMeans = centred(rows, x.width);
  const yMeans = centred(wanted, m);
  const isHeld = samples.map(held);
  const means = { xMeans: Array.from(xMeans), yMeans: Array.from(yMeans) };
  if (samples.length < x.width) {
    const dual = { x: rows, y: wanted, inputs: x.width, outputs: m, held: isHeld };
    return { affine: () => ({ ...means, weights: Array.from(dualRidge(dual)) }), judged: [] };
  }
  const few = fewOutputs(m, targets);
  const of = { rows, wanted, inputs: x.width, outputs: m };
  const momentsWhere = (is: boolean): Moments =>
    moments(
      of,
      few,
      [...samples.keys()].filter((i) => isHeld[i] === is),
    );
  const [fitted, other] = [momentsWhere(false), momentsWhere(true)];
  const crossed = (): Float64Array => crossProducts(of);
  return fitSums({ ...means, few, fitted, held: other, crossed, outputs: m });
}

/** What a fit needs to know of its samples. */
interface Sums {
  readonly xMeans: readonly number[];
  readonly yMeans: number[];
  /** The outputs by which fits are compared, and their moments on samples to fit to and on those to choose by. */
  readonly few: readonly number[];
  readonly fitted: Moments;
  readonly held: Moments;
  /** XᵀY of all samples and outputs. */
  readonly crossed: () => Float64Array;
  readonly outputs: number;
}

function fitSums(sums: Sums): AffineFit {
  const { xMeans, yMeans, few, fitted, held, crossed, outputs } = sums;
  const { inputs } = fitted;
  const { strength, heldErrors } = tunedRidge(fitted, held);
  const weights = (): Float64Array => {
    const all = addMoments(fitted, held);
    return ridge(few.length === outputs ? all : { ...all, xy: crossed(), outputs }, strength);
  };
  return {
    affine: () => ({
      xMeans: [...xMeans],
      yMeans,
      weights: Array.from(transposed(weights(), inputs, outputs)),
    }),
    judged: few.map((output, i) => ({ output, error: heldErrors[i]!, none: held.yy[i]! })),
    ofDifferences: (differences) =>
      fitSums({
        ...sums,
        xMeans: [...rowDifferences(Float64Array.from(xMeans), 1, differences)],
        fitted: differenceMoments(fitted, differences),
        held: differenceMoments(held, differences),
        crossed: () => rowDifferences(crossed(), outputs, differences),
      }),
  };
}

/** Samples, centred. */
interface Samples {
  /** [samples, inputs] */
  readonly rows: Float64Array;
  /** [samples, outputs] */
  readonly wanted: Float64Array;
  readonly inputs: number;
  readonly outputs: number;
}

/** Takes the mean of each column off it, and returns the means. */
function centred(values: Float64Array, width: number): Float64Array {
  const means = new Float64Array(width);
  for (let row = 0; row < values.length; row += width) {
    for (let c = 0; c < width; c++) means[c]! += values[row + c]!;
  }
  const rows = Math.max(1, values.length / width);
  for (let c = 0; c < width; c++) means[c]! /= rows;
  for (let row = 0; row < values.length; row += width) {
    for (let c = 0; c < width; c++) values[row + c]! -= means[c]!;
  }
  return means;
}

/** The moments of some outputs over some samples. */
function moments(
  { rows, wanted, inputs: n, outputs }: Samples,
  some: readonly number[],
  chosen: readonly number[],
): Moments {
  // Columns first: every product is then one of two runs of numbers.
  const count = chosen.length;
  const x = columnsOf(rows, n, [...Array(n).keys()], chosen);
  const y = columnsOf(wanted, outputs, some, chosen);
  const m = some.length;
  const yy = Float64Array.from({ length: m }, (_, k) => sumOfSquares(y, k * count, (k + 1) * count));
  return {
    xx: ownProducts({ values: x, width: count }),
    xy: products({ values: x, width: count }, { values: y, width: count }),
    yy,
    inputs: n,
    outputs: m,
  };
}

/** XᵀY of all samples and outputs. */
function crossProducts({ rows, wanted, inputs: n, outputs: m }: Samples): Float64Array {
  const count = rows.length / n;
  const [x, y] = [transposed(rows, count, n), transposed(wanted, count, m)];
  return products({ values: x, width: count }, { values: y, width: count });
}

function sumOfSquares(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i]! * values[i]!;
  return sum;
}

/** [columns, samples] of some columns and samples of [all samples, width]. */
function columnsOf(
  values: Float64Array,
  width: number,
  columns: readonly number[],
  samples: readonly number[],
): Float64Array {
  const found = new Float64Array(samples.length * columns.length);
  for (const [i, sample] of samples.entries()) {
    for (let c = 0; c < columns.length; c++) {
      found[c * samples.length + i] = values[sample * width + columns[c]!]!;
    }
  }
  return found;
}

/** Samples that are predicted together, for which the weights are read from the cache. */
const samplesAtOnce = 64;

/** Predictions [samples, outputs] for the first `samples` samples. */
export function predictAffine(
  x: Described,
  samples: number,
  { xMeans, yMeans, weights }: Affine,
): Float32Array {
  const n = xMeans.length;
  const m = yMeans.length;
  const w = { values: Float64Array.from(weights), width: n };
  const predictions = new Float32Array(samples * m);
  for (let first = 0; first < samples; first += samplesAtOnce) {
    const count = Math.min(samplesAtOnce, samples - first);
    const said = productsOf(count, w, (rows) => {
      for (let i = 0; i < count; i++) {
        const row = rows.subarray(i * n, (i + 1) * n);
        x.write(first + i, row);
        for (let a = 0; a < n; a++) row[a]! -= xMeans[a]!;
      }
    });
    for (let i = 0; i < said.length; i++) predictions[first * m + i] = yMeans[i % m]! + said[i]!;
  }
  return predictions;
}

/** At most this many samples, spread over all. */
export function thinned(count: number, most: number): number[] {
  const stride = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.ceil(count / stride) }, (_, i) => i * stride);
}
