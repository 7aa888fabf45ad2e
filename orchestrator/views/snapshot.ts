/** What the live view and `watch` draw from: plain data, so that drawing needs no database and a test no study. */
import type { TrialState } from "../../search/history.ts";
import type { Goal } from "../../search/scores.ts";
import type { Params } from "../../search/space.ts";
import type { StudyBaseline } from "../../storage/store.ts";

/** A trial as someone who watches a study sees it. */
export interface SeenTrial {
  readonly number: number;
  readonly params: Params;
  readonly state: TrialState;
  /** The best epoch's value of the ranking metric. */
  readonly value: number | null;
  readonly bestEpoch: number | null;
  /** Epochs done. */
  readonly epochs: number;
  /** The ranking metric by epoch, as far as it is known here; `null`: not finite. */
  readonly curve: readonly (number | null)[];
  readonly worker: string | null;
  /** With several goals or constraints: the non-domination rank, `null` for a trial that keeps not all constraints. */
  readonly rank?: number | null;
}

/** A study at one moment, as much of it as a screen shows. Times are milliseconds since 1970. */
export interface Snapshot {
  readonly study: string;
  readonly metric: string;
  readonly goal: Goal;
  /** With several goals or constraints: what `ranked` goes by, in words. */
  readonly goals?: string;
  readonly baselines: readonly StudyBaseline[];
  readonly startedAt: number;
  /** `null`: it goes on. */
  readonly ended: { readonly at: number; readonly words: string } | null;
  readonly counts: Readonly<Record<TrialState, number>>;
  /** Trials of the search that ended, and how many the budget has; `null`: no limit. */
  readonly done: number;
  readonly budget: number | null;
  /** Trials that repeat one of the search, and how many of them ended. */
  readonly repeats: number;
  readonly repeatsEnded: number;
  /** Epochs of a trial that nothing stops. */
  readonly epochs: number;
  /** Trials of the search with a value, the best first; as many as a screen may show. */
  readonly ranked: readonly SeenTrial[];
  /** Trials on a worker now, by number. */
  readonly running: readonly SeenTrial[];
  /** Workers that are there. */
  readonly workers: number;
  /** Milliseconds; `null` while it is unknown. */
  readonly left: number | null;
}
