import type { Goals } from "../../search/goals/goals.ts";
import { goalsGpSampler } from "../../search/goals/gp.ts";
import { goalsTpeSampler } from "../../search/goals/tpe.ts";
import { rngFor } from "../../search/random.ts";
import type { Sampler } from "../../search/sampler.ts";
import { paramsKey, type Params } from "../../search/space.ts";
import { samplerContract } from "../contracts/sampler.ts";

const goals: Goals = {
  metrics: [
    { name: "loss", goal: "minimize" },
    { name: "size", goal: "minimize" },
  ],
  constraints: [{ metric: "ms", op: "<", limit: 0.8 }],
};

/** Of the further metrics; one in ten trials does not have them. */
function othersAt(params: Params): readonly (number | null)[] {
  const rng = rngFor(5, paramsKey(params));
  return rng.next() < 0.1 ? [null, null] : [rng.next(), rng.next()];
}

/** The contract's histories have one metric: each report gets the others before it is looked at. */
function amongOthers(inner: Sampler): Sampler {
  return {
    name: inner.name,
    suggest(history, trial, rng) {
      for (const record of history.trials) {
        const others = record.scores.map(() => othersAt(record.params));
        if (record.others?.length !== others.length) Object.assign(record, { others });
      }
      return inner.suggest(history, trial, rng);
    },
  };
}

samplerContract("tpe for several goals", (space) => amongOthers(goalsTpeSampler(space, goals, { seed: 3 })), {
  spaces: 5,
  longHistory: 300,
});

samplerContract("gp for several goals", (space) => amongOthers(goalsGpSampler(space, goals, { seed: 3 })), {
  spaces: 2,
  longHistory: 60,
});
