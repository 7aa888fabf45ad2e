import { isFeasible, type Goals } from "../../search/goals/goals.ts";
import type { History } from "../../search/history.ts";
import { isBetter } from "../../search/scores.ts";
import type { Repeats } from "../repeats/repeats.ts";

/** The best score of the search, repeats not counted; NaN: there is none. */
export function bestOf(history: History, repeats: Repeats, goals: Goals | undefined): number {
  let best = Number.NaN;
  for (const trial of history.trials) {
    if (!repeats.has(trial.number) && isBetter(trial.best, best) && isFeasible(goals, trial))
      best = trial.best;
  }
  return best;
}
