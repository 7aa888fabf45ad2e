import type { TrialState } from "../../search/history.ts";

type Counts = Readonly<Record<TrialState, number>>;

const order: readonly TrialState[] = [
  "complete",
  "pruned",
  "diverged",
  "failed",
  "cancelled",
  "invalid",
  "running",
  "paused",
];

export function totalTrials(counts: Counts): number {
  return order.reduce((sum, state) => sum + counts[state], 0);
}

/** `12 complete, 10 pruned, 2 diverged`; empty without trials. `goes`: the study runs now. */
export function countsText(counts: Counts, goes: boolean): string {
  const words = new Map<string, number>();
  for (const state of order) {
    const word = stateText(state, goes);
    words.set(word, (words.get(word) ?? 0) + counts[state]);
  }
  return [...words]
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`)
    .join(", ");
}

/** An open trial of a study that does not run is on no worker: it waits for the study to be resumed. */
export function stateText(state: TrialState, goes: boolean): string {
  return !goes && (state === "running" || state === "paused") ? "unfinished" : state;
}
