import { beforeAll, describe, expect, it } from "vitest";
import { rngFor } from "../../../search/random.ts";
import type { SequenceSet } from "../../../worker/data/outputs/sequences.ts";
import type { Engine } from "../../../worker/engines/engine.ts";
import { initialWeights } from "../../../worker/engines/init.ts";
import { loadEngine } from "../../../worker/engines/registry.ts";
import { layersModel, shortSampleFill } from "../../../worker/model/layers-model.ts";
import type { NamedWeights } from "../../../worker/model/weights.ts";
import { type ModelSettings, modelSettingsSchema } from "../../../worker/protocol/model-settings.ts";
import { sayings } from "../../support/layers-model.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine("fused");
});

const dims = { features: 3, window: 6, outputs: 2 };
const rng = rngFor(1, "inputs");
const full: SequenceSet = {
  values: Float32Array.from({ length: 10 * 6 * 3 }, () => rng.normal()),
  features: 3,
  window: 6,
  starts: Int32Array.from({ length: 10 }, (_, sample) => 6 * sample),
  targets: new Float32Array(20),
  outputs: 2,
};
const short = { ...full, lengths: Int32Array.from({ length: 10 }, (_, sample) => 1 + (sample % 6)) };
const never = new AbortController().signal;

/** Weights with biases that are not all 0, as after training. */
function someWeights(model: ModelSettings, seed: number): NamedWeights[] {
  const noise = rngFor(seed, "noise");
  return initialWeights(model, dims, seed).map((one) => ({
    ...one,
    data: one.data.map((x) => x + 0.1 * noise.normal()),
  }));
}

describe("a model as TensorFlow.js stores it", () => {
  it.each([
    { hidden: 4 },
    { hidden: [4, 3], bidirectional: true },
    { hidden: 4, loss: "binary_crossentropy" },
    { cell: "gru", layers: 2, hidden: 3, loss: "categorical_crossentropy" },
    { cell: "gru", hidden: 3, bidirectional: true },
    { cell: "rnn", layers: 2, hidden: 3, bidirectional: true },
    { layers: 0 },
    { layers: 0, loss: "categorical_crossentropy" },
  ] as const)(
    "says what the engine says, alone and as a committee, of full and short samples: %o",
    async (given) => {
      const model = modelSettingsSchema.parse({
        ...given,
        ...("hidden" in given && Array.isArray(given.hidden) ? { layers: 2 } : {}),
      });
      const members = [1, 2, 3].map((seed) => someWeights(model, seed));
      for (const [set, maskValue] of [
        [full, null],
        [short, model.layers === 0 ? null : shortSampleFill],
      ] as const) {
        const said = await Promise.all(
          members.map(async (weights) => await engine.predict(model, weights, set, never)),
        );
        const mean = said[0]!.map((value, i) => (value + said[1]![i]! + said[2]![i]!) / 3);
        for (const [used, expected] of [
          [members.slice(0, 1), said[0]!],
          [members, mean],
        ] as const) {
          const stored = layersModel({ model, dims, members: used, maskValue, weightsFile: "weights.bin" });
          const json: unknown = JSON.parse(JSON.stringify(stored.json));
          const found = await sayings(json, stored.weights, set, maskValue);
          expect(found).toHaveLength(20);
          for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
        }
      }
    },
  );
});
