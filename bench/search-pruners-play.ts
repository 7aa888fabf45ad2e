import { History, type TrialRecord } from "../search/history.ts";
import type { Pruner } from "../search/pruner.ts";
import { rngFor, shuffle } from "../search/random.ts";
import type { Sampler } from "../search/sampler.ts";
import type { Task } from "./search-pruners-tasks.ts";

/** How a sweep is searched: `inner` hands out the configurations of the task, by their numbers. */
export type Strategy = (inner: Sampler, epochs: number) => { sampler: Sampler; pruner?: Pruner };

export interface Result {
  /** Best loss seen by any trial. */
  readonly best: number;
  /** Rank of that trial's configuration among all of the task. */
  readonly rank: number;
  readonly trials: number;
}

/** One sequential study that trains `budget` epochs in all. */
export function playTask(
  task: Task,
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
    rank: task.ranks[configurationOf(history.trial(best.trial))]!,
    trials: history.trials.length,
  };

  /** Reports until the trial pauses or ends, or `left` epochs are spent; returns the epochs spent. */
  function train(number: number, left: number): number {
    const trial = history.trial(number);
    const curve = task.curves[configurationOf(trial)]!;
    for (let spent = 1; ; spent++) {
      const epoch = trial.epoch + 1;
      const value = curve[epoch - 1]!;
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

function configurationOf({ params }: TrialRecord): number {
  return Number(params["configuration"]);
}

/** All configurations in an order that depends on the seed only. */
export function inRandomOrder(task: Task, seed: number): Sampler {
  const order = shuffle(
    Array.from(task.curves, (_, index) => index),
    rngFor(seed, "order"),
  );
  return {
    name: "recorded",
    suggest(_, trial) {
      const configuration = order[trial];
      return configuration === undefined ? { kind: "exhausted" } : { kind: "new", params: { configuration } };
    },
  };
}
