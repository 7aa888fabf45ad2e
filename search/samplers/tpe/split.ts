import type { Observation } from "../bayes/observations.ts";

/** Points of the bad density: a thousandth kernel adds little and costs as much as the first. */
const MAX_BAD = 250;

export interface Split {
  readonly good: readonly Float64Array[];
  readonly bad: readonly Float64Array[];
}

/**
 * The best `share` of the trials, 2 to `maxGood` of them, and the rest (Bergstra et al. 2011, section 4). Diverged and failed
 * trials are bad. Of the number of trials, one that was stopped after a tenth of its epochs makes a tenth: early termination
 * starts many more trials with the same epochs, and among many good examples the few really good ones would be lost.
 *
 * A tie across the border makes all its trials bad: on a plateau at chance level, none of them is a good example.
 * Only if nothing is better are they good examples, against those that are worse; if nothing is worse either, there
 * is no good example and the search moves away from what has been tried.
 */
export function split(finished: readonly Observation[], share: number, maxGood: number): Split {
  const border = lastGood(
    finished.map(({ score }) => score),
    share * finished.reduce((sum, trial) => sum + trial.share, 0),
    maxGood,
  );
  const good = finished.filter(({ score }) => score <= border);
  const bad = finished.filter(({ score }) => !(score <= border));
  const xs = (part: readonly Observation[], count: number): readonly Float64Array[] =>
    thin(part, count).map(({ x }) => x);
  return { good: xs(good, maxGood), bad: xs(bad, MAX_BAD) };
}

/** The worst score of `wanted` good examples; -Infinity: there is none. */
function lastGood(all: readonly number[], wanted: number, maxGood: number): number {
  const scores = Float64Array.from(all).sort(); // NaN last
  const best = scores[0] ?? Number.NaN;
  if (Number.isNaN(best) || best === scores.at(-1)) return -Infinity;
  const count = Math.min(Math.max(Math.ceil(wanted), 2), maxGood);
  const next = scores[count] ?? Number.NaN;
  if (Number.isNaN(next)) return Infinity;
  return scores.subarray(0, count).findLast((score) => score < next) ?? best;
}

/** At most `count` of the items, evenly spaced. */
function thin<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}
