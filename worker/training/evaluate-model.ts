import { meanBaselines, predictBaselines, type PartBaselines } from "../data/baselines/baselines.ts";
import { compare, type Comparison } from "../data/baselines/compare.ts";
import { DataError } from "../data/errors.ts";
import { lossKindOf } from "../data/outputs/losses.ts";
import { conformalIntervals, coverage } from "../data/outputs/intervals.ts";
import type { Metrics } from "../data/outputs/metric.ts";
import { meanOver, type ScoredSplit } from "../data/outputs/metrics.ts";
import type { Table } from "../data/file/table.ts";
import { prepareFolds } from "../data/prepare.ts";
import type { Engine } from "../engines/engine.ts";
import { decodeModel } from "../model/model-file.ts";
import type { NamedWeights } from "../model/weights.ts";
import type { EvaluateAssignment } from "../protocol/assignment.ts";
import type { KnownIntervals } from "../protocol/evaluation-detail.ts";
import type { WireMetrics } from "../protocol/messages.ts";
import { toWire } from "../protocol/numbers.ts";
import type { TrialSettings } from "../protocol/settings.ts";
import { evaluationDetail } from "./evaluation-detail.ts";
import { committeePredictions, preparedFor } from "./committee.ts";
import type { SessionHooks } from "./hooks.ts";
import type { Finished } from "./trainer.ts";

export interface EvaluationRun {
  readonly engine: Engine;
  readonly table: Table;
  readonly assignment: EvaluateAssignment;
  readonly weights: Uint8Array | undefined;
  readonly hooks: SessionHooks;
}

/** Scores a stored model and the baselines on one split, in the same metrics, and compares them sample by sample. */
export async function evaluateModel({
  engine,
  table,
  assignment,
  weights,
  hooks,
}: EvaluationRun): Promise<Finished> {
  if (weights === undefined) throw new Error("the model to evaluate was not sent");
  const { settings, split, metric } = assignment;
  const { members } = decodeModel(weights);
  const scored = await scoredParts(engine, table, settings, members, split);
  const found = meanBaselines(
    scored.map((part) => part.baselines),
    split,
  );
  hooks.progress({
    kind: "evaluated",
    metrics: wireMetrics(meanOver(scored.map(({ metrics }) => metrics))),
    baselines: Object.fromEntries(found.map(({ name, metrics }) => [name, wireMetrics(metrics)])),
    windows: scored.reduce((sum, { baselines: { rows } }) => sum + rows.length, 0),
    comparisons: comparisons(scored, lossKindOf(settings.data.task, metric ?? "")),
    outside: scored[0]!.baselines.outside ?? null,
    detail: {
      ...evaluationDetail(scored),
      ...(await intervalsOf(engine, table, assignment, members, scored)),
    },
  });
  return { end: { kind: "complete" } };
}

/** Share of values that intervals are to hold. */
const level = 0.9;

/** Intervals from the errors on the validation rows, and how many of the test values they hold. */
async function intervalsOf(
  engine: Engine,
  table: Table,
  { settings, split }: EvaluateAssignment,
  members: readonly (readonly NamedWeights[])[],
  scored: readonly ScoredPart[],
): Promise<{ readonly intervals?: KnownIntervals[] }> {
  const { targets, layout, horizon } = settings.data;
  const own = scored.map(({ errors }) => errors).filter((errors) => errors !== null);
  const known = split === "validation" ? own : await validationErrors(engine, table, settings, members);
  if (own.length === 0 || known.length === 0) return {};
  const steps = layout === "series" ? horizon : 1;
  const found = conformalIntervals(joinedNumbers(known), targets, steps, level);
  if (found.some(({ widths }) => !widths.every(Number.isFinite))) return {};
  const covered = split === "validation" ? null : coverage(joinedNumbers(own), found);
  return {
    intervals: found.map(({ widths, ...one }, j) => ({
      ...one,
      widths: [...widths],
      coverage: covered?.[j] ?? null,
    })),
  };
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
    const decoded = await committeePredictions(engine, settings, [weights], [prepared], "validation");
    const errors = prepared.errors("validation", decoded);
    if (errors !== null) found.push(errors);
  }
  return found;
}

function joinedNumbers(parts: readonly Float64Array[]): Float64Array {
  const result = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (result.set(part, at), at + part.length), 0);
  return result;
}

/** What the model and the baselines say of the samples of one part. */
interface ScoredPart {
  /** [samples, outputs] */
  readonly decoded: Float64Array;
  readonly metrics: Metrics;
  /** Predictions less the truth; `null` for classes. */
  readonly errors: Float64Array | null;
  readonly baselines: PartBaselines;
}

/** The test samples, the validation samples, or for a committee those of each fold by the member that has not seen them. */
async function scoredParts(
  engine: Engine,
  table: Table,
  settings: TrialSettings,
  members: readonly (readonly NamedWeights[])[],
  split: ScoredSplit,
): Promise<readonly ScoredPart[]> {
  if (members.length > 1 && split === "validation") {
    const folds = prepareFolds(table, settings.data);
    const parts: ScoredPart[] = [];
    for (const [fold, weights] of members.entries()) {
      const prepared = folds[fold]!;
      const decoded = await committeePredictions(engine, settings, [weights], [prepared], split);
      const found = predictBaselines(table, settings.data, split, { fold, rows: prepared.rows(split) });
      const metrics = prepared.scoreDecoded(split, decoded);
      parts.push({ decoded, metrics, errors: prepared.errors(split, decoded), baselines: found });
    }
    return parts;
  }
  const prepared = preparedFor(members.length, table, settings.data, split);
  const last = prepared.at(-1)!;
  if (last[split] === undefined)
    throw new DataError("the data has no test rows: leave some out of train and validation in `split`", {
      setting: "split",
    });
  const decoded = await committeePredictions(engine, settings, members, prepared, split);
  const found = predictBaselines(table, settings.data, split, { rows: last.rows(split) });
  const metrics = last.scoreDecoded(split, decoded);
  return [{ decoded, metrics, errors: last.errors(split, decoded), baselines: found }];
}

/** The model beside each baseline, over the samples of all parts; without those that say nothing finite. */
function comparisons(parts: readonly ScoredPart[], kind: Comparison["kind"]): Comparison[] {
  const joined = (of: (part: ScoredPart) => Float64Array): Float64Array => joinedNumbers(parts.map(of));
  const own = joined(({ baselines: { outputs, rows }, decoded }) => outputs.losses(rows, decoded, kind));
  const blockOf = parts.length === 1 ? parts[0]!.baselines.blockOf : undefined;
  const inAll = (name: string): boolean =>
    parts.every(({ baselines: { found } }) => found.some((one) => one.name === name));
  return parts[0]!.baselines.found
    .filter(({ name }) => inAll(name))
    .map(({ name: baseline, naive }) => {
      const other = joined(({ baselines: { outputs, rows, found } }) =>
        outputs.losses(rows, found.find(({ name }) => name === baseline)!.decoded, kind),
      );
      return compare({ baseline, naive, kind, own, other, blockOf });
    })
    .filter(
      ({ own, other }) => Number.isFinite(own) && Number.isFinite(other) && (kind === "wrong" || other > 0),
    );
}

export function wireMetrics(metrics: Metrics): WireMetrics {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, toWire(value)]));
}
