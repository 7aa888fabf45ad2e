import { samplePrior } from "../domain.ts";
import type { Sampler } from "../sampler.ts";
import type { Space } from "../space.ts";
import { Distinct } from "./distinct.ts";

/**
 * Random search: every parameter drawn independently on its own scale (Bergstra and Bengio 2012, Random Search
 * for Hyper-Parameter Optimization, JMLR 13), without repeating a configuration.
 */
export function randomSampler(space: Space): Sampler {
  const distinct = new Distinct(space);
  return {
    name: "random",
    suggest(history, _trial, rng) {
      const params = distinct.choose(history, rng, () => samplePrior(space, rng));
      return params === undefined ? { kind: "exhausted" } : { kind: "new", params, origin: "random" };
    },
  };
}
