import { samplePrior } from "../domain.ts";
import type { Sampler } from "../sampler.ts";
import { Encoding } from "../samplers/bayes/encoding.ts";
import { Observer } from "../samplers/bayes/observations.ts";
import { isStart } from "../samplers/bayes/startup.ts";
import { Distinct } from "../samplers/distinct.ts";
import type { GpSettings } from "../samplers/gp.ts";
import { propose } from "../samplers/gp/propose.ts";
import { sobolProposals } from "../samplers/sobol.ts";
import { wholeNumber } from "../settings.ts";
import type { Space } from "../space.ts";
import type { Goals } from "./goals.ts";
import { GoalsModel } from "./model.ts";
import { observedGoals } from "./observe.ts";
import { mostVolume } from "./subset.ts";

/** Trials whose neighbourhood is searched on purpose. */
const INCUMBENTS = 6;

/**
 * Bayesian optimisation for several goals and under constraints: one Gaussian process for each metric and each constraint
 * (model.ts), and the configuration with the largest expected hypervolume improvement, times the probability that it keeps the
 * constraints (improvement.ts; Gardner et al. 2014, Bayesian Optimization with Inequality Constraints, ICML). As long as nothing keeps
 * them, that probability alone. Start, encoding and proposals are those of `gp`.
 */
export function goalsGpSampler(space: Space, goals: Goals, settings: GpSettings): Sampler {
  const { startup_trials = 6 } = settings;
  const seed = wholeNumber("seed", settings.seed, 0);
  wholeNumber("startup_trials", startup_trials, 1);
  const encoding = new Encoding(space);
  const observer = new Observer(encoding);
  const model = new GoalsModel(goals, encoding.dimensions);
  const distinct = new Distinct(space);
  const first = sobolProposals(space, seed);
  return {
    name: "gp",
    suggest(history, trial, rng) {
      const read = observer.read(history);
      const finished = observedGoals(goals, history, read.finished);
      const isAtStart =
        isStart(startup_trials, finished.length, read.running.length) || encoding.dimensions.length === 0;
      const looked = isAtStart ? undefined : model.look(finished, read.running, rng);
      const front = looked === undefined ? [] : looked.front;
      const good = mostVolume(
        front.map(({ judged }) => judged.scores),
        INCUMBENTS,
      ).map((index) => front[index]!.x);
      const proposals = looked === undefined ? [] : propose(encoding, looked.criterion, good, rng);
      const drawn = first(trial, rng);
      let next = 0;
      const params = distinct.choose(history, rng, () =>
        looked === undefined ? drawn() : (proposals[next++]?.params ?? samplePrior(space, rng)),
      );
      if (params === undefined) return { kind: "exhausted" };
      return { kind: "new", params, origin: looked === undefined ? "sobol" : "gp" };
    },
  };
}
