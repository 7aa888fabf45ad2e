import { expectedScores } from "../../search/expected.ts";
import { History } from "../../search/history.ts";
import { rngFor } from "../../search/random.ts";
import type { Sampler } from "../../search/sampler.ts";
import type { Params, Space } from "../../search/space.ts";

/** A search that is asked for configurations and given their values. Larger values are better. */
export interface Optimizer {
  /** The configuration of trial `trial`; numbers rise from 0. */
  ask(trial: number): Params | Promise<Params>;
  tell(trial: number, value: number): void;
  /** Number of the trial it would name as its best; without it the one with the best value. */
  best?(): number | undefined | Promise<number | undefined>;
}

/** One of our samplers, with the history that the coordinator would keep. */
export function ours(sampler: Sampler, seed: number, space?: Space): Optimizer {
  const history = new History("maximize");
  return {
    ask(trial) {
      const suggestion = sampler.suggest(history, trial, rngFor(seed, "trial", trial));
      if (suggestion.kind !== "new") throw new Error(`${sampler.name} gave no new trial: ${suggestion.kind}`);
      history.apply({ kind: "started", trial, params: suggestion.params, epochs: 1 });
      return suggestion.params;
    },
    tell(trial, value) {
      history.apply({ kind: "reported", trial, epoch: 1, value });
      history.apply({ kind: "ended", trial, outcome: Number.isFinite(value) ? "complete" : "diverged" });
    },
    ...(space === undefined ? {} : { best: () => named(space, history) }),
  };
}

function named(space: Space, history: History): number | undefined {
  const complete = history.trials.filter(({ state }) => state === "complete");
  return expectedScores(
    space,
    complete.map(({ number, params, best }) => ({ trial: number, params, score: best })),
  )?.best.trial;
}
