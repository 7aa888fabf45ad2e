import type { PlotStudy } from "./plots/study.ts";

/** What a study has cost, repeats among it. Milliseconds. */
export interface StudyCost {
  /** From the start to the end, or to now. */
  readonly wallMs: number;
  /** Training time of all epochs that count, over all workers. */
  readonly trainingMs: number;
  /** Epochs that count. */
  readonly epochs: number;
  /** Epochs that pruned trials were spared. */
  readonly savedEpochs: number;
  readonly workers: number;
  readonly attempts: number;
  /** Attempts whose worker was lost. */
  readonly lostAttempts: number;
}

export function studyCost({ trials, attempts, startedAt, until, epochs }: PlotStudy): StudyCost {
  const sum = (of: (trial: (typeof trials)[number]) => number): number =>
    trials.reduce((total, trial) => total + of(trial), 0);
  return {
    wallMs: until - startedAt,
    trainingMs: sum(({ seconds }) => seconds) * 1000,
    epochs: sum(({ curve }) => curve.length),
    savedEpochs: sum(({ state, curve }) => (state === "pruned" ? Math.max(0, epochs - curve.length) : 0)),
    workers: new Set(attempts.flatMap(({ worker }) => worker ?? [])).size,
    attempts: attempts.length,
    lostAttempts: attempts.filter(({ state }) => state === "lost").length,
  };
}
