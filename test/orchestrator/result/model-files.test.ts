import { beforeAll, describe, expect, it } from "vitest";
import { pipelineFile, tensorFlowFiles } from "../../../orchestrator/result/model-files.ts";
import { rngFor } from "../../../search/random.ts";
import { prepareNewData } from "../../../worker/data/forecast/new-data.ts";
import type { Engine } from "../../../worker/engines/engine.ts";
import { loadEngine } from "../../../worker/engines/registry.ts";
import { readTrainedModel, type TrainedModel } from "../../../worker/model/trained-model.ts";
import { meanOf } from "../../../worker/training/committee.ts";
import { sayings } from "../../support/layers-model.ts";
import { runTrial, type TrialOptions } from "../../worker/training/run-trial.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine("fused");
});

/**
 * 40 samples of up to five steps, or of five all. "rare" is a wind of one sample alone, and `still` a column in which
 * only that sample differs: what a fold knows of both depends on whether it trains on it.
 */
function samples(lengths: "short" | "full"): Uint8Array {
  const rows = Array.from({ length: 40 }, (_, id) => {
    const rng = rngFor(id, "sample");
    const steps = lengths === "full" ? 5 : 1 + (id % 5);
    const level = 100 + 30 * rng.normal();
    return Array.from({ length: steps }, () => {
      const wind = id === 4 ? "rare" : ["N", "S"][id % 2]!;
      return [id, level, level > 100 ? "b" : "a", wind, id === 4 ? 1 : 0, level + 5 * rng.normal()].join(",");
    });
  });
  return new TextEncoder().encode(["id,level,class,wind,still,x", ...rows.flat()].join("\n"));
}

const long = {
  layout: "long",
  series_id: "id",
  targets: ["level"],
  features: ["x", "still"],
  categorical: ["wind"],
  split: { train: 0.7, validation: 0.2 },
  folds: 4,
};
const cases: readonly (readonly [string, "short" | "full", TrialOptions])[] = [
  ["numbers by LSTM", "short", { data: long }],
  ["numbers by bidirectional GRU", "short", { data: long, model: { cell: "gru", bidirectional: true } }],
  ["numbers by a linear model", "full", { data: { ...long, normalise: "minmax" }, model: { layers: 0 } }],
  ["numbers from steps and their changes", "short", { data: { ...long, derive: ["delta", "position"] } }],
  [
    "classes",
    "short",
    {
      data: { ...long, task: "binary", targets: ["class"], normalise: "robust" },
      model: { loss: "binary_crossentropy" },
      metric: "val_loss",
    },
  ],
];

/** What the members say, each of data prepared for itself. */
async function members({ settings, members }: TrainedModel, file: Uint8Array): Promise<Float64Array> {
  const said = members.map(async ({ weights, pipeline }) => {
    const data = prepareNewData(file, settings.data, pipeline);
    const { signal } = new AbortController();
    return data.decode(await engine.predict(settings.model, weights, data.set, signal));
  });
  return meanOf(await Promise.all(said));
}

describe("the exported model of a committee", () => {
  it.each(cases)(
    "says in TensorFlow.js what its members say, each scaled by its own fold: %s",
    async (...given) => {
      const [, lengths, options] = given;
      const file = samples(lengths);
      const { finished } = await runTrial(engine, file, { ...options, epochs: 2 });
      expect(finished.end).toEqual({ kind: "complete" });
      const model = readTrainedModel(finished.model!.bytes);
      expect(model.members).toHaveLength(4);
      expect(new Set(model.members.map(({ pipeline }) => pipeline.features.length)).size).toBe(2);

      const { pipeline, inputs } = pipelineFile(model);
      const files = tensorFlowFiles(model);
      const fresh = prepareNewData(file, model.settings.data, pipeline);
      const json: unknown = JSON.parse(files["model.json"] as string);
      const said = await sayings(json, files["weights.bin"] as Uint8Array, fresh.set, inputs.fill);
      const expected = await members(model, file);
      expect(said).toHaveLength(40);
      const unit = pipeline.numbers[0]?.scale ?? 1;
      for (const [i, value] of fresh.decode(said).entries()) {
        expect(Math.abs(value - expected[i]!) / unit).toBeLessThan(2e-5);
      }
    },
  );
});
