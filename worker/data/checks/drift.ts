import type { TrainingValues } from "./training-values.ts";

/** How far a target's level wanders within the training rows. */
export interface Drift {
  readonly column: string;
  /**
   * Share of values outside the range of all earlier ones, of the second or the last third of the training rows, whichever
   * is more; 0 to 1.
   */
  readonly outside: number;
  /**
   * How far the means of the thirds lie apart, in standard deviations within a third. A random walk may stay in its old range by
   * chance, and its level is elsewhere all the same.
   */
  readonly apart: number;
}

/**
 * Looks at the thirds of the training rows of each series, one after another: where a later third
 * leaves the range of the earlier ones, rows after training will leave that of training. Of several series the mean counts.
 */
export function driftOf({ column, series }: TrainingValues): Drift {
  const found = series
    .map((values) => wandering(values.filter((value) => !Number.isNaN(value))))
    .filter((one) => one !== null);
  const mean = (of: (one: (typeof found)[number]) => number): number =>
    found.reduce((sum, one) => sum + of(one), 0) / Math.max(1, found.length);
  return { column, outside: mean((one) => one.outside), apart: mean((one) => one.apart) };
}

/** Values of a third, at least, for its range to mean something. */
const fewest = 10;

function wandering(values: Float64Array): Omit<Drift, "column"> | null {
  const third = Math.floor(values.length / 3);
  if (third < fewest) return null;
  const thirds = [values.subarray(0, third), values.subarray(third, 2 * third), values.subarray(2 * third)];
  const outside = Math.max(
    shareOutside(thirds[1]!, thirds[0]!),
    shareOutside(thirds[2]!, values.subarray(0, 2 * third)),
  );
  const moments = thirds.map(momentsOf);
  const means = moments.map(({ mean }) => mean);
  const within = Math.sqrt(moments.reduce((sum, { variance }) => sum + variance, 0) / thirds.length);
  const distance = Math.max(...means) - Math.min(...means);
  return { outside, apart: within > 0 ? distance / within : 0 };
}

function momentsOf(values: Float64Array): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

function shareOutside(values: Float64Array, earlier: Float64Array): number {
  const low = earlier.reduce((least, value) => Math.min(least, value), Infinity);
  const high = earlier.reduce((most, value) => Math.max(most, value), -Infinity);
  return values.filter((value) => value < low || value > high).length / values.length;
}
