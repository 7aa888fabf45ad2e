import type { TrainingValues } from "./training-values.ts";

/** How far a target's level wanders within the training rows. */
export interface Drift {
  readonly column: string;
  /** Share of values outside the range of all earlier ones, of the second or the last third of the training rows; 0 to 1. */
  readonly outside: number;
  /** By how much that share is more than chance leaves outside: that of noise and three standard errors. Of the two thirds the larger. */
  readonly beyond: number;
  /**
   * How far the means of the thirds lie apart, in standard deviations within a third; 0 where thirds are short. A random walk may stay
   * in its old range by chance, and its level is elsewhere all the same.
   */
  readonly apart: number;
}

/** Values of a third, at least, for its mean to mean something. */
const fewest = 10;

/**
 * Looks at the thirds of the training rows of each series, one after another: where a later third
 * leaves the range of the earlier ones, rows after training will leave that of training. Of several series, however short, the mean counts.
 */
export function driftOf({ column, series }: TrainingValues): Drift {
  const thirds = series
    .map((values) => thirdsOf(values.filter((value) => !Number.isNaN(value))))
    .filter(({ second }) => second.length > 0);
  if (thirds.length === 0) return { column, outside: 0, beyond: 0, apart: 0 };
  const parts = [
    leavingOf(thirds.map(({ first, second }) => leaving(second, [first]))),
    leavingOf(thirds.map(({ first, second, last }) => leaving(last, [first, second]))),
  ];
  const most = parts.reduce((a, b) => (b.beyond > a.beyond ? b : a));
  return { column, ...most, apart: mean(thirds.map(distanceOf)) };
}

interface Thirds {
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly last: Float64Array;
}

function thirdsOf(values: Float64Array): Thirds {
  const third = Math.floor(values.length / 3);
  return {
    first: values.subarray(0, third),
    second: values.subarray(third, 2 * third),
    last: values.subarray(2 * third),
  };
}

interface Leaving {
  readonly share: number;
  /** The share that is expected of independent values of one distribution. */
  readonly chance: number;
  /** Its variance. */
  readonly variance: number;
}

/**
 * A value lies outside the range of k others with probability 2 / (k + 1), which itself varies as that of a Beta(2, k - 1) distribution (David
 * and Nagaraja 2003, Order Statistics, section 2.5).
 */
function leaving(values: Float64Array, earlier: readonly Float64Array[]): Leaving {
  const k = earlier.reduce((sum, { length }) => sum + length, 0);
  const low = Math.min(
    ...earlier.map((part) => part.reduce((least, value) => Math.min(least, value), Infinity)),
  );
  const high = Math.max(
    ...earlier.map((part) => part.reduce((most, value) => Math.max(most, value), -Infinity)),
  );
  const share = values.filter((value) => value < low || value > high).length / values.length;
  const chance = 2 / (k + 1);
  const variance = (2 * (k - 1)) / ((k + 1) ** 2 * (k + 2)) + (chance * (1 - chance)) / values.length;
  return { share, chance, variance };
}

function leavingOf(found: readonly Leaving[]): Pick<Drift, "outside" | "beyond"> {
  const outside = mean(found.map(({ share }) => share));
  const error = Math.sqrt(mean(found.map(({ variance }) => variance)) / found.length);
  return { outside, beyond: outside - mean(found.map(({ chance }) => chance)) - 3 * error };
}

function distanceOf({ first, second, last }: Thirds): number {
  if (first.length < fewest) return 0;
  const moments = [first, second, last].map(momentsOf);
  const means = moments.map((one) => one.mean);
  const within = Math.sqrt(mean(moments.map(({ variance }) => variance)));
  return within > 0 ? (Math.max(...means) - Math.min(...means)) / within : 0;
}

export function momentsOf(values: Float64Array): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
