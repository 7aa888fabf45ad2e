import type { TrialState } from "../../search/history.ts";

type Counts = Readonly<Record<TrialState, number>>;

const order: readonly TrialState[] = [
  "complete",
  "pruned",
  "diverged",
  "failed",
  "cancelled",
  "running",
  "paused",
];

export function totalTrials(counts: Counts): number {
  return order.reduce((sum, state) => sum + counts[state], 0);
}

/** `12 complete, 10 pruned, 2 diverged`; empty without trials. */
export function countsText(counts: Counts): string {
  return order
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state}`)
    .join(", ");
}
