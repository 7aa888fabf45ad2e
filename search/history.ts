import { isBetter, toScore, type Goal } from "./scores.ts";
import type { Params } from "./space.ts";

/** How a trial ended. `failed` carries the kind of failure elsewhere; a search only needs to know it failed. */
export type OutcomeKind = "complete" | "pruned" | "diverged" | "failed" | "cancelled";

/** What happened to a trial, in the order it was recorded. `value` is the ranking metric, `null` when not finite. */
export type HistoryEvent =
  | { readonly kind: "started"; readonly trial: number; readonly params: Params; readonly epochs: number }
  | {
      readonly kind: "reported";
      readonly trial: number;
      readonly epoch: number;
      readonly value: number | null;
      /** Of a study with several goals: the other metrics that count, in the order of `watchedMetrics` (goals/goals.ts). */
      readonly others?: readonly (number | null)[] | undefined;
    }
  | { readonly kind: "paused"; readonly trial: number }
  | { readonly kind: "continued"; readonly trial: number; readonly epochs: number }
  | { readonly kind: "ended"; readonly trial: number; readonly outcome: EndState };

/** `invalid`: someone found, after its end, that its result means nothing. It has no scores, and no search learns from it. */
export type EndState = OutcomeKind | "invalid";

export type TrialState = "running" | "paused" | EndState;

/** A trial as samplers and pruners see it. Scores are lower-is-better; see scores.ts for NaN. */
export interface TrialRecord {
  readonly number: number;
  readonly params: Params;
  readonly state: TrialState;
  /** The epochs it has been allowed so far. */
  readonly epochs: number;
  /** Score of epoch e at index e - 1; a hole is an epoch that was not reported (yet). */
  readonly scores: readonly (number | undefined)[];
  /** `HistoryEvent.others` of each epoch, placed as `scores`; absent where a study has one goal. */
  readonly others?: readonly (readonly (number | null)[] | undefined)[];
  /** Newest epoch reported, 0 before the first. */
  readonly epoch: number;
  /** Best finite score so far, NaN when there is none. */
  readonly best: number;
  /** Epoch of `best`, 0 when there is none. */
  readonly bestEpoch: number;
}

/**
 * Everything a search may know of one study, kept up to date event by event. Samplers and pruners read it
 * and hold no other source; feeding the same events again rebuilds it exactly, which is how a study resumes.
 *
 * `ended` lists trial numbers in the order they ended and, within one history, only ever grows, so that a reader can keep its own
 * position in it and learn incrementally.
 */
export class History {
  readonly goal: Goal;
  private readonly records: MutableRecord[] = [];
  private readonly endedOrder: number[] = [];
  private readonly runningSet = new Set<number>();

  constructor(goal: Goal) {
    this.goal = goal;
  }

  /** By trial number. */
  get trials(): readonly TrialRecord[] {
    return this.records;
  }

  get ended(): readonly number[] {
    return this.endedOrder;
  }

  /** Numbers of the trials that train now (not the paused ones). */
  get running(): ReadonlySet<number> {
    return this.runningSet;
  }

  /**
   * The same history without what an ended trial reported, as if it had ended last and invalid. Another object: what readers have
   * learned of this one they learn again.
   */
  without(number: number): History {
    const other = new History(this.goal);
    for (const { others, ...record } of this.records) {
      const also = others === undefined ? {} : { others: others.slice() };
      const kept = { ...record, scores: record.scores.slice(), ...also };
      other.records.push(record.number === number ? { ...record, ...forgotten() } : kept);
    }
    for (const running of this.runningSet) if (running !== number) other.runningSet.add(running);
    other.endedOrder.push(...this.endedOrder.filter((ended) => ended !== number), number);
    return other;
  }

  trial(number: number): TrialRecord {
    return this.record(number);
  }

  apply(event: HistoryEvent): void {
    switch (event.kind) {
      case "started":
        this.start(event.trial, event.params, event.epochs);
        return;
      case "reported": {
        const record = this.record(event.trial);
        report(record, event.epoch, toScore(event.value, this.goal));
        if (event.others !== undefined) (record.others ??= [])[event.epoch - 1] = event.others;
        return;
      }
      case "paused":
        this.record(event.trial).state = "paused";
        this.runningSet.delete(event.trial);
        return;
      case "continued": {
        const record = this.record(event.trial);
        record.state = "running";
        record.epochs = event.epochs;
        this.runningSet.add(event.trial);
        return;
      }
      case "ended": {
        const record = this.record(event.trial);
        record.state = event.outcome;
        record.scores = record.scores.slice(); // without the room that was kept for more
        this.runningSet.delete(event.trial);
        this.endedOrder.push(event.trial);
        return;
      }
      default:
        event satisfies never;
    }
  }

  private start(number: number, params: Params, epochs: number): void {
    if (number !== this.records.length) {
      throw new RangeError(`trial ${number} started out of order: expected ${this.records.length}`);
    }
    this.records.push({
      number,
      params,
      state: "running",
      epochs,
      scores: [],
      epoch: 0,
      best: Number.NaN,
      bestEpoch: 0,
    });
    this.runningSet.add(number);
  }

  private record(number: number): MutableRecord {
    const record = this.records[number];
    if (record === undefined) throw new RangeError(`trial ${number} is not in the history`);
    return record;
  }
}

function forgotten(): Pick<MutableRecord, "state" | "scores" | "epoch" | "best" | "bestEpoch"> {
  return { state: "invalid", scores: [], epoch: 0, best: Number.NaN, bestEpoch: 0 };
}

interface MutableRecord extends TrialRecord {
  state: TrialState;
  epochs: number;
  scores: (number | undefined)[];
  others?: (readonly (number | null)[] | undefined)[];
  epoch: number;
  best: number;
  bestEpoch: number;
}

/** A later attempt may report an epoch again: the newest report of an epoch counts, and the best is found again. */
function report(record: MutableRecord, epoch: number, score: number): void {
  const again = record.scores[epoch - 1] !== undefined;
  while (record.scores.length < epoch - 1) record.scores.push(undefined);
  record.scores[epoch - 1] = score;
  record.epoch = again ? epoch : Math.max(record.epoch, epoch);
  if (again) findBest(record);
  else if (isBetter(score, record.best)) {
    record.best = score;
    record.bestEpoch = epoch;
  }
}

function findBest(record: MutableRecord): void {
  record.best = Number.NaN;
  record.bestEpoch = 0;
  for (const [index, score] of record.scores.entries()) {
    if (score !== undefined && isBetter(score, record.best)) {
      record.best = score;
      record.bestEpoch = index + 1;
    }
  }
}
