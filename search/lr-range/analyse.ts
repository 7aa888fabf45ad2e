import { DivergenceWatch, type RangePoint, type RangeReading, type SmoothedPoint } from "./curve.ts";
import { findFall, startLength } from "./fall.ts";
import { rangeRules, ruleNames, type RuleName } from "./rules.ts";

/** A learning rate by one rule, or why that rule has none. */
export type Suggestion =
  | { readonly rule: RuleName; readonly rate: number }
  | { readonly rule: RuleName; readonly rate: null; readonly reason: string };

export interface RangeAnalysis {
  readonly points: readonly SmoothedPoint[];
  /** Index of the least average from the end of the start to the divergence; -1 without a finite loss. */
  readonly lowest: number;
  /** Index of the point where the loss diverged; `null` when it never did. */
  readonly divergedAt: number | null;
  /** One for each rule, in the order of `ruleNames`. */
  readonly suggestions: readonly Suggestion[];
}

/** Reads the curve of a range test: smooths it, finds its divergence, and asks every rule. */
export function analyseRange(points: readonly RangePoint[], reading: RangeReading): RangeAnalysis {
  const watch = new DivergenceWatch(reading);
  const smoothed: SmoothedPoint[] = [];
  let divergedAt: number | null = null;
  for (const point of points) {
    const seen = watch.add(point.loss);
    smoothed.push({ ...point, smoothed: seen.smoothed });
    // Before the first finite loss everything counts as diverged, and nothing can be read.
    if (!seen.diverged) continue;
    divergedAt = smoothed.length - 1;
    break;
  }
  const before = divergedAt === null ? smoothed : smoothed.slice(0, divergedAt);
  const lowest = indexOfLeast(before);
  const fall = findFall(before, reading.smoothing);
  const suggestions = ruleNames.map((rule): Suggestion => {
    if (!fall.found) return { rule, rate: null, reason: fall.reason };
    const divergence = divergedAt === null ? null : smoothed[divergedAt]!.rate;
    const found = rangeRules[rule].suggest({ points: before, level: fall.level, lowest, divergence });
    return typeof found === "number" ? { rule, rate: found } : { rule, rate: null, reason: found.none };
  });
  return { points: smoothed, lowest, divergedAt, suggestions };
}

/** Averaged losses worth drawing end here: the explosion after the least one would flatten all before it. */
export function ceilingOf({ points, lowest }: RangeAnalysis): number {
  const before = points.slice(0, lowest + 1).map(({ smoothed }) => smoothed);
  return headroom * before.reduce((most, value) => Math.max(most, value), -Infinity);
}

const headroom = 1.25;

/** What one rule says; the rules are few, so this looks through all. */
export function suggestionOf(analysis: RangeAnalysis, rule: RuleName): Suggestion {
  return analysis.suggestions.find((suggestion) => suggestion.rule === rule)!;
}

/** Of few points, which have no start to leave out, the least of all. */
function indexOfLeast(points: readonly SmoothedPoint[]): number {
  const start = startLength(points.length);
  const first = points.length > start ? start : 0;
  let least = points.length > 0 ? first : -1;
  for (const [index, { smoothed }] of points.entries()) {
    if (index > first && smoothed < points[least]!.smoothed) least = index;
  }
  return least;
}
