import { costNames } from "./costs.ts";
import type { Constraint, Goals } from "./goals.ts";
import type { GoalObservation } from "./observe.ts";

/** Logarithms of what a cost is can be compared: twice the size is as much more at 1,000 as at 100,000. */
export function onScale(name: string, score: number): number {
  return costNames.has(name) && score > 0 ? Math.log(score) : score;
}

/**
 * One metric's scores as targets of a Gaussian process, mean 0 and variance 1: as they are up to the worst on the Pareto front, or to the median if
 * that is worse; beyond, where how bad does not matter, their logarithm.
 */
export function targetsOf(
  { metrics }: Goals,
  m: number,
  observations: readonly GoalObservation[],
  front: readonly GoalObservation[],
): Float64Array {
  const { name } = metrics[m]!;
  const read = ({ judged }: GoalObservation): number => onScale(name, judged.scores[m]!);
  const scores = Float64Array.from(observations, read);
  const sorted = scores.slice().sort();
  const median = sorted[Math.floor((sorted.length - 1) / 2)]!;
  const limit = front.reduce((worst, each) => Math.max(worst, read(each)), median);
  return standardised(squashed(scores, limit)).values;
}

function squashed(scores: Float64Array, limit: number): Float64Array {
  const near = scores.filter((score) => score <= limit);
  const spread = standardised(near).deviation;
  if (!(spread > 0)) return scores;
  return scores.map((score) =>
    score <= limit ? score : limit + spread * Math.log1p((score - limit) / spread),
  );
}

/** A constraint as targets: how far a trial is beyond the limit, and where the limit lies. */
export interface ConstraintTargets {
  readonly values: Float64Array;
  /** Target of a trial at the limit. */
  readonly limit: number;
}

/**
 * The sign and logarithm of the excess (bilog: Eriksson and Poloczek 2021, Scalable Constrained Bayesian Optimization, arXiv 2002.08526,
 * section 3), which looks closest at the limit. undefined: all trials are alike.
 */
export function constraintTargets(
  { metric, op, limit }: Constraint,
  excesses: Float64Array,
): ConstraintTargets | undefined {
  const isUpper = op === "<" || op === "<=";
  const isCost = costNames.has(metric) && limit > 0;
  const onOwnScale = excesses.map((excess) => {
    if (!isCost) return excess;
    const value = isUpper ? limit + excess : limit - excess;
    return (isUpper ? 1 : -1) * Math.log(Math.max(value, limit * 1e-9) / limit);
  });
  const sizes = onOwnScale.map(Math.abs).sort();
  const scale = sizes[sizes.length >> 1]! || sizes.at(-1)!;
  if (!(scale > 0)) return undefined;
  const bilog = onOwnScale.map((excess) => Math.sign(excess) * Math.log1p(Math.abs(excess) / scale));
  const { values, mean, deviation } = standardised(bilog);
  return deviation > 0 ? { values, limit: -mean / deviation } : undefined;
}

function standardised(values: Float64Array): {
  readonly values: Float64Array;
  readonly mean: number;
  readonly deviation: number;
} {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  const isFlat = !(deviation > 1e-12 * Math.abs(mean));
  return {
    values: values.map((value) => (isFlat ? 0 : (value - mean) / deviation)),
    mean,
    deviation: isFlat ? 0 : deviation,
  };
}
