import type { TrialState } from "../search/history.ts";
import type { CurveRow, Place, StudyChanges } from "./changes.ts";
import type {
  Attempt,
  EvaluationRow,
  EventRow,
  NewStudy,
  Report,
  Study,
  StudyBaseline,
  StudyRequest,
  StudyState,
  StudySummary,
  Trial,
  WorkerRow,
} from "./records.ts";
import type { Durability, Write, Written } from "./writes.ts";

export type * from "./changes.ts";
export type * from "./records.ts";
export type * from "./writes.ts";

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
 * attempt is open; after its end it may be marked invalid, once.
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
  /** What the study is compared with is known now. */
  setBaselines(study: number, baselines: readonly StudyBaseline[]): void;
  setStudyState(study: number, state: StudyState, reason: string | null, at: number): void;
  record(study: number, writes: readonly Write[], durability: Durability): readonly Written[];

  /**
   * Reads and records of one moment: no other process records meanwhile, and when `work` throws nothing of it is recorded. What
   * it records has this durability.
   */
  together<T>(durability: Durability, work: () => T): T;

  /**
   * Settles when all that was recorded before survives the loss of power, whatever its durability. Others may record meanwhile; those
   * who ask together share one wait for the disk.
   */
  durable(): Promise<void>;

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
  /** How far a reader has come that reads everything now. */
  place(study: number): Place;
  /** What a reader that knows all up to `since` has to read again. */
  changes(study: number, since: Place): StudyChanges;

  /** Asks the coordinator of a study to stop it, or one trial. Read back by `stopRequests`. */
  requestStop(study: number, trial: number | null, at: number): void;
  /** Requests newer than `after`, by id. */
  stopRequests(
    study: number,
    after: number,
  ): readonly { readonly id: number; readonly trial: number | null }[];

  /** Asks the coordinator of a study for something else. Read back by `requests`. */
  request(study: number, request: StudyRequest, at: number): void;
  /** Requests newer than `after`, by id. */
  requests(study: number, after: number): readonly { readonly id: number; readonly request: StudyRequest }[];

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
