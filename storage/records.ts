/** What the memory of studies gives back: studies, trials, attempts, reports, workers, evaluations. */
import type { TrialState } from "../search/history.ts";
import type { Goal } from "../search/scores.ts";
import type { Params } from "../search/space.ts";

export type StudyState = "running" | "interrupted" | "complete" | "stopped" | "failed";

/** A figure to compare with: "repeat last", "ridge", ... `naive` ones are what skill is measured against. */
export interface StudyBaseline {
  readonly name: string;
  readonly value: number | null;
  readonly naive: boolean;
}

export interface NewStudy {
  /** As people type it; unique in the database. */
  readonly name: string;
  /** Unique everywhere, for messages and file names: letters, digits, `-`, `_`. */
  readonly key: string;
  readonly goal: Goal;
  readonly metric: string;
  readonly seed: number;
  /** The sweep file as written, and resolved with every default; the latter is enough to resume. */
  readonly source: string;
  readonly config: unknown;
  readonly data: { readonly sha256: string; readonly bytes: number; readonly file: string };
  readonly versions: Readonly<Record<string, string>>;
  /** Empty where they are not known yet, or there are none. */
  readonly baselines: readonly StudyBaseline[];
  readonly at: number;
}

export interface Study extends NewStudy {
  readonly id: number;
  readonly state: StudyState;
  readonly endedAt: number | null;
  /** Why it ended, in words. */
  readonly reason: string | null;
}

export interface StudySummary {
  readonly name: string;
  readonly key: string;
  readonly state: StudyState;
  readonly metric: string;
  readonly goal: Goal;
  readonly trials: number;
  readonly counts: Readonly<Record<TrialState, number>>;
  /** Best value of a complete or pruned trial. */
  readonly best: number | null;
  readonly at: number;
  readonly endedAt: number | null;
}

export interface NewTrial {
  readonly number: number;
  readonly params: Params;
  readonly seed: number;
  readonly epochs: number;
  readonly origin: string | null;
  readonly at: number;
}

export interface BlobPointer {
  readonly sha256: string;
  readonly bytes: number;
  readonly epoch: number;
}

export interface Trial extends NewTrial {
  /** `invalid`: it ended, and was marked so since. */
  readonly state: TrialState;
  /** Best epoch's value of the ranking metric; `null` without one, and always for diverged, failed and invalid trials. */
  readonly value: number | null;
  readonly bestEpoch: number | null;
  /** Value of the newest epoch: the last one reported by the highest attempt that counts. */
  readonly lastValue: number | null;
  /** The last epoch that has a report: how far it was trained, also where not every epoch is reported. */
  readonly epochsDone: number;
  /** Attempts so far; the highest is the one that counts. */
  readonly attempts: number;
  readonly reason: string | null;
  readonly model: BlobPointer | null;
  readonly checkpoint: BlobPointer | null;
  readonly endedAt: number | null;
  /** Rank in the order in which trials of the study ended, for rebuilding a history; `null` while open. */
  readonly endedOrder: number | null;
}

export type AttemptState =
  | "offered"
  | "running"
  | "complete"
  | "stopped"
  | "paused"
  | "handed_back"
  | "diverged"
  | "failed"
  | "lost";

export interface Attempt {
  readonly trial: number;
  readonly attempt: number;
  readonly state: AttemptState;
  readonly worker: string | null;
  readonly engine: string | null;
  readonly fromEpoch: number;
  readonly toEpoch: number;
  readonly reason: string | null;
  readonly offeredAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

/** One epoch. Numbers that are not finite are stored as such and come back as NaN or infinities. */
export interface Report {
  readonly trial: number;
  readonly attempt: number;
  /** Message number within the attempt; its epochs rise with it. */
  readonly n: number;
  readonly epoch: number;
  /** The ranking metric; `null` when not finite. */
  readonly value: number | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly at: number;
}

/** What other processes ask the coordinator of a study for, besides stopping. */
export type StudyRequest =
  | { readonly kind: "invalid"; readonly trial: number; readonly reason: string }
  | { readonly kind: "enqueue"; readonly params: Params };

export interface WorkerRow {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly engine: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly firstSeen: number;
  readonly lastSeen: number;
}

export interface EventRow {
  readonly id: number;
  readonly name: string;
  readonly data: unknown;
  readonly at: number;
}

/**
 * A model beside a baseline on the same samples: mean losses of both, and the standard error of `own / other`, or for
 * `wrong` (shares of wrong labels) of `own - other`; `null` where too few independent blocks of samples leave it unknown.
 */
export interface ComparisonRow {
  readonly baseline: string;
  readonly naive: boolean;
  readonly kind: "squared" | "absolute" | "wrong";
  readonly own: number;
  readonly other: number;
  readonly error: number | null;
  readonly blocks: number;
}

export interface EvaluationRow {
  readonly trial: number;
  readonly split: "validation" | "test";
  readonly metrics: Readonly<Record<string, number>>;
  readonly baselines: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly windows: number;
  /** Empty where an older version evaluated. */
  readonly comparisons: readonly ComparisonRow[];
  /** Share of the values to predict that lie outside the range of the training rows; `null` where that was not looked at. */
  readonly outside: number | null;
  /** What the model predicts, in as much detail as plots show (worker/protocol/evaluation-detail.ts); `null` where an older version evaluated. */
  readonly detail: unknown;
  readonly at: number;
}
