import type { Study, StudyStore, Trial } from "../../storage/store.ts";
import { goalsOf } from "../config/study-goals.ts";
import { rankedTrials } from "./leaderboard.ts";

/** The trials a leaderboard shows first, at most `top` and repeats left out: those that have a value. */
export function bestTrials(store: StudyStore, study: Study, top: number): readonly Trial[] {
  return rankedTrials(store, study, { top }).filter(({ value }) => value !== null);
}

/** The first of them; `null` while no trial has a value. */
export function bestTrial(store: StudyStore, study: Study): Trial | null {
  return bestTrials(store, study, 1)[0] ?? null;
}

/** The trials whose models are worth their room: the first `count` of the ranking, and all of the Pareto front. */
export function worthKeeping(store: StudyStore, study: Study, count: number): readonly Trial[] {
  if (goalsOf(study) === undefined) return store.trials(study.id, { order: "rank", limit: count });
  return rankedTrials(store, study, { top: count, withFront: true });
}
