import { baselines } from "../data/baselines.ts";
import type { Metrics } from "../data/metrics.ts";
import { prepareData } from "../data/prepare.ts";
import { sampleCount } from "../data/sequences.ts";
import type { Table } from "../data/table.ts";
import type { Engine } from "../engines/engine.ts";
import { decodeModel } from "../engines/model-file.ts";
import type { EvaluateAssignment } from "../protocol/assignment.ts";
import type { WireMetrics } from "../protocol/messages.ts";
import { toWire } from "../protocol/numbers.ts";
import type { SessionHooks } from "./session.ts";
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
  const prepared = prepareData(table, settings.data, { test: split === "test" });
  const set = split === "test" ? prepared.test : prepared.validation;
  if (set === undefined)
    throw new Error("the data has no test rows: leave some out of train and validation in `split`");
  const model = decodeModel(weights);
  const predictions = await engine.predict(settings.model, model.weights, set, new AbortController().signal);
  const found = baselines(table, settings.data, split);
  hooks.progress({
    kind: "evaluated",
    metrics: wireMetrics(prepared.score(split, predictions)),
    baselines: Object.fromEntries(found.map(({ name, metrics }) => [name, wireMetrics(metrics)])),
    windows: sampleCount(set),
  });
  return { end: { kind: "complete" } };
}

export function wireMetrics(metrics: Metrics): WireMetrics {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, toWire(value)]));
}
