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
  const border = lastGood(finished, share, maxGood);
  const good: Float64Array[] = [];
  for (const { score, x } of finished) if (score <= border) good.push(x);
  return { good: thin(good, maxGood), bad: someBad(finished, border, finished.length - good.length) };
}

/** The worst score of the wanted good examples; -Infinity: there is none. */
function lastGood(finished: readonly Observation[], share: number, maxGood: number): number {
  let whole = 0;
  for (const trial of finished) whole += trial.share;
  const count = Math.min(Math.max(Math.ceil(share * whole), 2), maxGood);
  const scores = lowest(finished, count + 1);
  const best = scores[0] ?? Number.NaN;
  if (Number.isNaN(best) || finished.every(({ score }) => score === best)) return -Infinity;
  const next = scores[count] ?? Number.NaN;
  if (Number.isNaN(next)) return Infinity;
  return scores.slice(0, count).findLast((score) => score < next) ?? best;
}

/** The lowest `count` of the scores, rising, NaN left out. */
function lowest(finished: readonly Observation[], count: number): readonly number[] {
  const found: number[] = [];
  for (const { score } of finished) {
    if (Number.isNaN(score) || (found.length === count && score >= found[count - 1]!)) continue;
    let at = Math.min(found.length, count - 1);
    for (; at > 0 && found[at - 1]! > score; at--) found[at] = found[at - 1]!;
    found[at] = score;
  }
  return found;
}

/** Of the `all` trials beyond the border at most MAX_BAD, evenly spaced. */
function someBad(finished: readonly Observation[], border: number, all: number): readonly Float64Array[] {
  const count = Math.min(all, MAX_BAD);
  const bad: Float64Array[] = [];
  let place = 0;
  for (const { score, x } of finished) {
    if (score <= border) continue;
    if (place === Math.floor((bad.length * all) / count)) bad.push(x);
    place++;
  }
  return bad;
}

/** At most `count` of the items, evenly spaced. */
function thin<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}
