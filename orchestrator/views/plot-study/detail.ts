import type { Study, StudyStore } from "../../../storage/store.ts";
import { evaluationDetailSchema, type EvaluationDetail } from "../../../worker/protocol/evaluation-detail.ts";

/** What a trial's model predicts on validation samples, if that was recorded by a version that still can be read. */
export function recordedDetail(store: StudyStore, study: Study, trial: number): EvaluationDetail | null {
  const row = store
    .evaluations(study.id)
    .find((one) => one.trial === trial && one.split === "validation" && one.detail !== null);
  const read = evaluationDetailSchema.safeParse(row?.detail);
  return read.success ? read.data : null;
}
