import { predictBaselines } from "../data/baselines/baselines.ts";
import { decodeFits, fitsFor, type PartFits } from "../data/baselines/kept-fits.ts";
import { DataError } from "../data/errors.ts";
import { scoredTable } from "../data/forecast/scored-table.ts";
import { conformalIntervals, type Intervals } from "../data/outputs/intervals.ts";
import type { ScoredSplit } from "../data/outputs/metrics.ts";
import type { Table } from "../data/file/table.ts";
import { prepareFolds } from "../data/prepare.ts";
import type { Engine } from "../engines/engine.ts";
import { decodeModel } from "../model/model-file.ts";
import type { NamedWeights } from "../model/weights.ts";
import type { EvaluateAssignment } from "../protocol/assignment.ts";
import type { TrialSettings } from "../protocol/settings.ts";
import { evaluationDetail } from "./evaluation-detail.ts";
import { committeePredictions, preparedFor } from "./committee.ts";
import type { SessionHooks } from "./hooks.ts";
import {
  evaluated,
  joinedNumbers,
  reportedIntervals,
  reportedQuantiles,
  scoredPart,
  sentTable,
  type ScoredPart,
} from "./scored-part.ts";
import type { Finished } from "./trainer.ts";

export interface EvaluationRun {
  readonly engine: Engine;
  readonly table: Table;
  readonly assignment: EvaluateAssignment;
  readonly weights: Uint8Array | undefined;
  /** What the study's baselines have learned; else they are fitted here. */
  readonly baselines?: Uint8Array | undefined;
  readonly hooks: SessionHooks;
}

/** Scores a stored model and the baselines on one split, in the same metrics, and compares them sample by sample. */
export async function evaluateModel({
  engine,
  table,
  assignment,
  weights,
  baselines,
  hooks,
}: EvaluationRun): Promise<Finished> {
  if (weights === undefined) throw new Error("the model to evaluate was not sent");
  const { settings, split, metric = "" } = assignment;
  const { members } = decodeModel(weights);
  const kept = split === "validation" && baselines !== undefined ? decodeFits(baselines) : undefined;
  const fits = fitsFor(kept, settings.data, members.length);
  const scored = await scoredParts(engine, table, settings, members, split, fits);
  const intervals = await intervalsOf(engine, table, assignment, members, scored);
  const reported =
    intervals === null ? {} : { intervals: reportedIntervals(intervals, split === "test" ? scored : null) };
  hooks.progress(
    evaluated(scored, split, settings, metric, {
      ...evaluationDetail(scored),
      ...reported,
      ...reportedQuantiles(scored, settings.data.targets),
    }),
  );
  if (assignment.table !== undefined) {
    const { decoded, baselines, quantiles } = scored[0]!;
    const shown = { decoded, baselines, quantiles, intervals: intervals ?? [], ...assignment.table };
    hooks.progress(sentTable(scoredTable(table, settings.data, assignment.ref.trial, shown)));
  }
  return { end: { kind: "complete" } };
}

/** Share of values that intervals are to hold. */
const level = 0.9;

/** Intervals from the errors on the validation rows; `null` for classes. */
async function intervalsOf(
  engine: Engine,
  table: Table,
  { settings, split }: EvaluateAssignment,
  members: readonly (readonly NamedWeights[])[],
  scored: readonly ScoredPart[],
): Promise<readonly Intervals[] | null> {
  const { targets, layout, horizon } = settings.data;
  const own = scored.map(({ errors }) => errors).filter((errors) => errors !== null);
  const known = split === "validation" ? own : await validationErrors(engine, table, settings, members);
  if (own.length === 0 || known.length === 0) return null;
  const steps = layout === "series" ? horizon : 1;
  const found = conformalIntervals(joinedNumbers(known), targets, steps, level);
  return found.some(({ widths }) => !widths.every(Number.isFinite)) ? null : found;
}

/** Of a committee each member's on its own fold. */
async function validationErrors(
  engine: Engine,
  table: Table,
  settings: TrialSettings,
  members: readonly (readonly NamedWeights[])[],
): Promise<readonly Float64Array[]> {
  const folds =
    members.length > 1
      ? prepareFolds(table, settings.data)
      : preparedFor(1, table, settings.data, "validation");
  const found: Float64Array[] = [];
  for (const [fold, weights] of members.entries()) {
    const prepared = folds[fold]!;
    const { decoded } = await committeePredictions(engine, settings, [weights], [prepared], "validation");
    const errors = prepared.errors("validation", decoded);
    if (errors !== null) found.push(errors);
  }
  return found;
}

/** The test samples, the validation samples, or for a committee those of each fold by the member that has not seen them. */
async function scoredParts(
  engine: Engine,
  table: Table,
  settings: TrialSettings,
  members: readonly (readonly NamedWeights[])[],
  split: ScoredSplit,
  fits: readonly PartFits[] | undefined,
): Promise<readonly ScoredPart[]> {
  if (members.length > 1 && split === "validation") {
    const folds = prepareFolds(table, settings.data);
    const parts: ScoredPart[] = [];
    for (const [fold, weights] of members.entries()) {
      const prepared = folds[fold]!;
      const answers = await committeePredictions(engine, settings, [weights], [prepared], split);
      const own = { fold, rows: prepared.rows(split), kept: fits?.[fold] };
      const found = predictBaselines(table, settings.data, split, own);
      parts.push(scoredPart(settings, prepared, split, answers, found));
    }
    return parts;
  }
  const prepared = preparedFor(members.length, table, settings.data, split);
  const last = prepared.at(-1)!;
  if (last[split] === undefined)
    throw new DataError("the data has no test rows: leave some out of train and validation in `split`", {
      setting: "split",
    });
  const answers = await committeePredictions(engine, settings, members, prepared, split);
  const found = predictBaselines(table, settings.data, split, { rows: last.rows(split), kept: fits?.[0] });
  return [scoredPart(settings, last, split, answers, found)];
}
