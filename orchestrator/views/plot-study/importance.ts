import { importance, type Importance, type ImportanceOptions } from "../../../search/importance.ts";
import type { Study, StudyStore } from "../../../storage/store.ts";
import { parseStoredSweep } from "../../config/sweep.ts";
import { replay } from "../../study/rebuild.ts";
import { studyImportance } from "../../importance/study-importance.ts";
import type { PlotStudy } from "../plots/study.ts";

/** As `seqtune importance` has it; over the space that was observed where the study has no sweep that can be read. */
export function plotImportance(
  store: StudyStore,
  study: Study,
  { space }: PlotStudy,
  options: ImportanceOptions = {},
): Importance {
  if (parseStoredSweep(study.config).ok) return studyImportance(store, study, options).importance;
  return importance(space, replay(store, study, store.trials(study.id)), study.seed, options);
}
