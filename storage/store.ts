import type { OutcomeKind, TrialState } from "../search/history.ts";
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
  readonly state: TrialState;
  /** Best epoch's value of the ranking metric; `null` without one, and always for diverged and failed trials. */
  readonly value: number | null;
  readonly bestEpoch: number | null;
  /** Value of the newest epoch: the last one reported by the highest attempt that counts. */
  readonly lastValue: number | null;
  /** Epochs that have a report. */
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

/** One thing to record. A list of them is recorded in one transaction, in order. */
export type Write =
  | { readonly kind: "trial_added"; readonly trial: NewTrial }
  /** The next attempt of a trial; its number must be one above the newest. */
  | {
      readonly kind: "attempt_offered";
      readonly trial: number;
      readonly attempt: number;
      readonly fromEpoch: number;
      readonly toEpoch: number;
      readonly at: number;
    }
  | {
      readonly kind: "attempt_started";
      readonly trial: number;
      readonly attempt: number;
      readonly worker: string;
      readonly engine: string;
      readonly at: number;
    }
  | { readonly kind: "report"; readonly report: Report }
  /** A counted report turns out to be impossible: it is kept and never used again. */
  | {
      readonly kind: "report_disowned";
      readonly trial: number;
      readonly attempt: number;
      readonly n: number;
    }
  | {
      readonly kind: "checkpoint";
      readonly trial: number;
      readonly attempt: number;
      readonly checkpoint: BlobPointer;
    }
  | {
      readonly kind: "attempt_ended";
      readonly trial: number;
      readonly attempt: number;
      readonly state: Exclude<AttemptState, "offered" | "running">;
      readonly reason: string | null;
      readonly at: number;
    }
  /** The trial goes on after a pause, up to `epochs` in all. */
  | { readonly kind: "trial_continued"; readonly trial: number; readonly epochs: number }
  | {
      readonly kind: "trial_paused";
      readonly trial: number;
      readonly reason: string;
      /** Weights of the best epoch so far. */
      readonly model: BlobPointer | null;
    }
  | {
      readonly kind: "trial_ended";
      readonly trial: number;
      readonly outcome: OutcomeKind;
      readonly reason: string | null;
      readonly model: BlobPointer | null;
      readonly at: number;
    }
  | { readonly kind: "event"; readonly name: string; readonly data: unknown; readonly at: number };

/**
 * How hard a transaction is pressed to the disk: "process" survives the death of any process, "power" also
 * the loss of power.
 */
export type Durability = "process" | "power";

/**
 * What became of each write. Messages of workers come at least once, so these never throw for coming again:
 * a report seen before, an attempt's second start or end, and a checkpoint no newer than the attempt's last one
 * are a "duplicate" and change nothing. What comes from an attempt below the newest is "stale": a report is
 * kept without counting (see `StudyStore`; also one of an ended trial), anything else changes nothing.
 */
export type Written = "recorded" | "duplicate" | "stale";

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

/** How far a reader of a study has come; all 0: it knows nothing yet. */
export interface Place {
  /** Place of the last report it knows. */
  readonly reports: number;
  /** Trials that had ended. */
  readonly ended: number;
  /** Trials there were. */
  readonly trials: number;
}

/** What may have changed in a study since a place. */
export interface StudyChanges {
  readonly place: Place;
  /** New trials, those that have ended since, and all that have not ended, by number. */
  readonly trials: readonly Trial[];
  /** By trial, the lowest epoch that has a new counted report. */
  readonly reported: ReadonlyMap<number, number>;
}

/** A counted report without its metrics. */
export type CurveRow = readonly [
  trial: number,
  epoch: number,
  value: number | null,
  seconds: number,
  at: number,
];

export interface TrialQuery {
  /** "rank": best first, cancelled trials behind the others, trials without a value last, ties by number. Default "number". */
  readonly order?: "number" | "rank";
  readonly limit?: number;
}

/**
 * Port: the memory of all studies. One method is one transaction; what a method returned survives the death of
 * this process. Any number of readers in other processes work while one writer writes. Times are whole
 * milliseconds since 1970. A database that cannot be used (full disk, damage, ...) throws `StoreError`
 * (errors.ts).
 *
 * A trial's curve takes each epoch from the highest attempt that has a counted report of it. A report counts
 * when, at the moment it is recorded, its attempt is the newest of its trial and the trial has not ended; later
 * attempts do not take that away, they replace it epoch by epoch. Any other report is stored, marked stale, and
 * never used in values, curves or `reports`.
 *
 * The life of a trial, which `record` enforces (`InvalidWrite` otherwise, and nothing of the list is recorded):
 * it is added as "running", numbers without gaps from 0; attempts are offered while it runs, numbers without
 * gaps from 1, each after the one before has ended; it may be paused and continued; it ends once, when no
 * attempt is open.
 */
export interface StudyStore {
  /** Throws `StudyExists` when the name is taken. */
  createStudy(study: NewStudy): Study;
  findStudy(name: string): Study | null;
  studyOfKey(key: string): Study | null;
  /** The study changed last (created, state, recorded, evaluated), `null` in an empty database. */
  latestStudy(): Study | null;
  /** In the order they were created. */
  studies(): readonly StudySummary[];
  /** What the study was asked to do has changed: its budget was raised. */
  setConfig(study: number, config: unknown): void;
  setStudyState(study: number, state: StudyState, reason: string | null, at: number): void;
  record(study: number, writes: readonly Write[], durability: Durability): readonly Written[];

  /**
   * Reads and records of one moment: no other process records meanwhile, and when `work` throws nothing of it is recorded. What
   * it records has this durability.
   */
  together<T>(durability: Durability, work: () => T): T;

  trials(study: number, query?: TrialQuery): readonly Trial[];
  trial(study: number, trial: number): Trial | null;
  counts(study: number): Readonly<Record<TrialState, number>>;
  attempts(study: number, trial?: number): readonly Attempt[];
  /** Attempts whose worker was lost: they may still speak when all others have ended. */
  lostAttempts(study: number): readonly Pick<Attempt, "trial" | "attempt">[];
  /** The curve of one trial, by epoch. */
  curve(study: number, trial: number): readonly Report[];
  /** The curves of trials `from` to before `to`, for many at once: where an epoch comes twice, the later row counts. */
  curveRows(study: number, from: number, to: number): readonly CurveRow[];
  /** The metrics of the best epochs of trials `from` to before `to`. */
  bestMetrics(study: number, from: number, to: number): ReadonlyMap<number, Readonly<Record<string, number>>>;
  /** Every counted report of the study in the order it was recorded, for rebuilding a history. */
  reports(study: number): IterableIterator<Report>;
  /**
   * Counted reports that cannot be: of an epoch that no attempt of the trial was to reach, or with a value out of
   * `range`. `reports` and `curve` leave out the former.
   */
  impossibleReports(study: number, range?: { readonly min: number; readonly max: number }): readonly Report[];
  /** Events with an id above `after`, by id. */
  events(study: number, after?: number): readonly EventRow[];

  /** A number that changes whenever another process has written to the database. */
  dataVersion(): number;
  /** What a reader that knows all up to `since` has to read again. */
  changes(study: number, since: Place): StudyChanges;

  /** Asks the coordinator of a study to stop it, or one trial. Read back by `stopRequests`. */
  requestStop(study: number, trial: number | null, at: number): void;
  /** Requests newer than `after`, by id. */
  stopRequests(
    study: number,
    after: number,
  ): readonly { readonly id: number; readonly trial: number | null }[];

  /** Adds or updates by id; `firstSeen` stays what it was first. */
  saveWorkers(study: number, workers: readonly WorkerRow[]): void;
  workers(study: number): readonly WorkerRow[];
  /** Replaces an earlier one of the same trial and split. */
  saveEvaluation(study: number, evaluation: EvaluationRow): void;
  evaluations(study: number): readonly EvaluationRow[];

  /** Hashes of the files that a study still needs (`null`: any): data, models, checkpoints of open trials. Walks through all trials. */
  filesInUse(study: number | null): ReadonlySet<string>;
  /** False: the database's file was deleted or replaced since it was opened. Everything that records then throws. */
  isInPlace(): boolean;
  /** Writes all there is to a new file, also while it is used, and where its own file was deleted. */
  backup(file: string): Promise<void>;
  close(): void;
}

export class StudyExists extends Error {
  readonly study: string;
  constructor(study: string) {
    super(
      `a study named "${study}" exists already; choose another --name, or go on with: seqtune resume ${study}`,
    );
    this.name = "StudyExists";
    this.study = study;
  }
}
