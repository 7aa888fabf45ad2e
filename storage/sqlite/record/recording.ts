import type { EndState, TrialState } from "../../../search/history.ts";
import type { Goal } from "../../../search/scores.ts";
import { InvalidWrite } from "../../errors.ts";
import type { Connection } from "../connection.ts";
import { markChanged } from "../studies.ts";

/** What one call of `record` knows and keeps while it works through its list, within its transaction. */
export interface Recording {
  readonly db: Connection;
  readonly study: number;
  readonly goal: Goal;
  /** Reports recorded and trials ended in the study so far, and as they were. */
  reports: number;
  ended: number;
  readonly before: { readonly reports: number; readonly ended: number };
  /** Whether another study of the database was changed last. */
  readonly behind: boolean;
  /** Trials whose newest reports are recorded and whose row is not brought up to date yet. */
  readonly curves: Map<number, Curve>;
  /** The trial that was asked about last; `null` once its row has changed. */
  known: { readonly trial: number; readonly standing: TrialStanding } | null;
}

/** What is to become of a trial's row once the reports that came together are recorded. */
export interface Curve {
  readonly standing: TrialStanding;
  /** Has there been a report since, of an epoch above all before? */
  hasAdvanced: boolean;
  top: number;
  last: number | null;
  score: number | null;
  /** Where the best of them beats what was there; `null`: none does. */
  best: { readonly value: number | null; readonly epoch: number } | null;
}

export function beginRecording(db: Connection, study: number): Recording {
  const row = db
    .sql<[number], readonly [goal: Goal, reports: number, ended: number, behind: number]>(`
      SELECT s.goal, p.reports, p.ended, p.changed < (SELECT max(changed) FROM progress)
      FROM studies s JOIN progress p ON p.study = s.id WHERE s.id = ?`)
    .raw()
    .get(study);
  if (row === undefined) throw new InvalidWrite(`study ${study}`, "a study of this database");
  const [goal, reports, ended, behind] = row;
  const before = { reports, ended };
  return { db, study, goal, reports, ended, before, behind: behind === 1, curves: new Map(), known: null };
}

export function endRecording({ db, study, reports, ended, before, behind }: Recording): void {
  if (reports !== before.reports || ended !== before.ended) {
    db.sql<[number, number, number]>("UPDATE progress SET reports = ?, ended = ? WHERE study = ?").run(
      reports,
      ended,
      study,
    );
  }
  if (behind) markChanged(db, study);
}

/** The part of a trial that decides what may be written to it. */
export interface TrialStanding {
  readonly state: TrialState;
  /** Why it was marked invalid. */
  readonly invalid: string | null;
  readonly attempts: number;
  readonly epochs: number;
  readonly score: number | null;
  readonly top_epoch: number;
  readonly checkpoint_attempt: number | null;
  readonly checkpoint_epoch: number | null;
}

/** Throws `InvalidWrite` when the study has no such trial. */
export function requireTrial(recording: Recording, trial: number, what: string): TrialStanding {
  const { db, study, known } = recording;
  if (known?.trial === trial) return known.standing;
  const standing = db
    .sql<[number, number], TrialStanding>(`
      SELECT state, invalid, attempts, epochs, score, top_epoch, checkpoint_attempt, checkpoint_epoch
      FROM trials WHERE study = ? AND number = ?`)
    .get(study, trial);
  if (standing === undefined) throw new InvalidWrite(`${what} of trial ${trial}`, "a trial that was added");
  recording.known = { trial, standing };
  return standing;
}

/** Throws `InvalidWrite` unless the attempt was offered. */
export function requireOffered(found: TrialStanding, trial: number, attempt: number, what: string): void {
  if (attempt >= 1 && attempt <= found.attempts) return;
  throw new InvalidWrite(
    `${what} of trial ${trial}, attempt ${attempt}`,
    found.attempts === 0 ? "an attempt, but none was offered" : `an attempt from 1 to ${found.attempts}`,
  );
}

export function isEnded(state: TrialState): state is EndState {
  return state !== "running" && state !== "paused";
}
