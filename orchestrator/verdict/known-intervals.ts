import type { EvaluationRow } from "../../storage/store.ts";
import {
  evaluationDetailSchema,
  type EvaluationDetail,
  type KnownIntervals,
  type KnownQuantiles,
  type StepErrors,
} from "../../worker/protocol/evaluation-detail.ts";

/** How a trial's predicted quantiles fared on the rows that decide; none where it predicts none. */
export function knownQuantiles(rows: readonly EvaluationRow[], trial: number): readonly KnownQuantiles[] {
  return detailOf(rows, trial)?.quantiles ?? [];
}

/** The intervals of a trial's model: with their coverage where test rows were looked at; none for classes. */
export function knownIntervals(rows: readonly EvaluationRow[], trial: number): readonly KnownIntervals[] {
  return detailOf(rows, trial)?.intervals ?? [];
}

/** Of targets that are forecast several steps ahead, the errors of a trial's model at each step; none for others. */
export function knownStepErrors(rows: readonly EvaluationRow[], trial: number): readonly StepErrors[] {
  return (detailOf(rows, trial)?.errors ?? []).filter(({ model }) => model.length > 1);
}

function detailOf(rows: readonly EvaluationRow[], trial: number): EvaluationDetail | null {
  const own = rows.filter((row) => row.trial === trial);
  const decisive = own.find(({ split }) => split === "test") ?? own[0];
  const read = evaluationDetailSchema.safeParse(decisive?.detail);
  return read.success ? read.data : null;
}
