import type { TrialRecord } from "../../history.ts";
import { isBetter } from "../../scores.ts";

/** Reference trials for one epoch: enough for its quantiles, few enough for 10,000 trials per study. */
const MAX_REFERENCES = 200;

/**
 * One score a trial, lower is better, comparable between trials that trained for different numbers of epochs.
 *
 * A complete trial keeps its best score. A trial that stopped after epoch e is compared at epoch e with those
 * that went on: if its best score so far equals the q-quantile of theirs up to e, it is given the q-quantile of
 * what they came to in the end. Between quantiles the scale is interpolated, outside it is shifted by the
 * nearest trial's progress; an estimate is never worse than the score the trial has already reached. Longer
 * trials are treated first, so that estimates reach up a ladder of rungs. (Equipercentile equating, as scores of different
 * tests are made comparable: Kolen and Brennan 2014, Test Equating, Scaling, and Linking, chapter 2.) NaN: no finite score, or diverged.
 */
export function comparableScores(records: readonly TrialRecord[]): Float64Array {
  const scores = Float64Array.from(records, finalScore);
  const byEpoch = new Map<number, number[]>();
  const references: number[] = [];
  for (const [index, record] of records.entries()) {
    if (!Number.isFinite(scores[index]!)) continue;
    if (record.state === "complete") references.push(index);
    else pushTo(byEpoch, record.epoch, index);
  }
  for (const epoch of [...byEpoch.keys()].toSorted((a, b) => b - a)) {
    const stopped = byEpoch.get(epoch)!;
    if (references.length > 0) {
      const estimate = quantileMap(thin(references), records, scores, epoch);
      for (const index of stopped) scores[index] = Math.min(scores[index]!, estimate(scores[index]!));
    }
    references.push(...stopped);
  }
  return scores;
}

/** Best of a trial that needs no comparison; NaN: it diverged or failed. */
export function finalScore(record: TrialRecord): number {
  return record.state === "diverged" || record.state === "failed" ? Number.NaN : record.best;
}

/** At most MAX_REFERENCES of the indices, evenly spaced. */
function thin(indices: readonly number[]): readonly number[] {
  if (indices.length <= MAX_REFERENCES) return indices;
  return Array.from(
    { length: MAX_REFERENCES },
    (_, i) => indices[Math.floor((i * indices.length) / MAX_REFERENCES)]!,
  );
}

/** From a best score up to `epoch` to an estimate of the best in the end. */
function quantileMap(
  references: readonly number[],
  records: readonly TrialRecord[],
  scores: Float64Array,
  epoch: number,
): (score: number) => number {
  const known = references.filter((index) => Number.isFinite(bestUpTo(records[index]!, epoch)));
  const before = Float64Array.from(known, (index) => bestUpTo(records[index]!, epoch)).sort();
  const after = Float64Array.from(known, (index) => scores[index]!).sort();
  const last = before.length - 1;
  return (score) => {
    if (last < 0) return score;
    if (score <= before[0]!) return after[0]! + score - before[0]!;
    if (score >= before[last]!) return after[last]! + score - before[last]!;
    const above = firstAbove(before, score);
    const share = (score - before[above - 1]!) / (before[above]! - before[above - 1]!);
    return after[above - 1]! + share * (after[above]! - after[above - 1]!);
  };
}

/** Index of the first element above `value`; there is one. */
function firstAbove(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function bestUpTo({ scores, bestEpoch, best }: TrialRecord, epoch: number): number {
  if (bestEpoch > 0 && bestEpoch <= epoch) return best;
  let found = Number.NaN;
  for (let e = 0; e < Math.min(epoch, scores.length); e++) {
    const score = scores[e];
    if (score !== undefined && isBetter(score, found)) found = score;
  }
  return found;
}

function pushTo(lists: Map<number, number[]>, key: number, item: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
