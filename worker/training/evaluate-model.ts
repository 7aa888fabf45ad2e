import { baselines } from "../data/baselines/baselines.ts";
import { DataError } from "../data/errors.ts";
import type { Metrics } from "../data/outputs/metric.ts";
import { sampleCount } from "../data/outputs/sequences.ts";
import type { Table } from "../data/file/table.ts";
import type { Engine } from "../engines/engine.ts";
import { decodeModel } from "../model/model-file.ts";
import type { EvaluateAssignment } from "../protocol/assignment.ts";
import type { WireMetrics } from "../protocol/messages.ts";
import { toWire } from "../protocol/numbers.ts";
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

/** Scores a stored model and the baselines on one split, in the same metrics. */
export async function evaluateModel({
  engine,
  table,
  assignment,
  weights,
  hooks,
}: EvaluationRun): Promise<Finished> {
  if (weights === undefined) throw new Error("the model to evaluate was not sent");
  const { settings, split } = assignment;
  const { members } = decodeModel(weights);
  const prepared = preparedFor(members.length, table, settings.data, split);
  const last = prepared.at(-1)!;
  const set = split === "test" ? last.test : last.validation;
  if (set === undefined)
    throw new DataError("the data has no test rows: leave some out of train and validation in `split`", {
      setting: "split",
    });
  const predictions = await committeePredictions(engine, settings, members, prepared, split);
  const found = baselines(table, settings.data, split);
  hooks.progress({
    kind: "evaluated",
    metrics: wireMetrics(last.scoreDecoded(split, predictions)),
    baselines: Object.fromEntries(found.map(({ name, metrics }) => [name, wireMetrics(metrics)])),
    windows: sampleCount(set),
  });
  return { end: { kind: "complete" } };
}

export function wireMetrics(metrics: Metrics): WireMetrics {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, toWire(value)]));
}
