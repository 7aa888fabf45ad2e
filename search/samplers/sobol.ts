import { samplePrior } from "../domain.ts";
import type { Rng } from "../random.ts";
import type { Sampler } from "../sampler.ts";
import { wholeNumber } from "../settings.ts";
import type { Params, Space } from "../space.ts";
import { Encoding } from "./bayes/encoding.ts";
import { Distinct } from "./distinct.ts";
import { SobolSequence } from "./sobol/sequence.ts";

export interface SobolSettings {
  /** Of the scrambling: one for the whole study. A whole number of at least 0. */
  readonly seed: number;
}

/**
 * Quasi-random search (Bergstra and Bengio 2012, JMLR 13, compare such sequences): trial k is point k of an Owen-scrambled Sobol sequence (sobol/sequence.ts), which covers
 * every pair of parameters more evenly than random draws. Each parameter has its own coordinate on its own
 * scale; those of inactive parameters go unused. A configuration tried before is replaced by a random one.
 */
export function sobolSampler(space: Space, settings: SobolSettings): Sampler {
  const proposals = sobolProposals(space, wholeNumber("seed", settings.seed, 0));
  const distinct = new Distinct(space);
  return {
    name: "sobol",
    suggest(history, trial, rng) {
      const params = distinct.choose(history, rng, proposals(trial, rng));
      return params === undefined ? { kind: "exhausted" } : { kind: "new", params, origin: "sobol" };
    },
  };
}

/** For trial k a source of proposals: the k-th point first, random configurations after it. */
export function sobolProposals(space: Space, seed: number): (trial: number, rng: Rng) => () => Params {
  const encoding = new Encoding(space);
  const sequence = new SobolSequence(encoding.dimensions.length, seed);
  return (trial, rng) => {
    let asked = false;
    return () => {
      if (asked) return samplePrior(space, rng);
      asked = true;
      return encoding.fromCube(sequence.point(trial));
    };
  };
}
