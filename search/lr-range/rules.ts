import type { SmoothedPoint } from "./curve.ts";

export const ruleNames = [
  "minimum_over_3",
  "minimum_over_10",
  "valley",
  "steepest",
  "half_divergence",
] as const;
export type RuleName = (typeof ruleNames)[number];

/** The one that holds up best over data sets and optimizers (docs/lr-range.md has the figures). */
export const defaultRule: RuleName = "minimum_over_3";

/** A curve of a range test (Smith 2017, arXiv 1506.01186, section 3.3) whose loss falls, up to where it diverges. */
interface FallingCurve {
  readonly points: readonly SmoothedPoint[];
  /** The loss before anything was learned. */
  readonly level: number;
  /** Index of the least average. */
  readonly lowest: number;
  /** The rate at which the loss diverged. */
  readonly divergence: number | null;
}

type Found = number | { readonly none: string };

interface RangeRule {
  /** What it takes, as half a sentence. */
  readonly about: string;
  suggest(curve: FallingCurve): Found;
}

export const rangeRules: Readonly<Record<RuleName, RangeRule>> = {
  minimum_over_3: {
    about: "a third of the rate with the least loss",
    suggest: (curve) => minimumOver(curve, 3),
  },
  minimum_over_10: {
    about: "a tenth of the rate with the least loss (fastai's minimum)",
    suggest: (curve) => minimumOver(curve, 10),
  },
  valley: { about: "the middle of the longest descent (fastai's default)", suggest: valley },
  steepest: { about: "where the loss falls fastest (Lightning's rule, on fitted slopes)", suggest: steepest },
  half_divergence: { about: "half of the rate at which the loss diverges", suggest: halfDivergence },
};

/** fastai, callback/schedule.py, `valley`: the longest falling subsequence, and of it the middle. */
function valley({ points }: FallingCurve): Found {
  const lengths = points.map(() => 1);
  let end = 0;
  for (let i = 1; i < points.length; i++) {
    for (let j = 0; j < i; j++) {
      if (points[i]!.smoothed < points[j]!.smoothed) lengths[i] = Math.max(lengths[i]!, lengths[j]! + 1);
    }
    if (lengths[i]! > lengths[end]!) end = i;
  }
  const start = end - lengths[end]!;
  const third = (end - start) / 3;
  return points[Math.max(0, start) + Math.trunc(third) + Math.trunc(third / 2)]!.rate;
}

function minimumOver({ points, lowest }: FallingCurve, divisor: number): Found {
  return points[lowest]!.rate / divisor;
}

/** Points on each side of the one whose slope is fitted, as a share of all. */
const slopeReach = 0.05;

/** The part of the fall that must be done, for good, before a slope counts. */
const begun = 0.1;

/**
 * The steepest descent of the averaged loss over log(rate). So that one lucky batch is no slope, each slope is a
 * least-squares line through the points around it, and only those between the last time the loss was near its
 * level and its least count.
 */
function steepest({ points, lowest, level }: FallingCurve): Found {
  const reach = Math.max(2, Math.round(points.length * slopeReach));
  const near = level - begun * (level - points[lowest]!.smoothed);
  const falls = points.slice(0, lowest).findLastIndex(({ smoothed }) => smoothed >= near);
  let best = { slope: 0, at: -1 };
  for (let at = Math.max(reach, falls); at <= lowest; at++) {
    const slope = slopeAround(points, at, reach);
    if (slope < best.slope) best = { slope, at };
  }
  return best.at === -1 ? { none: "the loss falls nowhere steadily" } : points[best.at]!.rate;
}

function slopeAround(points: readonly SmoothedPoint[], at: number, reach: number): number {
  const near = points.slice(at - reach, at + reach + 1);
  const middle = (near.length - 1) / 2;
  let up = 0;
  let across = 0;
  for (const [i, { smoothed }] of near.entries()) {
    up += (i - middle) * smoothed;
    across += (i - middle) ** 2;
  }
  return up / across;
}

function halfDivergence({ divergence, points }: FallingCurve): Found {
  if (divergence !== null) return divergence / 2;
  const rate = Number(points.at(-1)!.rate.toPrecision(2));
  return { none: `the loss never diverged up to ${rate}; test higher rates (to)` };
}
