import type { EvaluationRow } from "../store.ts";
import type { Connection } from "./connection.ts";
import { isAnything, isComparisons, isNumbers, isNumbersByName } from "./checks.ts";
import { fromJson, numbersFromJson, numbersToJson, toJson } from "./json.ts";

/** A later evaluation of the same trial and split replaces the earlier. */
export function upsertEvaluation(db: Connection, study: number, evaluation: EvaluationRow): void {
  db.sql(`
    INSERT INTO evaluations (study, trial, split, metrics, baselines, windows, comparisons, outside, detail, at)
    VALUES (@study, @trial, @split, @metrics, @baselines, @windows, @comparisons, @outside, @detail, @at)
    ON CONFLICT DO UPDATE SET metrics = excluded.metrics, baselines = excluded.baselines,
      windows = excluded.windows, comparisons = excluded.comparisons, outside = excluded.outside,
      detail = excluded.detail, at = excluded.at`).run({
    ...evaluation,
    study,
    metrics: numbersToJson(evaluation.metrics),
    baselines: numbersToJson(evaluation.baselines),
    comparisons: toJson(evaluation.comparisons),
    detail: toJson(evaluation.detail),
  });
}

/** By trial, then by split. */
export function listEvaluations(db: Connection, study: number): readonly EvaluationRow[] {
  return db
    .sql<[number], Row>(`
      SELECT trial, split, metrics, baselines, windows, comparisons, outside, detail, at
      FROM evaluations WHERE study = ? ORDER BY trial, split`)
    .all(study)
    .map((row) => ({
      ...row,
      metrics: numbersFromJson(row.metrics, "evaluations.metrics", isNumbers),
      baselines: numbersFromJson(row.baselines, "evaluations.baselines", isNumbersByName),
      comparisons: fromJson(row.comparisons, "evaluations.comparisons", isComparisons),
      detail: fromJson(row.detail, "evaluations.detail", isAnything),
    }));
}

interface Row extends Omit<EvaluationRow, "metrics" | "baselines" | "comparisons" | "detail"> {
  readonly metrics: string;
  readonly baselines: string;
  readonly comparisons: string;
  readonly detail: string;
}
