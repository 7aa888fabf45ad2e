import type { History, TrialRecord } from "../../history.ts";
import { comparableScores } from "./comparable.ts";
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
}

/**
 * Reads a history for a model. Complete trials count with their best score; pruned, paused and cancelled ones
 * that reported something with a comparable estimate; diverged and failed ones as infeasible. Configurations
 * are encoded once; what is remembered between calls is only that.
 */
export class Observer {
  private readonly encoding: Encoding;
  private readonly encoded = new WeakMap<History, Float64Array[]>();

  constructor(encoding: Encoding) {
    this.encoding = encoding;
  }

  read(history: History): Observations {
    const encoded = this.encode(history);
    const learned = history.trials.filter(teaches);
    const scores = comparableScores(learned);
    const ended = new Map(history.ended.map((number, place) => [number, place]));
    const longest = learned.reduce((most, record) => Math.max(most, record.scores.length), 1);
    return {
      finished: learned.map((record, i) => ({
        trial: record.number,
        x: encoded[record.number]!,
        score: scores[i]!,
        partial: record.state !== "complete",
        share: isWhole(record) ? 1 : record.scores.length / longest,
        ended: ended.get(record.number) ?? Infinity,
      })),
      running: [...history.running].toSorted((a, b) => a - b).map((number) => encoded[number]!),
    };
  }

  private encode(history: History): readonly Float64Array[] {
    const encoded = this.encoded.get(history) ?? [];
    this.encoded.set(history, encoded);
    while (encoded.length < history.trials.length) {
      encoded.push(this.encoding.encode(history.trials[encoded.length]!.params));
    }
    return encoded;
  }
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
      return false;
    default:
      return record.state satisfies never;
  }
}
