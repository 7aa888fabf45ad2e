import type { History, TrialRecord } from "./history.ts";

/** What becomes of a running trial. `reason` is a sentence people read in `seqtune show`. */
export type Verdict =
  | { readonly kind: "continue" }
  /** Give the slot back, keep the checkpoint; a sampler may continue the trial later. */
  | { readonly kind: "pause"; readonly reason: string }
  | { readonly kind: "stop"; readonly reason: string };

/**
 * Port: judges a running trial after each report.
 *
 * Guarantees: the verdict depends only on the history, in which the newest report of `trial` is already
 * included. It is asked once a report, in the order reports were recorded. A score that is not finite is
 * worse than every finite one (scores.ts). It never stops a trial whose score it cannot compare yet.
 */
export interface Pruner {
  readonly name: string;
  judge(history: History, trial: TrialRecord): Verdict;
}

export const CONTINUE: Verdict = { kind: "continue" };

/** Lets every trial train to its end. */
export const keepAll: Pruner = { name: "none", judge: () => CONTINUE };
