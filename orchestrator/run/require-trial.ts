import type { Study, StudyStore, Trial } from "../../storage/store.ts";
import { UserError } from "../errors.ts";

/** Trial number `trial` of a study. Throws `UserError` where there is none. */
export function requireTrial(store: StudyStore, study: Study, trial: number): Trial {
  const found = store.trial(study.id, trial);
  if (found !== null) return found;
  throw new UserError(
    `study ${study.name} has no trial ${trial}; see: seqtune leaderboard ${study.name} --sort number`,
  );
}
