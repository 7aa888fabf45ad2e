import type { Dimension } from "../bayes/encoding.ts";

export const SQRT5 = Math.sqrt(5);

/** Matérn 5/2 correlation at squared scaled distance r2 (Rasmussen and Williams 2006, equation 4.17). */
export function matern52(r2: number): number {
  const a = SQRT5 * Math.sqrt(r2);
  return (1 + a + (5 / 3) * r2) * Math.exp(-a);
}

/** -2 times its derivative by r2, so that d matern52 / d(log length) = slope · (difference / length)². */
export function matern52Slope(r2: number): number {
  const a = SQRT5 * Math.sqrt(r2);
  return (5 / 3) * (1 + a) * Math.exp(-a);
}

/**
 * The coordinates the Gaussian process works with. A parameter that does not apply sits in the middle of its
 * range (for choices: a value of its own); what it depends on carries the difference.
 */
export function fillAbsent(x: Float64Array, dimensions: readonly Dimension[]): Float64Array {
  return x.map((value, d) => {
    if (!Number.isNaN(value)) return value;
    return dimensions[d]!.kind === "unit" ? 0.5 : -1;
  });
}

/** Difference of two coordinates: 0 or 1 between choices. */
export function difference(kind: Dimension["kind"], a: number, b: number): number {
  if (kind === "unit") return a - b;
  return a === b ? 0 : 1;
}

/** Added to every diagonal, so that it is positive definite whatever the fitted noise. */
export const MIN_NOISE = 1e-6;

/** Kernel parameters: one length a dimension, variance of the function and of the noise. */
export interface Hyperparameters {
  readonly lengths: Float64Array;
  readonly variance: number;
  readonly noise: number;
  /** Is there a trend (trend.ts) beside. */
  readonly trend: boolean;
}

/** Variance of the noise as a share of all variance, 0 to 1. */
export function noiseShare({ noise, variance }: Pick<Hyperparameters, "noise" | "variance">): number {
  return noise / (noise + variance);
}
