import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../../worker/engines/engine.ts";
import { loadEngine } from "../../../worker/engines/registry.ts";
import { settings, train } from "../../contracts/engine-training.ts";
import { goldenContract } from "../../contracts/engine-golden.ts";
import { offerLstmOps } from "../../support/lstm-ops.ts";
import { autoregressive } from "../../support/sequence-problems.ts";
import { difference } from "../lstm/networks.ts";

/** TF.js in plain JavaScript, with the two ops of TensorFlow that an LSTM layer uses where they are to be had. */
async function load(): Promise<Engine> {
  const engine = await loadEngine("tfjs-cpu");
  ops = offerLstmOps(tf.backend());
  return engine;
}
let ops: { readonly calls: () => readonly string[] };

goldenContract("An LSTM layer in one op", load, { networks: ["lstm", "bidirectional", "labels"] });

describe("an LSTM layer in one op", () => {
  const set = autoregressive(40, 5);
  let engine: Engine;
  let layered: Awaited<ReturnType<typeof train>>;
  const model = settings({ hidden: [6, 4], layers: 2, bidirectional: true, batch_size: 16, dropout: 0.2 });

  beforeAll(async () => {
    engine = await loadEngine("tfjs-cpu");
    delete (tf.backend() as { executeMultipleOutputs?: unknown }).executeMultipleOutputs;
    layered = await train(engine, model, { set, epochs: 3 });
    engine = await load();
  });
  afterAll(() => engine.dispose());

  it("trains as tf.layers does, step by step", async () => {
    const { losses, last } = await train(engine, model, { set, epochs: 3 });
    expect(difference(losses, layered.losses)).toBeLessThan(1e-5);
    for (const [index, { data }] of layered.last.weights.entries()) {
      expect(difference(last.weights[index]!.data, data)).toBeLessThan(1e-4);
    }
  });

  it("is one op forward and one backward, without clipping or peepholes, and leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const called = ops.calls().length;
    await train(engine, settings({ hidden: 3, batch_size: 64 }), { set, epochs: 1 });
    expect(ops.calls().slice(called)).toEqual([
      "BlockLSTMV2(cell_clip,use_peephole,T)",
      "BlockLSTMGradV2(use_peephole,T)",
    ]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("is left to tf.layers where the op knows no way: recurrent dropout and samples of different lengths", async () => {
    const called = ops.calls().length;
    const lengths = Int32Array.from(set.starts, (_, sample) => 1 + (sample % 5));
    await train(engine, settings({ hidden: 3, recurrent_dropout: 0.1 }), { set, epochs: 1 });
    await train(engine, settings({ hidden: 3 }), { set: { ...set, lengths }, epochs: 1 });
    expect(ops.calls()).toHaveLength(called);
  });
});
