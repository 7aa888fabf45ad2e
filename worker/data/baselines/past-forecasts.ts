import type { NumberOutputs, TargetSeries } from "../outputs/number-outputs.ts";
import { length, type RowRange } from "../split/split.ts";

/** A forecast of one value from what was known before row t. */
type Forecast = (target: TargetSeries, t: number, step: number, j: number) => number;

/** [samples, steps × targets] for the samples that begin at `rows`. */
function forecastAll(outputs: NumberOutputs, rows: Int32Array, forecast: Forecast): Float64Array {
  const { targets, horizon } = outputs;
  const predictions = new Float64Array(rows.length * horizon * targets.length);
  let index = 0;
  for (const t of rows) {
    for (let step = 0; step < horizon; step++) {
      for (let j = 0; j < targets.length; j++) predictions[index++] = forecast(targets[j]!, t, step, j);
    }
  }
  return predictions;
}

export function repeatLast(outputs: NumberOutputs, rows: Int32Array): Float64Array {
  return forecastAll(outputs, rows, ({ known }, t) => known[t - 1]!);
}

/** The newest value known at t that lies a whole number of seasons back. */
export function seasonAgo(outputs: NumberOutputs, rows: Int32Array, season: number): Float64Array {
  return forecastAll(outputs, rows, ({ known }, t, step) => known[t + step - back(step, season)]!);
}

/** The same, and the change of as many seasons as it lies back (Hyndman and Athanasopoulos, Forecasting, 5.2). */
export function seasonalDrift(
  outputs: NumberOutputs,
  rows: Int32Array,
  season: number,
  change: readonly number[],
): Float64Array {
  return forecastAll(outputs, rows, ({ known }, t, step, j) => {
    const behind = back(step, season);
    return known[t + step - behind]! + (behind / season) * change[j]!;
  });
}

function back(step: number, season: number): number {
  return season * (Math.floor(step / season) + 1);
}

/** Mean change over a season within the training rows, by target. */
export function meanChanges(outputs: NumberOutputs, train: readonly RowRange[], season: number): number[] {
  return outputs.targets.map(({ known }) => {
    let sum = 0;
    let count = 0;
    for (const range of train) {
      if (length(range) <= season) continue;
      for (let row = range.start + season; row < range.end; row++) sum += known[row]! - known[row - season]!;
      count += length(range) - season;
    }
    return count === 0 ? 0 : sum / count;
  });
}
