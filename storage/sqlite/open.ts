import type { TrialState } from "../../search/history.ts";
import type {
  Attempt,
  CurveRow,
  Durability,
  EvaluationRow,
  EventRow,
  NewStudy,
  Place,
  Report,
  Study,
  StudyBaseline,
  StudyChanges,
  StudyRequest,
  StudyState,
  StudyStore,
  StudySummary,
  Trial,
  TrialQuery,
  WorkerRow,
  Write,
  Written,
} from "../store.ts";
import { listAttempts, listLostAttempts } from "./attempts.ts";
import { dataVersion, readBestMetrics, readChanges, readCurveRows, readPlace } from "./changes.ts";
import { connect, connectMemory, type Connection } from "./connection.ts";
import { listEvaluations, upsertEvaluation } from "./evaluations.ts";
import { listEvents } from "./events.ts";
import { listFilesInUse } from "./files.ts";
import { record } from "./record/record.ts";
import { readCurve, readImpossible, readReports } from "./reports.ts";
import { insertRequest, insertStopRequest, listRequests, listStopRequests } from "./requests.ts";
import {
  countTrials,
  findStudy,
  insertStudy,
  latestStudy,
  listStudies,
  markChanged,
  studyOfKey,
  updateBaselines,
  updateConfig,
  updateStudyState,
} from "./studies.ts";
import { findTrial, listTrials } from "./trials.ts";
import { listWorkers, upsertWorkers } from "./workers.ts";

export interface OpenOptions {
  /** Only reads. */
  readonly readonly?: boolean;
  /** Writes, but only into a database that is there. */
  readonly existing?: boolean;
}

/**
 * Opens the database, creating (unless `existing`) or migrating it unless `readonly`. Every method, this one included, throws
 * `StoreError` when the database cannot be used (errors.ts says for which reasons), in words for the user.
 */
export function openStore(file: string, options: OpenOptions = {}): StudyStore {
  return new SqliteStore(connect(file, options.readonly ?? false, options.existing ?? false));
}

/** An empty database that lives as long as this process has it open. */
export function openMemoryStore(): StudyStore {
  return new SqliteStore(connectMemory());
}

class SqliteStore implements StudyStore {
  private readonly db: Connection;

  constructor(db: Connection) {
    this.db = db;
  }

  createStudy(study: NewStudy): Study {
    return this.db.write("power", () => insertStudy(this.db, study));
  }

  findStudy(name: string): Study | null {
    return this.db.read(() => findStudy(this.db, name));
  }

  studyOfKey(key: string): Study | null {
    return this.db.read(() => studyOfKey(this.db, key));
  }

  latestStudy(): Study | null {
    return this.db.read(() => latestStudy(this.db));
  }

  studies(): readonly StudySummary[] {
    return this.db.read(() => listStudies(this.db));
  }

  setConfig(study: number, config: unknown): void {
    this.db.write("power", () => updateConfig(this.db, study, config));
  }

  setBaselines(study: number, baselines: readonly StudyBaseline[]): void {
    this.db.write("process", () => updateBaselines(this.db, study, baselines));
  }

  setStudyState(study: number, state: StudyState, reason: string | null, at: number): void {
    this.db.write("power", () => updateStudyState(this.db, study, state, reason, at));
  }

  record(study: number, writes: readonly Write[], durability: Durability): readonly Written[] {
    if (writes.length === 0) return [];
    return this.db.write(durability, () => record(this.db, study, writes));
  }

  together<T>(durability: Durability, work: () => T): T {
    return this.db.write(durability, work);
  }

  async durable(): Promise<void> {
    await this.db.durable();
  }

  trials(study: number, query: TrialQuery = {}): readonly Trial[] {
    return this.db.read(() => listTrials(this.db, study, query));
  }

  trial(study: number, trial: number): Trial | null {
    return this.db.read(() => findTrial(this.db, study, trial));
  }

  counts(study: number): Readonly<Record<TrialState, number>> {
    return this.db.read(() => countTrials(this.db, study));
  }

  attempts(study: number, trial?: number): readonly Attempt[] {
    return this.db.read(() => listAttempts(this.db, study, trial));
  }

  lostAttempts(study: number): readonly Pick<Attempt, "trial" | "attempt">[] {
    return this.db.read(() => listLostAttempts(this.db, study));
  }

  curve(study: number, trial: number): readonly Report[] {
    return this.db.read(() => readCurve(this.db, study, trial));
  }

  curveRows(study: number, from: number, to: number): readonly CurveRow[] {
    return this.db.read(() => readCurveRows(this.db, study, from, to));
  }

  bestMetrics(
    study: number,
    from: number,
    to: number,
  ): ReadonlyMap<number, Readonly<Record<string, number>>> {
    return this.db.read(() => readBestMetrics(this.db, study, from, to));
  }

  dataVersion(): number {
    return this.db.read(() => dataVersion(this.db));
  }

  place(study: number): Place {
    return this.db.read(() => readPlace(this.db, study));
  }

  changes(study: number, since: Place): StudyChanges {
    return this.db.read(() => readChanges(this.db, study, since));
  }

  reports(study: number): IterableIterator<Report> {
    return readReports(this.db, study);
  }

  impossibleReports(study: number, range = { min: -Infinity, max: Infinity }): readonly Report[] {
    return this.db.read(() => readImpossible(this.db, study, range));
  }

  events(study: number, after = 0): readonly EventRow[] {
    return this.db.read(() => listEvents(this.db, study, after));
  }

  requestStop(study: number, trial: number | null, at: number): void {
    this.db.write("process", () => insertStopRequest(this.db, study, trial, at));
  }

  stopRequests(
    study: number,
    after: number,
  ): readonly { readonly id: number; readonly trial: number | null }[] {
    return this.db.read(() => listStopRequests(this.db, study, after));
  }

  request(study: number, request: StudyRequest, at: number): void {
    this.db.write("process", () => insertRequest(this.db, study, request, at));
  }

  requests(study: number, after: number): readonly { readonly id: number; readonly request: StudyRequest }[] {
    return this.db.read(() => listRequests(this.db, study, after));
  }

  saveWorkers(study: number, workers: readonly WorkerRow[]): void {
    this.db.write("process", () => upsertWorkers(this.db, study, workers));
  }

  workers(study: number): readonly WorkerRow[] {
    return this.db.read(() => listWorkers(this.db, study));
  }

  saveEvaluation(study: number, evaluation: EvaluationRow): void {
    this.db.write("power", () => {
      upsertEvaluation(this.db, study, evaluation);
      markChanged(this.db, study);
    });
  }

  evaluations(study: number): readonly EvaluationRow[] {
    return this.db.read(() => listEvaluations(this.db, study));
  }

  filesInUse(study: number | null): ReadonlySet<string> {
    return new Set(this.db.read(() => listFilesInUse(this.db, study)));
  }

  isInPlace(): boolean {
    return this.db.isInPlace();
  }

  async backup(file: string): Promise<void> {
    await this.db.backup(file);
  }

  close(): void {
    this.db.close();
  }
}
