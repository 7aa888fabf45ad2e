import type { Sampler } from "../sampler.ts";
import type { Observation } from "../samplers/bayes/observations.ts";
import { tpeSampler, type TpeSettings } from "../samplers/tpe.ts";
import type { Space } from "../space.ts";
import type { Goals } from "./goals.ts";
import { hasScores, observedGoals, type GoalObservation } from "./observe.ts";
import { placesByVolume } from "./volume-order.ts";

/** Places that are given one by one; as many as there are good examples at most. */
const CHOSEN = 25;

/**
 * The Parzen estimator for several goals (MOTPE: Ozaki et al. 2020, Multiobjective Tree-Structured Parzen Estimator for Computationally
 * Expensive Optimization Problems, GECCO): the good examples are the first by non-domination rank, and of the front that is divided
 * those that dominate the most volume together. Trials that break a constraint come after all that keep them, by how badly they do. Densities,
 * start and everything else are those of `tpe`; unlike the paper, each good example weighs the same.
 */
export function goalsTpeSampler(space: Space, goals: Goals, settings: TpeSettings): Sampler {
  return tpeSampler(space, settings, (history, finished) =>
    placed(goals, observedGoals(goals, history, finished)),
  );
}

/** With the place in the order of all as the score. */
export function placed(goals: Goals, finished: readonly GoalObservation[]): readonly Observation[] {
  const places = placesByVolume(
    goals,
    finished.map(({ judged }) => judged),
    CHOSEN,
  );
  return finished.map((observation, i) => ({
    ...observation,
    score: hasScores(observation) ? places[i]! : Number.NaN,
  }));
}
