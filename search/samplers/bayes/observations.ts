import type { History, TrialRecord } from "../../history.ts";
import { comparableScores, finalScore } from "./comparable.ts";
import type { Encoding } from "./encoding.ts";

/** What one trial taught. */
export interface Observation {
  readonly trial: number;
  /** Encoded configuration (encoding.ts). */
  readonly x: Float64Array;
  /** Lower is better, comparable between trials of any length (comparable.ts); NaN: it diverged or failed. */
  readonly score: number;
  /** Stopped or paused before its end: the score is an estimate of what it would have reached. */
  readonly partial: boolean;
  /** Of a complete training: its epochs as a share of the longest trial's when it is partial, else 1. */
  readonly share: number;
  /** Its place among the trials that have ended, in the order they did; Infinity: it is paused. */
  readonly ended: number;
}

export interface Observations {
  /** In the order of trial numbers. */
  readonly finished: readonly Observation[];
  /** Encoded configurations of the trials that train now. */
  readonly running: readonly Float64Array[];
  /** Some configuration was tried more than once. */
  readonly repeated: boolean;
}

/**
 * Reads a history for a model. Complete trials count with their best score; pruned, paused and cancelled ones
 * that reported something with a comparable estimate; diverged and failed ones as infeasible. What does not change any more is remembered
 * between calls: encoded configurations, and what whole trials taught.
 */
export class Observer {
  private readonly encoding: Encoding;
  private readonly readOf = new WeakMap<History, Read>();

  constructor(encoding: Encoding) {
    this.encoding = encoding;
  }

  read(history: History): Observations {
    const read = this.update(history);
    const stopped = [...read.unsettled].some((number) => teaches(history.trial(number)));
    return {
      finished: stopped ? compared(history, read) : read.settled,
      running: [...history.running].toSorted((a, b) => a - b).map((number) => read.encoded[number]!),
      repeated: read.different.size < read.encoded.length,
    };
  }

  private update(history: History): Read {
    const read = this.readOf.get(history) ?? newRead();
    this.readOf.set(history, read);
    while (read.encoded.length < history.trials.length) {
      const { number, params } = history.trials[read.encoded.length]!;
      const x = this.encoding.encode(params);
      read.encoded.push(x);
      read.different.add(x.join());
      read.unsettled.add(number);
    }
    for (; read.places.size < history.ended.length;) {
      const record = history.trial(history.ended[read.places.size]!);
      read.places.set(record.number, read.places.size);
      if (!isWhole(record)) continue;
      read.unsettled.delete(record.number);
      insert(read.settled, observed(record, read, finalScore(record), 1));
    }
    return read;
  }
}

interface Read {
  /** Configurations by trial number. */
  readonly encoded: Float64Array[];
  /** One text for each different one. */
  readonly different: Set<string>;
  /** Trials that have ended, each with its place. */
  readonly places: Map<number, number>;
  /** What whole trials taught, in the order of their numbers. */
  readonly settled: Observation[];
  /** Trials that have not ended, or before their last epoch: what they teach depends on the others. */
  readonly unsettled: Set<number>;
}

function newRead(): Read {
  return { encoded: [], different: new Set(), places: new Map(), settled: [], unsettled: new Set() };
}

/**
 * One for each configuration that trained to its end, with the mean of its scores: a repeat with another seed is another measurement of it, not
 * another example. Those that stopped or diverged stay as they are.
 */
export function averaged(finished: readonly Observation[]): readonly Observation[] {
  const places = new Map<string, { readonly first: Observation; readonly scores: number[] }>();
  const others: Observation[] = [];
  for (const each of finished) {
    if (each.partial || !Number.isFinite(each.score)) {
      others.push(each);
      continue;
    }
    const key = each.x.join();
    const place = places.get(key) ?? { first: each, scores: [] };
    place.scores.push(each.score);
    places.set(key, place);
  }
  const means = [...places.values()].map(({ first, scores }) => ({
    ...first,
    score: scores.reduce((sum, score) => sum + score, 0) / scores.length,
  }));
  return [...means, ...others].sort((a, b) => a.trial - b.trial);
}

/** With the estimates for those that stopped. */
function compared(history: History, read: Read): readonly Observation[] {
  const learned = history.trials.filter(teaches);
  const scores = comparableScores(learned);
  const longest = learned.reduce((most, record) => Math.max(most, record.scores.length), 1);
  return learned.map((record, i) =>
    observed(record, read, scores[i]!, isWhole(record) ? 1 : record.scores.length / longest),
  );
}

function observed(record: TrialRecord, read: Read, score: number, share: number): Observation {
  return {
    trial: record.number,
    x: read.encoded[record.number]!,
    score,
    partial: record.state !== "complete",
    share,
    ended: read.places.get(record.number) ?? Infinity,
  };
}

/** Into a list in the order of trial numbers, of which most come last. */
function insert(list: Observation[], item: Observation): void {
  let at = list.length;
  while (at > 0 && list[at - 1]!.trial > item.trial) at--;
  list.splice(at, 0, item);
}

function isWhole({ state }: TrialRecord): boolean {
  return state === "complete" || state === "diverged" || state === "failed";
}

function teaches(record: TrialRecord): boolean {
  switch (record.state) {
    case "complete":
    case "diverged":
    case "failed":
      return true;
    case "pruned":
    case "paused":
    case "cancelled":
      return record.epoch > 0;
    case "running":
    case "invalid":
      return false;
    default:
      return record.state satisfies never;
  }
}
