import { prepareNewData } from "../data/forecast/new-data.ts";
import { predictionRows } from "../data/forecast/predictions.ts";
import type { Table } from "../data/file/table.ts";
import { toCsv } from "../data/file/write-csv.ts";
import type { Engine } from "../engines/engine.ts";
import { readTrainedModel } from "../model/trained-model.ts";
import type { PredictAssignment } from "../protocol/assignment.ts";
import { meanOf } from "./committee.ts";
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
  const said: Float64Array[] = [];
  for (const [k, member] of members.entries()) {
    const data = fresh[k]!;
    said.push(data.decode(await engine.predict(settings.model, member.weights, data.set, signal)));
  }
  const rows = predictionRows(
    fresh[0]!,
    members[0]!.pipeline,
    settings.data,
    meanOf(said),
    assignment.widths,
  );
  hooks.progress({
    kind: "predicted",
    bytes: new TextEncoder().encode(toCsv(rows)),
    samples: fresh[0]!.samples.length,
    warnings: fresh[0]!.warnings.slice(0, 1000).map((warning) => warning.slice(0, 2000)),
  });
  return { end: { kind: "complete" } };
}
