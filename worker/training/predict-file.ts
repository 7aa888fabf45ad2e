import { prepareNewData } from "../data/forecast/new-data.ts";
import { predictionRows } from "../data/forecast/predictions.ts";
import { networkAnswers, networkSamples, quantilesOf } from "../data/outputs/quantiles.ts";
import type { Table } from "../data/file/table.ts";
import { toCsv } from "../data/file/write-csv.ts";
import type { Engine } from "../engines/engine.ts";
import { readTrainedModel } from "../model/trained-model.ts";
import type { PredictAssignment } from "../protocol/assignment.ts";
import type { Answers } from "./answers.ts";
import { meanAnswers } from "./committee.ts";
import type { SessionHooks } from "./hooks.ts";
import type { Finished } from "./trainer.ts";

export interface PredictionRun {
  readonly engine: Engine;
  readonly table: Table;
  readonly assignment: PredictAssignment;
  readonly weights: Uint8Array | undefined;
  readonly hooks: SessionHooks;
}

/** Predicts with a stored model what a data file does not know yet; the answer is a CSV file. */
export async function predictFile({
  engine,
  table,
  assignment,
  weights,
  hooks,
}: PredictionRun): Promise<Finished> {
  if (weights === undefined) throw new Error("the model to predict with was not sent");
  const { members } = readTrainedModel(weights);
  const { settings, from } = assignment;
  const { signal } = new AbortController();
  const known = members.flatMap(({ pipeline }) => pipeline.features);
  const fresh = members.map(({ pipeline }) =>
    prepareNewData(table, settings.data, pipeline, { from, known }),
  );
  const { model } = settings;
  const said: Answers[] = [];
  for (const [k, member] of members.entries()) {
    const data = fresh[k]!;
    const own = await engine.predict(model, member.weights, networkSamples(model, data.set), signal);
    const { point, quantiles } = networkAnswers(model, own);
    said.push({ decoded: data.decode(point), quantiles: quantiles.map((one) => data.decode(one)) });
  }
  const { decoded, quantiles } = meanAnswers(said);
  const named = quantilesOf(model).map((quantile, q) => ({ quantile, decoded: quantiles[q]! }));
  const rows = predictionRows(fresh[0]!, members[0]!.pipeline, settings.data, decoded, {
    widths: assignment.widths,
    quantiles: named,
  });
  hooks.progress({
    kind: "predicted",
    bytes: new TextEncoder().encode(toCsv(rows)),
    samples: fresh[0]!.samples.length,
    warnings: fresh[0]!.warnings.slice(0, 1000).map((warning) => warning.slice(0, 2000)),
  });
  return { end: { kind: "complete" } };
}
