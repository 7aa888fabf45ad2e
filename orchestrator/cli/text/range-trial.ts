import type { Study, StudyStore } from "../../../storage/store.ts";
import { rangeTestOf } from "../../config/range-study.ts";
import { parseStoredSweep } from "../../config/sweep.ts";
import { UserError } from "../../errors.ts";
import { trialAnalysis } from "../../lr-range/study-table.ts";
import type { Io } from "../io.ts";
import { rangeCurveText } from "./lr-study.ts";

/** The curve of a trial that is a range test over its learning rates; empty for any other trial. */
export function rangeTrialText(store: StudyStore, study: Study, trial: number, io: Io): string {
  const stored = parseStoredSweep(study.config);
  if (!stored.ok) throw new UserError(stored.message);
  const test = rangeTestOf(stored.sweep);
  return test === null ? "" : rangeCurveText(trialAnalysis(store, study, trial, test), io);
}
