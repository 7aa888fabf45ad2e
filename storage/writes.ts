/** What is recorded of studies, and how. */
import type { OutcomeKind } from "../search/history.ts";
import type { AttemptState, BlobPointer, NewTrial, Report } from "./records.ts";

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
  /** An ended trial means nothing: it keeps its reports, and loses its value and its rank. */
  | { readonly kind: "trial_invalid"; readonly trial: number; readonly reason: string; readonly at: number }
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
