import type { EvaluationRow } from "../../storage/store.ts";
import { evaluationDetailSchema, type KnownIntervals } from "../../worker/protocol/evaluation-detail.ts";

/** The intervals of a trial's model: with their coverage where test rows were looked at; none for classes. */
export function knownIntervals(rows: readonly EvaluationRow[], trial: number): readonly KnownIntervals[] {
  const own = rows.filter((row) => row.trial === trial);
  const decisive = own.find(({ split }) => split === "test") ?? own[0];
  const read = evaluationDetailSchema.safeParse(decisive?.detail);
  return read.success ? (read.data.intervals ?? []) : [];
}
