import { importance, type Importance, type ImportanceOptions } from "../../search/importance.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import { parseStoredSweep } from "../config/sweep.ts";
import { replay } from "../study/rebuild.ts";
import { UserError } from "../errors.ts";
import { recordedRepeats } from "../repeats/recorded.ts";

/** What matters in a study. The shape of `importance --json`: fields are added, never changed. */
export interface StudyImportance {
  readonly study: string;
  readonly metric: string;
  readonly goal: Study["goal"];
  readonly importance: Importance;
}

/** From the trials of the search; repeats of the best would count them several times. Throws `UserError`. */
export function studyImportance(
  store: StudyStore,
  study: Study,
  options: ImportanceOptions = {},
): StudyImportance {
  const stored = parseStoredSweep(study.config);
  if (!stored.ok) throw new UserError(stored.message);
  // Repeats come after the search, so what is left is without gaps.
  const repeats = recordedRepeats(store, study.id).length;
  const trials = store.trials(study.id);
  const history = replay(store, study, trials.slice(0, trials.length - repeats));
  const { name, metric, goal } = study;
  return {
    study: name,
    metric,
    goal,
    importance: importance(stored.sweep.space, history, study.seed, options),
  };
}
