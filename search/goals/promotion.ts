import { geometricRungs, halvingSettings, hyperbandBrackets, type Bracket } from "../pruners/rungs.ts";
import { promoting, type PromotionSettings } from "../samplers/promotion.ts";
import type { Sampler } from "../sampler.ts";
import type { Scheduler } from "../scheduler.ts";
import type { Goals } from "./goals.ts";
import { GoalsStandings } from "./standings.ts";

/**
 * Asynchronous successive halving with promotion (ASHA: Li et al. 2020, arXiv 1810.05934, algorithm 2) for several goals (MO-ASHA: Schmucker
 * et al. 2021, arXiv 2106.12639): of the trials that wait at a rung the first by non-domination rank goes on, and within a rank the one that
 * adds most volume, while it is among the first floor(n / eta) of the n that ever got there. What breaks a constraint comes last.
 */
export function goalsAshaPromotion(inner: Sampler, goals: Goals, settings: PromotionSettings): Scheduler {
  const brackets = [{ rungs: geometricRungs(halvingSettings(settings)), includes: () => true }];
  return promotion("asha", inner, goals, brackets, settings);
}

/** Hyperband (Li et al. 2018, JMLR 18) of such brackets. */
export function goalsHyperbandPromotion(
  inner: Sampler,
  goals: Goals,
  settings: PromotionSettings,
): Scheduler {
  return promotion("hyperband", inner, goals, hyperbandBrackets(halvingSettings(settings)), settings);
}

function promotion(
  rule: string,
  inner: Sampler,
  goals: Goals,
  brackets: readonly Bracket[],
  settings: PromotionSettings,
): Scheduler {
  const names = goals.metrics.map(({ name }) => name).join(", ");
  return promoting(`${inner.name} with ${rule} promotion`, inner, {
    settings,
    tables: brackets.map(({ rungs, includes }) => ({
      includes,
      standings: new GoalsStandings(goals, rungs, includes),
    })),
    stands: () => `by ${names}`,
  });
}
