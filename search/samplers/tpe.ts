import type { History } from "../history.ts";
import type { Sampler } from "../sampler.ts";
import { wholeNumber } from "../settings.ts";
import type { Params, Space } from "../space.ts";
import { Encoding, type Dimension } from "./bayes/encoding.ts";
import { averaged, Observer, type Observation } from "./bayes/observations.ts";
import { isStart } from "./bayes/startup.ts";
import { Distinct } from "./distinct.ts";
import { sobolProposals } from "./sobol.ts";
import { densitiesOf, type Densities } from "./tpe/densities.ts";
import { Quiet } from "./tpe/quiet.ts";
import { split } from "./tpe/split.ts";

export interface TpeSettings {
  /** Of the quasi-random start: one for the whole study. A whole number of at least 0. */
  readonly seed: number;
  /** Trials before the model takes over (bayes/startup.ts). Default 7. */
  readonly startup_trials?: number;
  /** Configurations drawn from the good density, of which the most promising is suggested. Default 128. */
  readonly candidates?: number;
}

/** The trials with other scores, for what compares them otherwise. */
export type Rescored = (history: History, finished: readonly Observation[]) => readonly Observation[];

const asScored: Rescored = (_, finished) => finished;

/** Share of the finished trials that are good examples, and their largest number. */
const GOOD_SHARE = 0.15;
const MAX_GOOD = 25;
/** How far a running trial keeps others away, in kernel widths. */
const APART = 2;

/**
 * Tree-structured Parzen estimator (Bergstra et al. 2011, Algorithms for Hyper-Parameter Optimization, NeurIPS 24),
 * multivariate as in BOHB (Falkner et al. 2018, arXiv 1807.01774): suggests the candidate with the largest ratio of
 * the density of good configurations to that of bad ones. Starts with a Sobol sequence.
 *
 * Unlike Optuna 5 and Watanabe 2023 (arXiv 2304.11127), both densities have kernels of the same width in numbers (in up to five
 * dimensions) and little prior, so that their ratio is that of neighbours which were good to neighbours which were not; in many
 * dimensions, most of which may not matter, wide kernels of bad examples would cover what is good about a place. Where scores are free of
 * noise (tpe/quiet.ts) widths follow the spread of the good examples (tpe/densities.ts). No trial is forgotten; a plateau has no good examples (tpe/split.ts). Pruned and paused trials count with a score
 * comparable at equal budget (bayes/comparable.ts), repeats of a configuration with the mean of their scores, and nothing is suggested twice. A running trial is no bad example
 * (Optuna's constant liar): it lowers the ratio around it (local penalization, González et al. 2016, Batch Bayesian
 * Optimization via Local Penalization, arXiv 1505.08052), so that its neighbourhood counts again as soon as it has ended.
 */
export function tpeSampler(space: Space, settings: TpeSettings, rescored: Rescored = asScored): Sampler {
  const { startup_trials = 7, candidates = 128 } = settings;
  const seed = wholeNumber("seed", settings.seed, 0);
  wholeNumber("startup_trials", startup_trials, 1);
  wholeNumber("candidates", candidates, 1);
  const encoding = new Encoding(space);
  const observer = new Observer(encoding);
  const distinct = new Distinct(space);
  const quiet = new Quiet(encoding);
  const first = sobolProposals(space, seed);
  return {
    name: "tpe",
    suggest(history, trial, rng) {
      const { finished: read, running, repeated } = observer.read(history);
      const scored = rescored(history, read);
      const finished = repeated ? averaged(scored) : scored;
      const n = finished.length;
      const densities = isStart(startup_trials, n, running.length)
        ? undefined
        : densitiesOf(
            encoding.dimensions,
            split(finished, GOOD_SHARE, MAX_GOOD),
            n,
            rescored === asScored ? quiet.of(history) : 0,
          );
      const propose =
        densities === undefined
          ? first(trial, rng)
          : () =>
              mostPromising(
                Array.from({ length: candidates }, () => densities.good.sample(rng)),
                densities,
                running,
              );
      const params = distinct.choose(history, rng, propose);
      if (params === undefined) return { kind: "exhausted" };
      return { kind: "new", params, origin: densities === undefined ? "sobol" : "tpe" };
    },
  };

  function mostPromising(
    drawn: readonly Float64Array[],
    { good, bad, unitWidth }: Densities,
    running: readonly Float64Array[],
  ): Params {
    let best: Float64Array | undefined;
    let bestRatio = -1;
    for (const vector of drawn) {
      const x = encoding.settle(vector);
      let ratio = good.density(x) / bad.density(x);
      for (const other of running) ratio *= distance(encoding.dimensions, x, other, APART * unitWidth);
      if (ratio > bestRatio) [best, bestRatio] = [vector, ratio];
    }
    return encoding.decode(best!);
  }
}

/** 0 at another point, 1 far from it. Another choice is as far as one `width`; what one of them lacks does not count. */
function distance(dimensions: readonly Dimension[], a: Float64Array, b: Float64Array, width: number): number {
  let squares = 0;
  for (const [d, { kind }] of dimensions.entries()) {
    const step = a[d]! - b[d]!;
    if (Number.isNaN(step)) continue;
    squares += kind === "unit" ? (step / width) ** 2 : Math.abs(Math.sign(step));
  }
  return 1 - Math.exp(-0.5 * squares);
}
