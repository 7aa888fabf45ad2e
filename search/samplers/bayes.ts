import { domainSize } from "../domain.ts";
import type { Sampler } from "../sampler.ts";
import { wholeNumber } from "../settings.ts";
import type { Space } from "../space.ts";
import { gpSampler } from "./gp.ts";
import { tpeSampler } from "./tpe.ts";

export interface BayesSettings {
  /** Of the quasi-random start: one for the whole study. A whole number of at least 0. */
  readonly seed: number;
  /** Trials the study is going to run, if that is known. */
  readonly trials?: number;
  /** Trials before the model takes over (bayes/startup.ts). Default: that of the model. */
  readonly startup_trials?: number;
}

/** Beyond this many trials a fit of the Gaussian process would have to leave most of them out. */
export const MAX_GP_TRIALS = 300;
/** Beyond this many parameters that can vary, a fit has more lengths to find than trials tell. */
export const MAX_GP_PARAMETERS = 20;

/**
 * The model-based sampler that suits the space and the budget: the Gaussian process (gp.ts; Jones et al. 1998, Journal of Global
 * Optimization 13) for up to 300 trials of up to 20 parameters that can vary, those of all branches counted; the Parzen estimator (tpe.ts;
 * Bergstra et al. 2011, Algorithms for Hyper-Parameter Optimization, NeurIPS 24) otherwise, whose
 * time hardly grows with the trials. A budget that is not known counts as small. Its name says which it is and why.
 */
export function bayesSampler(space: Space, settings: BayesSettings): Sampler {
  const { seed, trials, startup_trials } = settings;
  if (trials !== undefined) wholeNumber("trials", trials, 1);
  const inner = startup_trials === undefined ? { seed } : { seed, startup_trials };
  const { model, reason } = bayesModel(space, trials);
  const sampler = model === "gp" ? gpSampler(space, inner) : tpeSampler(space, inner);
  return {
    name: `bayes: ${model} (${reason})`,
    suggest: (history, trial, rng) => sampler.suggest(history, trial, rng),
  };
}

/** Which model `bayes` takes, and why in a few words. `trials`: of the budget, if known. */
export function bayesModel(
  space: Space,
  trials: number | undefined,
): { readonly model: "gp" | "tpe"; readonly reason: string } {
  const reason = reasonForTpe(space, trials);
  if (reason !== undefined) return { model: "tpe", reason };
  return { model: "gp", reason: trials === undefined ? "few parameters" : "few trials and parameters" };
}

function reasonForTpe(space: Space, trials: number | undefined): string | undefined {
  const varying = space.parameters.filter(({ domain }) => domainSize(domain) > 1);
  if (trials !== undefined && trials > MAX_GP_TRIALS) return `more than ${MAX_GP_TRIALS} trials`;
  if (varying.length > MAX_GP_PARAMETERS) return `more than ${MAX_GP_PARAMETERS} parameters`;
  return undefined;
}
