import { optimizerNames } from "../../worker/protocol/optimizers.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { settings, train } from "../contracts/engine-training.ts";
import { autoregressive, signs } from "../support/sequence-problems.ts";
import type { Engine } from "../../worker/engines/engine.ts";
import { FusedEngine } from "../../worker/engines/fused.ts";
import { loadEngine } from "../../worker/engines/registry.ts";
import { MachineShop } from "../../worker/lstm/machine.ts";
import { type ModelSettings } from "../../worker/protocol/model-settings.ts";
import { difference } from "../worker/lstm/networks.ts";

const numbers = autoregressive(64, 3);
const classes = { 1: signs(64, 3, 1), 2: signs(64, 3, 2) };

/** Five epochs of two batches: ten steps. */
function ten(engine: Engine, model: ModelSettings) {
  const outputs = { binary_crossentropy: classes[1], categorical_crossentropy: classes[2] };
  const set = { mse: numbers, mae: numbers, huber: numbers, quantile: numbers, ...outputs }[model.loss];
  return train(engine, model, { set, epochs: 5, seed: 3 });
}

describe("ten steps of the fused engine", () => {
  let tfjs: Engine;
  const engines = [new FusedEngine(), new FusedEngine(new MachineShop("plain"))];
  beforeAll(async () => {
    tfjs = await loadEngine("tfjs-cpu");
  });

  it.each<Partial<ModelSettings>>([
    // An optimizer sees weights, not layers.
    ...optimizerNames.map((optimizer) => ({ optimizer, learning_rate: undefined, layers: 1, hidden: 6 })),
    { loss: "mae" },
    { loss: "huber", huber_delta: 0.3 },
    { loss: "quantile", quantiles: [0.2, 0.5, 0.9] },
    { loss: "binary_crossentropy", class_weights: "balanced" },
    { loss: "categorical_crossentropy", class_weights: [1, 2] },
    { l2: 0.01, optimizer: "adamw", weight_decay: 0.1 },
    { clip_value: 0.01, clip_norm: 0.05, optimizer: "sgd" },
    { dropout: 0.3, recurrent_dropout: 0.2, bidirectional: true },
    { cell: "gru" },
    { cell: "rnn" },
    { schedule: "one_cycle" },
  ])("equal those of tf.layers with %o", async (overrides) => {
    const model = settings({ hidden: [6, 9], layers: 2, batch_size: 32, ...overrides });
    const expected = await ten(tfjs, model);
    for (const engine of engines) {
      const found = await ten(engine, model);
      expect(difference(found.losses, expected.losses)).toBeLessThan(1e-4);
      for (const [index, { data }] of expected.last.weights.entries()) {
        expect(difference(found.last.weights[index]!.data, data)).toBeLessThan(1e-4);
      }
    }
  });
});
