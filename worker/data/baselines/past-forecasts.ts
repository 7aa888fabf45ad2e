import type { NumberOutputs } from "../outputs/number-outputs.ts";
import { length, type RowRange } from "../split/split.ts";

/** The last value, [samples, steps × targets], for the samples that begin at `rows`. */
export function repeatLast(outputs: NumberOutputs, rows: Int32Array): Float64Array {
  return seasonalDrift(outputs, rows, 1, []);
}

/** The newest value known at t that lies a whole number of seasons back. */
export function seasonAgo(outputs: NumberOutputs, rows: Int32Array, season: number): Float64Array {
  return seasonalDrift(outputs, rows, season, []);
}

/**
 * The same, and the change of as many seasons as it lies back, by target (Hyndman and Athanasopoulos, Forecasting, 5.2). A missing
 * change is 0.
 */
export function seasonalDrift(
  { targets, horizon }: NumberOutputs,
  rows: Int32Array,
  season: number,
  changes: readonly number[],
): Float64Array {
  const predictions = new Float64Array(rows.length * horizon * targets.length);
  const seasons = Int32Array.from({ length: horizon }, (_, step) => Math.floor(step / season) + 1);
  const past = targets.map(({ known }, j) => ({ known, change: changes[j] ?? 0 }));
  let index = 0;
  for (const t of rows) {
    for (let step = 0; step < horizon; step++) {
      const back = seasons[step]!;
      const row = t + step - season * back;
      for (let j = 0; j < past.length; j++) {
        const { known, change } = past[j]!;
        predictions[index++] = known[row]! + back * change;
      }
    }
  }
  return predictions;
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
