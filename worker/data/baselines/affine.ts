import type { Affine } from "./fitted.ts";
import { dualRidge } from "./dual-ridge.ts";
import { dot, transposed } from "./linear-algebra.ts";
import { addProducts, asRows, ownProducts } from "./products.ts";
import { tunedRidge, type Moments } from "./ridge.ts";

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
  const momentsWhere = (is: boolean): Moments =>
    moments(
      rows,
      wanted,
      x.width,
      m,
      [...samples.keys()].filter((i) => isHeld[i] === is),
    );
  const other = momentsWhere(true);
  const { weights, heldErrors, judged } = tunedRidge(momentsWhere(false), other, targets);
  return {
    affine: () => ({ ...means, weights: Array.from(transposed(weights(), x.width, m)) }),
    judged: judged.map((output, i) => ({ output, error: heldErrors[i]!, none: other.yy[output]! })),
  };
}

/** Takes the mean of each column off it, and returns the means. */
function centred(values: Float64Array, width: number): Float64Array {
  const means = new Float64Array(width);
  for (let i = 0; i < values.length; i++) means[i % width]! += values[i]!;
  const rows = Math.max(1, values.length / width);
  for (let c = 0; c < width; c++) means[c]! /= rows;
  for (let i = 0; i < values.length; i++) values[i]! -= means[i % width]!;
  return means;
}

function moments(x: Float64Array, y: Float64Array, n: number, m: number, rows: readonly number[]): Moments {
  // Columns first: every product is then one of two runs of numbers.
  const columns = columnsOf(x, n, rows);
  const wanted = columnsOf(y, m, rows);
  const count = rows.length;
  const xy = new Float64Array(n * m);
  addProducts(asRows(xy, m), asRows(columns, count), asRows(wanted, count), count, 1);
  const yy = Float64Array.from({ length: m }, (_, k) => dot(wanted, k * count, wanted, k * count, count));
  return { xx: ownProducts(columns, n, count), xy, yy, inputs: n, outputs: m };
}

function columnsOf(values: Float64Array, width: number, rows: readonly number[]): Float64Array {
  const columns = new Float64Array(rows.length * width);
  for (const [i, row] of rows.entries()) {
    for (let c = 0; c < width; c++) columns[c * rows.length + i] = values[row * width + c]!;
  }
  return columns;
}

/** Predictions [samples, outputs] for the first `samples` samples. */
export function predictAffine(
  x: Described,
  samples: number,
  { xMeans, yMeans, weights }: Affine,
): Float32Array {
  const n = xMeans.length;
  const m = yMeans.length;
  const w = Float64Array.from(weights);
  const row = new Float64Array(n);
  const predictions = new Float32Array(samples * m);
  for (let i = 0; i < samples; i++) {
    x.write(i, row);
    for (let a = 0; a < n; a++) row[a]! -= xMeans[a]!;
    for (let k = 0; k < m; k++) predictions[i * m + k] = yMeans[k]! + dot(w, k * n, row, 0, n);
  }
  return predictions;
}

/** At most this many samples, spread over all. */
export function thinned(count: number, most: number): number[] {
  const stride = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.ceil(count / stride) }, (_, i) => i * stride);
}
