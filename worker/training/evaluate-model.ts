import { meanBaselines, predictBaselines, type PartBaselines } from "../data/baselines/baselines.ts";
import { compare, type Comparison } from "../data/baselines/compare.ts";
import { DataError } from "../data/errors.ts";
import { lossKindOf } from "../data/outputs/losses.ts";
import type { Metrics } from "../data/outputs/metric.ts";
import { meanOver, type ScoredSplit } from "../data/outputs/metrics.ts";
import type { Table } from "../data/file/table.ts";
import { prepareFolds } from "../data/prepare.ts";
import type { Engine } from "../engines/engine.ts";
import { decodeModel } from "../model/model-file.ts";
import type { NamedWeights } from "../model/weights.ts";
import type { EvaluateAssignment } from "../protocol/assignment.ts";
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
    detail: evaluationDetail(scored),
  });
  return { end: { kind: "complete" } };
}

/** What the model and the baselines say of the samples of one part. */
interface ScoredPart {
  /** [samples, outputs] */
  readonly decoded: Float64Array;
  readonly metrics: Metrics;
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
      parts.push({ decoded, metrics: prepared.scoreDecoded(split, decoded), baselines: found });
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
  return [{ decoded, metrics: last.scoreDecoded(split, decoded), baselines: found }];
}

/** The model beside each baseline, over the samples of all parts; without those that say nothing finite. */
function comparisons(parts: readonly ScoredPart[], kind: Comparison["kind"]): Comparison[] {
  const joined = (of: (part: ScoredPart) => Float64Array): Float64Array => {
    const all = parts.map(of);
    const result = new Float64Array(all.reduce((sum, { length }) => sum + length, 0));
    all.reduce((at, losses) => (result.set(losses, at), at + losses.length), 0);
    return result;
  };
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
