import { isBetter } from "../scores.ts";
import type { Standing } from "./standings.ts";

/** What a trial's best score by its last epoch is expected to be, and the deviation of that. */
export interface Forecast {
  readonly mean: number;
  readonly deviation: number;
}

/** Predicts how far a trial's best score will still fall. */
export type Forecaster = (standing: Standing) => Forecast;

/** Steps a ratio is learned from before steps between earlier marks are pooled with them. */
const ENOUGH = 4;
/** What is believed without data: each step gains 0.8 of the step before it; weighs as much as two steps seen. */
const PRIOR_RATIO = 0.8;
const PRIOR_STEPS = 2;

/**
 * Epochs at which curves are compared: 1, 2, 3, 4, 6, 9, 13, 19, ... each about half as far again as the one
 * before, then the last. On these marks the gains of a power law shrink by a constant ratio.
 */
export function marks(epochs: number): readonly number[] {
  const found: number[] = [];
  for (let mark = 1; mark < epochs; mark += Math.max(1, Math.floor(mark / 2))) found.push(mark);
  return [...found, epochs];
}

/**
 * Learns from curves read at `count` marks. The gain from one mark to the next is taken as a ratio of the gain before
 * it; ratio and scatter are learned for each step from all trials that made it (least squares through 0 with a weak
 * prior), steps few trials have made borrowing from earlier ones. A forecast chains the steps still to come: means
 * add up, and so do variances, each carried on by the ratios. Scores worse than the typical first score
 * count as that score, so a curve that explodes at first does not drown the others.
 *
 * Extrapolating a curve with its uncertainty to decide on its end follows Domhan et al. 2015 (Speeding up
 * Automatic Hyperparameter Optimization of Deep Neural Networks by Extrapolation of Learning Curves, IJCAI),
 * learning how from the other curves Swersky et al. 2014 (Freeze-Thaw Bayesian Optimization, arXiv 1406.3896);
 * the model is simpler than either.
 */
export function learnForecaster(standings: readonly Standing[], count: number): Forecaster {
  const start = typicalStart(standings);
  const steps = learnSteps(
    standings.map(({ bests }) => gains(bests, start)),
    count,
  );
  return ({ trial, bests }) => {
    const newest = trial.scores.at(-1) ?? Number.NaN;
    // Weights that are not finite do not recover.
    if (!Number.isFinite(newest)) return { mean: trial.best, deviation: 0 };
    let gain = gains(bests, start).at(-1) ?? 0;
    let total = 0;
    let carried = 0;
    let variance = 0;
    for (let mark = bests.length; mark < count; mark++) {
      const { ratio, scatter } = steps[mark]!;
      gain *= ratio;
      total += gain;
      carried = ratio * ratio * carried + scatter;
      variance += carried;
    }
    return { mean: trial.best - total, deviation: Math.sqrt(variance) };
  };
}

/** Gain at mark i from mark i - 1, never negative; 0 at the first. */
function gains(bests: readonly number[], start: number): readonly number[] {
  const capped = bests.map((best) => (isBetter(best, start) ? best : start));
  return capped.map((score, mark) => (mark === 0 ? 0 : capped[mark - 1]! - score));
}

/** Median of the finite scores at the first mark; 0 without one. */
function typicalStart(standings: readonly Standing[]): number {
  const firsts = standings.flatMap(({ bests: [first = Number.NaN] }) =>
    Number.isFinite(first) ? [first] : [],
  );
  return firsts.sort((a, b) => a - b)[firsts.length >> 1] ?? 0;
}

interface Step {
  readonly ratio: number;
  /** Variance of the gain around ratio times the gain before. */
  readonly scatter: number;
}

/** Sums over the trials that made a step: n, gain before squared, product, gain squared. */
type Sums = readonly [n: number, before: number, product: number, after: number];

/** The step into mark i at index i; one into mark 0 or 1 has no gain before it and borrows nothing. */
function learnSteps(curves: readonly (readonly number[])[], count: number): readonly Step[] {
  const sums = Array.from({ length: count }, (_, mark) => sumsInto(curves, mark));
  return sums.map((_, mark) => {
    let pooled: Sums = [0, 0, 0, 0];
    for (let from = Math.max(mark, 2); from >= 2 && pooled[0] < ENOUGH; from--)
      pooled = add(pooled, sums[from]);
    return learnStep(pooled);
  });
}

function sumsInto(curves: readonly (readonly number[])[], mark: number): Sums {
  let sums: Sums = [0, 0, 0, 0];
  if (mark < 2) return sums;
  for (const curve of curves) {
    const before = curve[mark - 1];
    const after = curve[mark];
    if (before === undefined || after === undefined) continue;
    sums = add(sums, [1, before * before, before * after, after * after]);
  }
  return sums;
}

function add(a: Sums, b: Sums | undefined): Sums {
  return b === undefined ? a : [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];
}

function learnStep([n, before, product, after]: Sums): Step {
  if (n === 0 || before === 0) return { ratio: PRIOR_RATIO, scatter: n === 0 ? 0 : after / n };
  const prior = (PRIOR_STEPS * before) / n;
  const ratio = (product + prior * PRIOR_RATIO) / (before + prior);
  const scatter = Math.max(0, after - 2 * ratio * product + ratio * ratio * before) / n;
  return { ratio, scatter };
}

/** Best score of all trials; NaN without a finite one. */
export function bestOf(standings: readonly Standing[]): number {
  let best = Number.NaN;
  for (const { trial } of standings) if (isBetter(trial.best, best)) best = trial.best;
  return best;
}
