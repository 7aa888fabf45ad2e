import type { SmoothedPoint } from "./analyse.ts";

/** `level`: the loss before anything was learned. */
export type Fall =
  | { readonly found: true; readonly level: number }
  | { readonly found: false; readonly reason: string };

/** Points at the start whose learning rate is too small to move the loss: they show its level and noise. */
const startShare = 0.15;
/** How many standard errors, and which part of the level, a fall must be deep to be one. */
const errors = 4;
const leastDepth = 0.02;

/**
 * Does the averaged loss fall by more than batches differ from each other? Without a fall no rule has anything to
 * go by. Level and noise are median and median absolute deviation (Hampel 1974) of the raw losses at the start.
 */
export function findFall(points: readonly SmoothedPoint[], smoothing: number): Fall {
  const count = Math.max(3, Math.round(points.length * startShare));
  if (points.length < 2 * count)
    return { found: false, reason: "the loss diverged almost at once; begin with a lower rate (from)" };
  const start = points.slice(0, count).map(({ loss }) => loss);
  const level = median(start);
  const noise = 1.4826 * median(start.map((loss) => Math.abs(loss - level)));
  const averaged = noise * Math.sqrt((1 - smoothing) / (1 + smoothing));
  const least = points.reduce((low, { smoothed }) => Math.min(low, smoothed), Infinity);
  if (level - least > Math.max(errors * averaged, leastDepth * Math.abs(level)))
    return { found: true, level };
  const reason = `the loss never fell clearly: it began at ${short(level)} and its least average is ${short(least)}`;
  return { found: false, reason };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
