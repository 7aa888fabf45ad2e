/** What a reader that follows a study asks for and gets. */
import type { Trial } from "./records.ts";

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
