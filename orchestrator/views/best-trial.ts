import type { Study, StudyStore, Trial } from "../../storage/store.ts";
import { leaderboard } from "./leaderboard.ts";

/** The trial a leaderboard shows first, repeats left out; `null` while none has a value. */
export function bestTrial(store: StudyStore, study: Study): Trial | null {
  const [first] = leaderboard(store, study, { top: 1 }).trials;
  return first === undefined || first.value === null ? null : store.trial(study.id, first.number);
}
