import { VirtualStudy } from "../orchestrator/simulate/virtual-study.ts";
import { keepAll, type Pruner } from "../search/pruner.ts";
import type { Sampler } from "../search/sampler.ts";
import type { Params } from "../search/space.ts";

/** What is trained: every configuration has a learning curve. */
export interface Trained {
  /** Of a complete trial. */
  readonly epochs: number;
  /** Loss after an epoch, from 1; `null`: not finite. */
  loss(params: Params, epoch: number): number | null;
}

/** How a sweep is searched: `inner` chooses the configurations. */
export type Strategy = (inner: Sampler, epochs: number) => { sampler: Sampler; pruner?: Pruner };

export interface Result {
  /** Best loss seen by any trial. */
  readonly best: number;
  /** That trial's configuration. */
  readonly params: Params;
  readonly trials: number;
}

/** One sequential study that trains `budget` epochs in all, by the machine of real studies. */
export function playTask(
  task: Trained,
  inner: Sampler,
  strategy: Strategy,
  { budget, seed }: { readonly budget: number; readonly seed: number },
): Result {
  const { sampler, pruner = keepAll } = strategy(inner, task.epochs);
  let best = { loss: Infinity, trial: -1 };
  const study = new VirtualStudy({
    search: { sampler, pruner },
    seed,
    goal: "minimize",
    epochs: task.epochs,
    workers: 1,
    train: (params, epoch) => ({ value: task.loss(params, epoch), seconds: 1 }),
    tell: (event) => {
      if (event.kind === "best") best = { loss: event.value, trial: event.trial };
    },
  });
  while (study.epochs < budget && study.advance());
  const { history } = study;
  return {
    best: best.loss,
    params: history.trial(best.trial).params,
    trials: history.trials.length,
  };
}
