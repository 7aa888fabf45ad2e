import { isStudyLocked } from "../storage/lock.ts";
import type { Study, StudyStore } from "../storage/store.ts";
import { tunedBy } from "./views/tuned-by.ts";

/**
 * Does something drive the study now? A process that holds its lock; or it waits to be asked, for which no process need be there.
 * `file`: its database.
 */
export function isDriven(
  store: StudyStore,
  { state, key, name }: Pick<Study, "state" | "key" | "name">,
  file: string,
): boolean {
  if (state !== "running") return false;
  if (isStudyLocked(file, key)) return true;
  const study = store.findStudy(name);
  return study !== null && tunedBy(study) === "asked";
}
