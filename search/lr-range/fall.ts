import type { SmoothedPoint } from "./curve.ts";
import { mean } from "../math/mean.ts";
import { Smoother } from "./curve.ts";

/** `level`: the loss before anything was learned. */
export type Fall =
  | { readonly found: true; readonly level: number }
  | { readonly found: false; readonly reason: string };

/** Points at the start whose learning rate is too small to move the loss: they show its level and noise. */
const startShare = 0.15;
/** The part of the level that a fall must be deep to be one. */
const leastDepth = 0.02;
/** Share of the past in the noise around a step, and the part of the noise at the start that it has at least. */
const noiseMemory = 0.9;
const leastNoise = 1 / 3;

/** How many points the start has. An average before its end is hardly one, and is no least loss. */
export function startLength(points: number): number {
  return Math.max(3, Math.round(points * startShare));
}

/**
 * Does the averaged loss fall by more than batches differ from each other? Without a fall no rule has anything to
 * go by. The average of a step is held against the mean of the start, in standard errors of their difference: the
 * average's from the noise around that step, which falls with the loss, and the start's from its own.
 */
export function findFall(points: readonly SmoothedPoint[], smoothing: number): Fall {
  const count = startLength(points.length);
  if (points.length < 2 * count)
    return { found: false, reason: "the loss diverged almost at once; begin with a lower rate (from)" };
  const start = points.slice(0, count).map(({ loss }) => loss);
  const level = mean(start);
  const spread = start.reduce((sum, loss) => sum + (loss - level) ** 2, 0) / (count - 1);
  const noise = noiseAround(points, smoothing).map((local) => Math.max(local, leastNoise * spread));
  const errors = errorsByChance(points.length);
  const found = points.slice(count).some(({ smoothed }, i) => {
    const error = Math.sqrt(((1 - smoothing) / (1 + smoothing)) * noise[count + i]! + spread / count);
    return level - smoothed > Math.max(errors * error, leastDepth * Math.abs(level));
  });
  if (found) return { found, level };
  const least = points.slice(count).reduce((low, { smoothed }) => Math.min(low, smoothed), Infinity);
  const reason = `the loss never fell clearly: it began at ${short(level)} and its least average is ${short(least)}`;
  return { found: false, reason };
}

/** Variance of the raw losses around each step, from how far each is from the average before it. */
function noiseAround(points: readonly SmoothedPoint[], smoothing: number): readonly number[] {
  const smoother = new Smoother(noiseMemory);
  return points.map(({ loss }, i) => {
    const before = points[i - 1]?.smoothed ?? loss;
    // The average before it has an error of its own, (1 - s) / (1 + s) of the variance.
    return (smoother.add((loss - before) ** 2) * (1 + smoothing)) / 2;
  });
}

/**
 * Standard errors that the least of the averages of this many steps keeps below by chance: it grows as the largest of
 * normal numbers does, and is 4 for 300 steps, where less than 1 in 100 tests of a flat loss gets there.
 */
function errorsByChance(points: number): number {
  return Math.sqrt(2 * Math.log(10 * points));
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
