import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { rngFor } from "../../search/random.ts";
import { initialWeights } from "../../worker/engines/init.ts";
import { loadEngine } from "../../worker/engines/registry.ts";
import { layersModel } from "../../worker/model/layers-model.ts";
import { modelSettingsSchema } from "../../worker/protocol/model-settings.ts";
import { pythonWith } from "../support/python.ts";

const python = pythonWith("keras", "torch");
const reader = fileURLToPath(new URL("../reference/keras-says.py", import.meta.url));
const dims = { features: 3, window: 6, outputs: 2 };
const samples = 10;

// Needs a Python with keras 3 and torch (SEQTUNE_PYTHON).
describe.skipIf(python === null)("an exported model in Keras 3", () => {
  it.each([
    { hidden: 4 },
    { layers: 2, hidden: [4, 3], bidirectional: true },
    { cell: "gru", layers: 2, hidden: 3 },
    { cell: "gru", hidden: 3, bidirectional: true },
    { cell: "rnn", layers: 2, hidden: 3, bidirectional: true },
    { layers: 0 },
  ] as const)("says what the engine says: %o", async (given) => {
    const model = modelSettingsSchema.parse(given);
    const noise = rngFor(1, "keras");
    const weights = initialWeights(model, dims, 5).map((one) => ({
      ...one,
      data: one.data.map((x) => x + 0.1 * noise.normal()),
    }));
    const values = Float32Array.from({ length: samples * dims.window * dims.features }, () => noise.normal());
    const set = {
      values,
      features: dims.features,
      window: dims.window,
      starts: Int32Array.from({ length: samples }, (_, sample) => sample * dims.window),
      targets: new Float32Array(samples * dims.outputs),
      outputs: dims.outputs,
    };
    const engine = await loadEngine("fused");
    const said = await engine.predict(model, weights, set, new AbortController().signal);
    const stored = layersModel({
      model,
      dims,
      members: [weights],
      maskValue: null,
      weightsFile: "weights.bin",
    });
    const bytes = Uint8Array.from(stored.weights);
    const input = {
      model: stored.json,
      weights: [...new Float32Array(bytes.buffer)],
      inputs: [...values],
      shape: [samples, dims.window, dims.features],
    };
    const { status, stdout, stderr } = spawnSync(python!, [reader], {
      input: JSON.stringify(input),
      encoding: "utf8",
    });
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    const found = z.array(z.number()).parse(JSON.parse(stdout));
    expect(found).toHaveLength(said.length);
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(said[i]!, 5);
  });
});
