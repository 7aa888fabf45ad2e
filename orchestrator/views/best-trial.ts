import type { Study, StudyStore, Trial } from "../../storage/store.ts";
import { rankedTrials } from "./leaderboard.ts";

/** The trials a leaderboard shows first, at most `top` and repeats left out: those that have a value. */
export function bestTrials(store: StudyStore, study: Study, top: number): readonly Trial[] {
  return rankedTrials(store, study, top).filter(({ value }) => value !== null);
}

/** The first of them; `null` while no trial has a value. */
export function bestTrial(store: StudyStore, study: Study): Trial | null {
  return bestTrials(store, study, 1)[0] ?? null;
}
