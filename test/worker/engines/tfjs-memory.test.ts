import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../../worker/engines/engine.ts";
import { loadEngine } from "../../../worker/engines/registry.ts";
import { settings, train } from "../../contracts/engine-training.ts";
import { autoregressive } from "../../support/sequence-problems.ts";

describe("TF.js's memory", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await loadEngine("tfjs-wasm");
  });

  it("stays flat over 30 epochs and is empty afterwards", async () => {
    const set = autoregressive(4, 2);
    const model = settings({ hidden: 1, dropout: 0.2, recurrent_dropout: 0.2, clip_norm: 0.1, l2: 0.1 });
    const before = tf.memory().numTensors;
    const tensors: number[] = [];
    await train(engine, model, {
      set,
      epochs: 30,
      onEpoch: async (live) => {
        await live.predict(set, new AbortController().signal);
        tensors.push(tf.memory().numTensors);
      },
    });
    expect(new Set(tensors).size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("is empty after a trial that diverged or was refused", async () => {
    const before = tf.memory().numTensors;
    await train(engine, settings({ optimizer: "sgd", learning_rate: 1e6, layers: 0 }), { epochs: 3 });
    const { last } = await train(engine, settings(), { epochs: 1 });
    for (const foreign of [
      { ...last, weights: [] },
      { ...last, optimizer: [] },
    ]) {
      await expect(train(engine, settings(), { from: foreign })).rejects.toThrow("do not fit the model");
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});
