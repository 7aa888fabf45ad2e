import type { History, TrialRecord } from "../history.ts";
import { compareScores, isBetter } from "../scores.ts";

/** Best finite score of epochs 1 to `epoch`; NaN without one. */
export function bestUpTo(trial: TrialRecord, epoch: number): number {
  let best = Number.NaN;
  for (let i = 0; i < epoch; i++) {
    const score = trial.scores[i];
    if (score !== undefined && isBetter(score, best)) best = score;
  }
  return best;
}

/**
 * The best scores that trials had by an epoch, for every trial that got there, whatever became of it. Trials that
 * ended never change, so each is filed once; only the others are looked at again.
 */
export class BestByEpoch {
  private readonly files = new WeakMap<History, Filed>();

  /** Scores of all trials but `except` that have reached `epoch`, best first, NaN last. */
  at(history: History, epoch: number, except: number): readonly number[] {
    const filed = this.update(history);
    const live: number[] = [];
    for (const number of filed.live) {
      const trial = history.trial(number);
      if (number !== except && trial.scores.length >= epoch) live.push(bestUpTo(trial, epoch));
    }
    return merge(filed.byEpoch[epoch - 1] ?? [], live.sort(compareScores));
  }

  private update(history: History): Filed {
    const filed = this.files.get(history) ?? { started: 0, ended: 0, live: new Set<number>(), byEpoch: [] };
    this.files.set(history, filed);
    for (; filed.started < history.trials.length; filed.started++) filed.live.add(filed.started);
    for (; filed.ended < history.ended.length; filed.ended++) {
      const number = history.ended[filed.ended]!;
      filed.live.delete(number);
      file(filed.byEpoch, history.trial(number));
    }
    return filed;
  }
}

interface Filed {
  /** Trials read so far. */
  started: number;
  /** Position in history.ended. */
  ended: number;
  /** Trials that have not ended: running and paused. */
  readonly live: Set<number>;
  /** At index epoch - 1: scores of ended trials, best first. */
  readonly byEpoch: number[][];
}

function file(byEpoch: number[][], trial: TrialRecord): void {
  let best = Number.NaN;
  for (const [index, score] of trial.scores.entries()) {
    if (score !== undefined && isBetter(score, best)) best = score;
    const scores = (byEpoch[index] ??= []);
    scores.splice(placeOf(best, scores), 0, best);
  }
}

/** Where `score` goes in `sorted`, after its equals. */
function placeOf(score: number, sorted: readonly number[]): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareScores(sorted[middle]!, score) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function merge(a: readonly number[], b: readonly number[]): readonly number[] {
  if (b.length === 0) return a;
  const merged: number[] = [];
  let i = 0;
  for (const score of b) {
    while (i < a.length && compareScores(a[i]!, score) <= 0) merged.push(a[i++]!);
    merged.push(score);
  }
  while (i < a.length) merged.push(a[i++]!);
  return merged;
}
