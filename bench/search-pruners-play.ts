import { History } from "../search/history.ts";
import type { Pruner } from "../search/pruner.ts";
import { rngFor } from "../search/random.ts";
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

/** One sequential study that trains `budget` epochs in all. */
export function playTask(
  task: Trained,
  inner: Sampler,
  strategy: Strategy,
  { budget, seed }: { readonly budget: number; readonly seed: number },
): Result {
  const { sampler, pruner } = strategy(inner, task.epochs);
  const history = new History("minimize");
  let best = { loss: Infinity, trial: -1 };

  for (let spent = 0; spent < budget;) {
    const next = history.trials.length;
    const suggestion = sampler.suggest(history, next, rngFor(seed, "trial", next));
    if (suggestion.kind === "new") {
      history.apply({ kind: "started", trial: next, params: suggestion.params, epochs: task.epochs });
    } else if (suggestion.kind === "continue") {
      history.apply({ kind: "continued", trial: suggestion.trial, epochs: suggestion.toEpoch });
    } else break;
    const number = suggestion.kind === "new" ? next : suggestion.trial;
    spent += train(number, budget - spent);
  }
  return {
    best: best.loss,
    params: history.trial(best.trial).params,
    trials: history.trials.length,
  };

  /** Reports until the trial pauses or ends, or `left` epochs are spent; returns the epochs spent. */
  function train(number: number, left: number): number {
    const trial = history.trial(number);
    for (let spent = 1; ; spent++) {
      const epoch = trial.epoch + 1;
      const value = task.loss(trial.params, epoch);
      history.apply({ kind: "reported", trial: number, epoch, value });
      if (value !== null && value < best.loss) best = { loss: value, trial: number };
      const verdict = pruner?.judge(history, trial).kind ?? "continue";
      if (epoch === task.epochs) history.apply({ kind: "ended", trial: number, outcome: "complete" });
      else if (verdict === "stop") history.apply({ kind: "ended", trial: number, outcome: "pruned" });
      else if (verdict === "pause") history.apply({ kind: "paused", trial: number });
      if (spent === left || !history.running.has(number)) return spent;
    }
  }
}
