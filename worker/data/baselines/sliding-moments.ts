import type { Moments } from "./ridge.ts";

/** Which samples, and what describes them. */
export interface Autoregression {
  /** First row that the first sample looks at. */
  readonly start: number;
  readonly count: number;
  readonly window: number;
  readonly horizon: number;
  /** The newest value itself is an input, too, behind the others. */
  readonly level: boolean;
}

/**
 * Moments of the autoregression of a series on its own past, relative to the newest value: sample i has the
 * inputs y[i + a] - y[i + w - 1], a = 0 to w - 2, and with `level` y[i + w - 1], and the outputs
 * y[i + w + k] - y[i + w - 1], k = 0 to h - 1, for i = start to start + count - 1.
 *
 * All products come from the lag matrix G[a, b] = Σᵢ y[i + a] y[i + b], whose entries follow from their upper
 * left neighbours by one value leaving and one entering: O(count · (w + h) + (w + h)²) instead of O(count · w²).
 */
export function slidingMoments(y: Float64Array, asked: Autoregression): Moments {
  const { start, count, window, horizon, level } = asked;
  const width = window + horizon;
  const lags = lagMatrix(y, start, count, width);
  const last = window - 1;
  const inputs = level ? window : window - 1;
  const relative = (a: number, b: number): number =>
    lags[a * width + b]! - lags[a * width + last]! - lags[last * width + b]! + lags[last * width + last]!;
  const withLevel = (a: number): number => lags[a * width + last]! - lags[last * width + last]!;
  const xx = new Float64Array(inputs * inputs);
  const xy = new Float64Array(inputs * horizon);
  const yy = new Float64Array(horizon);
  for (let a = 0; a < last; a++) {
    for (let b = 0; b < last; b++) xx[a * inputs + b] = relative(a, b);
    for (let k = 0; k < horizon; k++) xy[a * horizon + k] = relative(a, window + k);
    if (level) xx[a * inputs + last] = xx[last * inputs + a] = withLevel(a);
  }
  if (level) {
    xx[last * inputs + last] = lags[last * width + last]!;
    for (let k = 0; k < horizon; k++) xy[last * horizon + k] = withLevel(window + k);
  }
  for (let k = 0; k < horizon; k++) yy[k] = relative(window + k, window + k);
  return { xx, xy, yy, inputs, outputs: horizon };
}

function lagMatrix(y: Float64Array, start: number, count: number, width: number): Float64Array {
  const g = new Float64Array(width * width);
  for (let b = 0; b < width; b++) {
    let sum = 0;
    for (let i = start; i < start + count; i++) sum += y[i]! * y[i + b]!;
    g[b] = sum;
    g[b * width] = sum;
  }
  const end = start + count;
  for (let a = 1; a < width; a++) {
    for (let b = a; b < width; b++) {
      const before = g[(a - 1) * width + b - 1]!;
      const leaving = y[start + a - 1]! * y[start + b - 1]!;
      const entering = y[end + a - 1]! * y[end + b - 1]!;
      g[a * width + b] = before - leaving + entering;
      g[b * width + a] = g[a * width + b]!;
    }
  }
  return g;
}
