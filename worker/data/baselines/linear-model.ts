import { pieceCount, pooled, type Matrix } from "./pooled.ts";
import { tunedRidge, type Moments } from "./ridge.ts";
import { sampleCount, type SequenceSet } from "../outputs/sequences.ts";

/** Training samples, at most, that the fit looks at; more hardly move it. */
const mostSamples = 5000;

/**
 * Ridge regression from pooled samples to the encoded targets: predictions [samples, outputs] for `wanted`, in
 * the units of the model. On classes it is the ridge classifier (targets 0 and 1, the highest wins). Shrinking
 * is chosen on the training samples for which `held` holds, by their place in training order from 0 to 1.
 */
export function linearPredictions(
  train: SequenceSet,
  wanted: SequenceSet,
  held: (sample: number, place: number) => boolean,
): Float32Array {
  const pieces = pieceCount([train, wanted]);
  const sampleRows = thinned(sampleCount(train));
  const x = pooled(train, pieces);
  const xMeans = columnMeans(x, sampleRows);
  const y: Matrix = { values: Float64Array.from(train.targets), width: train.outputs };
  const yMeans = columnMeans(y, sampleRows);
  const inHeld = (row: number, i: number): boolean => held(i, row / sampleCount(train));
  const weights = tunedRidge(
    moments(
      x,
      xMeans,
      y,
      yMeans,
      sampleRows.filter((row, i) => !inHeld(row, i)),
    ),
    moments(x, xMeans, y, yMeans, sampleRows.filter(inHeld)),
  );
  return predict(pooled(wanted, pieces), xMeans, weights, yMeans);
}

function thinned(count: number): number[] {
  const stride = Math.ceil(count / mostSamples);
  return Array.from({ length: Math.ceil(count / stride) }, (_, i) => i * stride);
}

function columnMeans({ values, width }: Matrix, rows: readonly number[]): Float64Array {
  const means = new Float64Array(width);
  for (const row of rows) for (let c = 0; c < width; c++) means[c]! += values[row * width + c]! / rows.length;
  return means;
}

function moments(
  x: Matrix,
  xMeans: Float64Array,
  y: Matrix,
  yMeans: Float64Array,
  rows: readonly number[],
): Moments {
  const n = x.width;
  const m = y.width;
  const xx = new Float64Array(n * n);
  const xy = new Float64Array(n * m);
  const yy = new Float64Array(m);
  for (const row of rows) {
    const inputs = xMeans.map((mean, i) => x.values[row * n + i]! - mean);
    const outputs = yMeans.map((mean, k) => y.values[row * m + k]! - mean);
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < n; b++) xx[a * n + b]! += inputs[a]! * inputs[b]!;
      for (let k = 0; k < m; k++) xy[a * m + k]! += inputs[a]! * outputs[k]!;
    }
    for (let k = 0; k < m; k++) yy[k]! += outputs[k]! ** 2;
  }
  return { xx, xy, yy, inputs: n, outputs: m };
}

function predict(x: Matrix, xMeans: Float64Array, weights: Float64Array, yMeans: Float64Array): Float32Array {
  const m = yMeans.length;
  const samples = x.values.length / x.width;
  const predictions = new Float32Array(samples * m);
  for (let i = 0; i < samples; i++) {
    for (let k = 0; k < m; k++) {
      let sum = yMeans[k]!;
      for (let a = 0; a < x.width; a++)
        sum += (x.values[i * x.width + a]! - xMeans[a]!) * weights[a * m + k]!;
      predictions[i * m + k] = sum;
    }
  }
  return predictions;
}
