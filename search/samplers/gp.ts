import { samplePrior } from "../domain.ts";
import type { Sampler } from "../sampler.ts";
import { wholeNumber } from "../settings.ts";
import type { Space } from "../space.ts";
import { Encoding } from "./bayes/encoding.ts";
import { Observer } from "./bayes/observations.ts";
import { isStart } from "./bayes/startup.ts";
import { Distinct } from "./distinct.ts";
import { Search } from "./gp/search.ts";
import { sobolProposals } from "./sobol.ts";
import { tpeSampler } from "./tpe.ts";

export interface GpSettings {
  /** Of the quasi-random start: one for the whole study. A whole number of at least 0. */
  readonly seed: number;
  /** Trials before the model takes over (bayes/startup.ts). Default 6. */
  readonly startup_trials?: number;
}

/** Shares of noise between which suggestions of `tpe` come in, from none to every second. */
const QUIET = 0.1;
const NOISY = 0.3;

/**
 * Bayesian optimisation with a Gaussian process (Jones et al. 1998, Efficient Global Optimization of Expensive Black-Box
 * Functions, Journal of Global Optimization 13; Snoek et al. 2012, arXiv 1206.2944): Matérn 5/2, one length a dimension,
 * Hamming distance between choices, and the logarithm of the expected improvement (LogEI) as the criterion. How noisy scores are is
 * learned from the study (gp/fit.ts), and improved on is what is expected of the best trial without noise, not the luckiest score
 * (gp/acquisition.ts). Where there is hardly any noise, so is whether scores get better or worse towards an edge (gp/trend.ts). What running trials will come out as is drawn several times (gp/posterior.ts). Scores are
 * warped (gp/warp.ts), diverged ones feed a model of feasibility, pruned ones count with a comparable estimate of their score and
 * more noise (gp/model.ts). What a parameter that does not apply would be is filled in, so that configurations of a branch differ by what
 * applies there and those of two branches by what leads to them, one of the kernels over trees of Lévesque et al. 2017 (Bayesian
 * Optimization for Conditional Hyperparameter Spaces, IJCNN); branches get looks of their own (gp/branches.ts). Starts with a Sobol sequence.
 *
 * Under noise up to every second suggestion is that of `tpe` (tpe.ts): a process that takes luck for a slope stays where it is, or goes
 * to the corners of the space, and learns from neither; what another method looks at puts it right (a portfolio, as in Hoffman et al. 2011,
 * Portfolio Allocation for Bayesian Optimization, UAI, with fixed shares).
 */
export function gpSampler(space: Space, settings: GpSettings): Sampler {
  const { startup_trials = 6 } = settings;
  const seed = wholeNumber("seed", settings.seed, 0);
  wholeNumber("startup_trials", startup_trials, 1);
  const encoding = new Encoding(space);
  const observer = new Observer(encoding);
  const search = new Search(space, encoding, seed);
  const distinct = new Distinct(space);
  const first = sobolProposals(space, seed);
  const tpe = tpeSampler(space, { seed, startup_trials });
  return {
    name: "gp",
    suggest(history, trial, rng) {
      const observations = observer.read(history);
      const { finished, running } = observations;
      const atStart =
        isStart(startup_trials, finished.length, running.length) || encoding.dimensions.length === 0;
      if (!atStart && rng.next() < shareOfTpe(search.noiseShare(observations))) {
        return tpe.suggest(history, trial, rng);
      }
      const tried = history.trials.map(({ params }) => params);
      const proposals = atStart ? [] : search.proposals(tried, observations, rng);
      const drawn = first(trial, rng);
      let next = 0;
      const params = distinct.choose(history, rng, () =>
        atStart ? drawn() : (proposals[next++]?.params ?? samplePrior(space, rng)),
      );
      if (params === undefined) return { kind: "exhausted" };
      return { kind: "new", params, origin: atStart ? "sobol" : "gp" };
    },
  };
}

function shareOfTpe(noise: number): number {
  return Math.min(1, Math.max(0, (noise - QUIET) / (NOISY - QUIET))) / 2;
}
