import type { LcBench } from "./lcbench.ts";
import type { Optimizer } from "./optimizer.ts";
import { runSearch } from "./run.ts";
import type { Reference } from "./references.ts";

/** Numbers of trials after which the regret is taken. */
export const CHECKPOINTS = [25, 50, 100] as const;
const TRIALS = CHECKPOINTS[CHECKPOINTS.length - 1]!;

export interface Strategy {
  readonly name: string;
  start(seed: number): Optimizer;
}

/** Normalised regret of one task, [seeds][checkpoints]: (A - best so far) / (A - M) with seeds 0 to seeds - 1. */
export async function taskRegrets(
  bench: LcBench,
  reference: Reference,
  strategy: Strategy,
  { seeds, workers }: { readonly seeds: number; readonly workers: number },
): Promise<readonly (readonly number[])[]> {
  const runs: (readonly number[])[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const evaluate = (params: Parameters<LcBench["evaluate"]>[1]): { value: number; seconds: number } => {
      const { accuracy, seconds } = bench.evaluate(reference.task, params);
      return { value: accuracy, seconds };
    };
    runs.push(await runSearch(evaluate, strategy.start(seed), { trials: TRIALS, workers }));
  }
  const { best, median } = reference;
  return runs.map((run) => CHECKPOINTS.map((n) => (best - run[n - 1]!) / (best - median)));
}
