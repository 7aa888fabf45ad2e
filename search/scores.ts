/**
 * The one rule for numbers that are not finite: a score that is NaN or infinite is worse than every
 * finite score, and equal to every other such score. Everything that compares scores uses this file.
 *
 * A score is always "lower is better": a metric to be maximised is negated where it enters.
 */
export type Goal = "minimize" | "maximize";

/** The metric's value as a score: lower is better, anything not finite becomes NaN. */
export function toScore(value: number | null, goal: Goal): number {
  if (value === null || !Number.isFinite(value)) return Number.NaN;
  return goal === "maximize" ? -value : value;
}

/** The score as a value of the metric again; `null` for a score that is not finite. */
export function toValue(score: number, goal: Goal): number | null {
  if (!Number.isFinite(score)) return null;
  return goal === "maximize" ? 0 - score : score;
}

/** Negative when `a` is better, positive when `b` is; NaN last. */
export function compareScores(a: number, b: number): number {
  const aFinite = Number.isFinite(a);
  const bFinite = Number.isFinite(b);
  if (aFinite && bFinite) return a - b;
  return aFinite === bFinite ? 0 : aFinite ? -1 : 1;
}

/** Is `a` strictly better than `b`? */
export function isBetter(a: number, b: number): boolean {
  return compareScores(a, b) < 0;
}
