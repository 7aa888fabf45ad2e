import { rngFor } from "../../search/random.ts";
import type { Optimizer } from "./optimizer.ts";
import type { Problem } from "./problems.ts";

/** Numbers of trials after which the named trial is taken, of a run of `trials`. */
export function hardCheckpoints(trials: number): readonly number[] {
  return [25, 50, 100].filter((count) => count <= trials);
}

/** One search. True values, by checkpoint. */
export interface HardRun {
  /** Of the trial with the best observed value. */
  readonly observed: readonly number[];
  /** Of the trial the search itself would name as its best. */
  readonly named: readonly number[];
}

/** Normal noise of deviation `level` on every value, the same for every search with this seed. */
export async function runHard(
  problem: Problem,
  level: number,
  seed: number,
  optimizer: Optimizer,
  trials: number,
): Promise<HardRun> {
  const checkpoints = hardCheckpoints(trials);
  const truths: number[] = [];
  const run = { observed: [] as number[], named: [] as number[] };
  let luckiest = 0;
  let lowest = Infinity;
  for (let trial = 0; trial < trials; trial++) {
    const truth = problem.value(await optimizer.ask(trial), seed);
    const seen = truth + level * rngFor(seed, "noise", trial).normal();
    truths.push(truth);
    if (seen < lowest) [luckiest, lowest] = [trial, seen];
    optimizer.tell(trial, -seen);
    if (!checkpoints.some((n) => n === trial + 1)) continue;
    run.observed.push(truths[luckiest]!);
    run.named.push(truths[(await optimizer.best?.()) ?? luckiest]!);
  }
  return run;
}
