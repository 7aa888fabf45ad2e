import type { Sampler } from "../sampler.ts";
import { bayesModel, type BayesSettings } from "../samplers/bayes.ts";
import type { Space } from "../space.ts";
import type { Goals } from "./goals.ts";
import { goalsGpSampler } from "./gp.ts";
import { goalsTpeSampler } from "./tpe.ts";

/**
 * As `bayes` for one metric: the Gaussian processes (gp.ts; expected hypervolume improvement as in Yang et al. 2019, Efficient Computation of Expected
 * Hypervolume Improvement Using Box Decomposition Algorithms, Journal of Global Optimization 75) or the Parzen estimator (tpe.ts; Ozaki et al. 2020, GECCO),
 * by the same rule; its name says which, and why.
 */
export function goalsBayesSampler(space: Space, goals: Goals, settings: BayesSettings): Sampler {
  const { seed, trials, startup_trials } = settings;
  const inner = startup_trials === undefined ? { seed } : { seed, startup_trials };
  const { model, reason } = bayesModel(space, trials);
  const sampler = model === "gp" ? goalsGpSampler(space, goals, inner) : goalsTpeSampler(space, goals, inner);
  return {
    name: `bayes: ${model} (${reason})`,
    suggest: (history, trial, rng) => sampler.suggest(history, trial, rng),
  };
}
