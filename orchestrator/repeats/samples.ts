import { studentCdf, studentQuantile } from "./student.ts";

/** Mean of some numbers with a confidence interval. */
export interface Estimate {
  readonly n: number;
  readonly mean: number;
  /** Half the width of the 95 percent confidence interval (Student's t); `null` for fewer than two numbers. */
  readonly margin: number | null;
}

export function estimate(values: readonly number[]): Estimate {
  const n = values.length;
  const mean = meanOf(values);
  if (n < 2) return { n, mean, margin: null };
  return { n, mean, margin: studentQuantile(0.975, n - 1) * Math.sqrt(variance(values) / n) };
}

/**
 * Probability to see the mean of `worse` at least as far above that of `better` if both had the same mean: the
 * one-sided test of Welch (1947, Biometrika 34), which does not take the variances for equal. 1 for fewer than two
 * numbers on either side, which cannot tell.
 */
export function chanceOfNoDifference(worse: readonly number[], better: readonly number[]): number {
  if (worse.length < 2 || better.length < 2) return 1;
  const a = variance(worse) / worse.length;
  const b = variance(better) / better.length;
  const difference = meanOf(worse) - meanOf(better);
  if (a + b === 0) return difference > 0 ? 0 : 1;
  const df = (a + b) ** 2 / (a ** 2 / (worse.length - 1) + b ** 2 / (better.length - 1));
  return 1 - studentCdf(difference / Math.sqrt(a + b), df);
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
