import type { Moments } from "./ridge.ts";

/** Samples that begin at `count` rows of a series, one after another, from `start`. */
export interface Stretch {
  readonly start: number;
  readonly count: number;
}

/**
 * G[a, b] = Σᵢ y[i + a] y[i + b], [width, width], over the samples i of all stretches: all that an autoregression on up to
 * `width` rows needs. Entries follow from their upper left neighbours by one product leaving and one entering:
 * O(count · width + width²) instead of O(count · width²).
 */
export interface LagSums {
  readonly sums: Float64Array;
  readonly width: number;
}

export function lagSums(y: Float64Array, stretches: readonly Stretch[], width: number): LagSums {
  const sums = new Float64Array(width * width);
  for (const stretch of stretches) addUpper(sums, y, stretch, width);
  for (let a = 1; a < width; a++) {
    for (let b = 0; b < a; b++) sums[a * width + b] = sums[b * width + a]!;
  }
  return { sums, width };
}

function addUpper(sums: Float64Array, y: Float64Array, { start, count }: Stretch, width: number): void {
  const end = start + count;
  // The diagonals of one distance are independent of the others.
  for (let b = 0; b < width; b++) {
    let sum = 0;
    for (let i = start; i < end; i++) sum += y[i]! * y[i + b]!;
    sums[b]! += sum;
    for (let a = 1; a + b < width; a++) {
      sum += y[end + a - 1]! * y[end + a + b - 1]! - y[start + a - 1]! * y[start + a + b - 1]!;
      sums[a * width + a + b]! += sum;
    }
  }
}

export interface Autoregression {
  readonly window: number;
  readonly horizon: number;
  /** The newest value itself is an input, too, behind the others. */
  readonly level: boolean;
}

/**
 * Moments of the autoregression of a series on its own past, relative to the newest value: sample i has the
 * inputs y[i + a] - y[i + w - 1], a = 0 to w - 2, and with `level` y[i + w - 1], and the outputs
 * y[i + w + k] - y[i + w - 1], k = 0 to h - 1. Of wider samples the last w + h rows are looked at.
 */
export function slidingMoments({ sums, width }: LagSums, asked: Autoregression): Moments {
  const { window, horizon, level } = asked;
  const skipped = width - window - horizon;
  const last = window - 1;
  const inputs = level ? window : window - 1;
  const lags = (a: number, b: number): number => sums[(skipped + a) * width + skipped + b]!;
  const newest = lags(last, last);
  const relative = (a: number, b: number): number => lags(a, b) - lags(a, last) - lags(last, b) + newest;
  const withLevel = (a: number): number => lags(a, last) - newest;
  const xx = new Float64Array(inputs * inputs);
  const xy = new Float64Array(inputs * horizon);
  const yy = new Float64Array(horizon);
  for (let a = 0; a < last; a++) {
    for (let b = 0; b < last; b++) xx[a * inputs + b] = relative(a, b);
    for (let k = 0; k < horizon; k++) xy[a * horizon + k] = relative(a, window + k);
    if (level) xx[a * inputs + last] = xx[last * inputs + a] = withLevel(a);
  }
  if (level) {
    xx[last * inputs + last] = newest;
    for (let k = 0; k < horizon; k++) xy[last * horizon + k] = withLevel(window + k);
  }
  for (let k = 0; k < horizon; k++) yy[k] = relative(window + k, window + k);
  return { xx, xy, yy, inputs, outputs: horizon };
}
