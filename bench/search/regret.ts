import type { Params } from "../../search/space.ts";
import type { LcBench } from "./lcbench.ts";
import type { Optimizer } from "./optimizer.ts";
import { runSearch } from "./run.ts";
import type { Reference } from "./references.ts";

/** Numbers of trials after which the regret is taken. */
export const CHECKPOINTS = [25, 50, 100] as const;
/** Of a whole search. */
const TRIALS = CHECKPOINTS[CHECKPOINTS.length - 1]!;

export interface Strategy {
  readonly name: string;
  start(seed: number): Optimizer;
}

/**
 * Normalised regret of one search of one task, [checkpoints up to `ended`]: (A - best so far) / (A - M). The search is of 100 trials, and is
 * looked at until `ended` of them have ended.
 */
export async function taskRegret(
  bench: LcBench,
  reference: Reference,
  strategy: Strategy,
  { seed, workers, ended }: { readonly seed: number; readonly workers: number; readonly ended: number },
): Promise<readonly number[]> {
  const { task, best, median } = reference;
  const evaluate = (params: Params): { value: number; seconds: number } => {
    const { accuracy, seconds } = bench.evaluate(task, params);
    return { value: accuracy, seconds };
  };
  const run = await runSearch(evaluate, strategy.start(seed), { trials: TRIALS, workers, ended });
  return CHECKPOINTS.filter((n) => n <= ended).map((n) => (best - run[n - 1]!) / (best - median));
}
