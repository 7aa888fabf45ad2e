import { kernels, room } from "./kernels.ts";
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
  const longest = Math.max(0, ...stretches.map(({ count }) => count + width - 1));
  const [some, upper] = room(longest, width * width);
  upper.fill(0);
  for (const { start, count } of stretches) {
    some.set(y.subarray(start, start + count + width - 1));
    kernels().addLagSums(upper.byteOffset, some.byteOffset, count, width);
  }
  const sums = upper.slice();
  for (let a = 1; a < width; a++) {
    for (let b = 0; b < a; b++) sums[a * width + b] = sums[b * width + a]!;
  }
  return { sums, width };
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
  const inputs = level ? window : last;
  const xx = new Float64Array(inputs * inputs);
  const xy = new Float64Array(inputs * horizon);
  const yy = new Float64Array(horizon);
  /** Where the sums of row a begin. */
  const rowOf = (a: number): number => (skipped + a) * width + skipped;
  const ofNewest = sums.subarray(rowOf(last), rowOf(last) + window + horizon);
  const newest = ofNewest[last]!;
  for (let a = 0; a < window + horizon; a++) {
    const row = sums.subarray(rowOf(a), rowOf(a) + window + horizon);
    const withNewest = row[last]!;
    if (a >= window) {
      yy[a - window] = row[a]! - withNewest - ofNewest[a]! + newest;
    } else if (a < last) {
      for (let b = 0; b < last; b++) xx[a * inputs + b] = row[b]! - withNewest - ofNewest[b]! + newest;
      for (let k = 0; k < horizon; k++) {
        xy[a * horizon + k] = row[window + k]! - withNewest - ofNewest[window + k]! + newest;
      }
      if (level) xx[a * inputs + last] = xx[last * inputs + a] = withNewest - newest;
    }
  }
  if (level) {
    xx[last * inputs + last] = newest;
    for (let k = 0; k < horizon; k++) xy[last * horizon + k] = ofNewest[window + k]! - newest;
  }
  return { xx, xy, yy, inputs, outputs: horizon };
}
