import type { NumberOutputs, TargetSeries } from "../outputs/number-outputs.ts";
import { addMoments, tunedRidge, type Moments } from "./ridge.ts";
import { baselineWindow, type LaterPart } from "../outputs/scored-rows.ts";
import type { SplitBlock } from "../split/series-split.ts";
import { length } from "../split/split.ts";
import { slidingMoments } from "./sliding-moments.ts";

/** A forecast of one value from what was known before row t. */
type Forecast = (target: TargetSeries, t: number, step: number) => number;

function forecastAll(outputs: NumberOutputs, rows: Int32Array, forecast: Forecast): Float64Array {
  const { targets, horizon } = outputs;
  const predictions = new Float64Array(rows.length * horizon * targets.length);
  let index = 0;
  for (const t of rows) {
    for (let step = 0; step < horizon; step++) {
      for (const target of targets) predictions[index++] = forecast(target, t, step);
    }
  }
  return predictions;
}

export function repeatLast(outputs: NumberOutputs, rows: Int32Array): Float64Array {
  return forecastAll(outputs, rows, ({ known }, t) => known[t - 1]!);
}

/** The newest value known at t that lies a whole number of seasons back. */
export function seasonAgo(outputs: NumberOutputs, rows: Int32Array, season: number): Float64Array {
  return forecastAll(
    outputs,
    rows,
    ({ known }, t, step) => known[t + step - season * (Math.floor(step / season) + 1)]!,
  );
}

/**
 * Ridge regression of each target's next values on its own last ones, all relative to the newest. The window
 * does not depend on the settings of a trial: 336 rows, or as many as lie before the rows to be predicted and
 * fit three times into the training rows. Shrinking is chosen on the last fifth of the training windows.
 * Undefined when too few rows are there.
 */
export function linear(
  outputs: NumberOutputs,
  part: LaterPart,
  split: readonly SplitBlock[],
  rows: Int32Array,
): Float64Array | undefined {
  const { targets, horizon } = outputs;
  const window = baselineWindow(part, split, horizon);
  if (window < 2) return undefined;
  const predictions = new Float64Array(rows.length * horizon * targets.length);
  for (const [j, target] of targets.entries()) {
    const { center, scale } = target.fitted.metric;
    const y = target.known.map((value) => (value - center) / scale);
    const weights = fitLinear(y, split, window, horizon);
    const forecast = new Float64Array(horizon);
    for (const [i, t] of rows.entries()) {
      forecastLinear(y, t, weights, window, forecast);
      for (let step = 0; step < horizon; step++) {
        predictions[(i * horizon + step) * targets.length + j] = forecast[step]! * scale + center;
      }
    }
  }
  return predictions;
}

function fitLinear(
  y: Float64Array,
  split: readonly SplitBlock[],
  window: number,
  horizon: number,
): Float64Array {
  const fitted: Moments[] = [];
  const held: Moments[] = [];
  for (const { train } of split) {
    const count = length(train) - window - horizon + 1;
    if (count < 5) continue;
    const kept = count - Math.floor(count / 5);
    fitted.push(slidingMoments(y, train.start, kept, window, horizon));
    held.push(slidingMoments(y, train.start + kept, count - kept, window, horizon));
  }
  return tunedRidge(fitted.reduce(addMoments), held.reduce(addMoments));
}

/** last + Σₐ (y[t - w + a] - last) · weights[a, step]. */
function forecastLinear(
  y: Float64Array,
  t: number,
  weights: Float64Array,
  window: number,
  forecast: Float64Array,
): void {
  const horizon = forecast.length;
  const last = y[t - 1]!;
  forecast.fill(last);
  for (let a = 0; a < window - 1; a++) {
    const value = y[t - window + a]! - last;
    for (let step = 0; step < horizon; step++) forecast[step]! += value * weights[a * horizon + step]!;
  }
}
