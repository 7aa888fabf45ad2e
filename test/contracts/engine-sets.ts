import { optimizerNames } from "../../worker/protocol/optimizers.ts";
import { expect, it } from "vitest";
import type { Engine } from "../../worker/engines/engine.ts";
import { initialWeights } from "../../worker/engines/init.ts";
import { epochOrder } from "../../worker/engines/order.ts";
import { dimsOf } from "../../worker/engines/weights.ts";
import { plainForward } from "../support/plain-network.ts";
import { autoregressive } from "../support/sequence-problems.ts";

import { never, settings, train, wave } from "./engine-training.ts";

export interface OddSetsOptions {
  /** Digits after the point to which losses agree with a forward pass in double precision. */
  readonly digits?: number;
}

/** What engines promise on every set, also an odd one. */
export function oddSetsPart(engine: () => Engine, { digits = 4 }: OddSetsOptions): void {
  it.each([
    { layers: 0 },
    { layers: 1, hidden: 1 },
    { layers: 2, hidden: 3 },
    { layers: 3, hidden: [2, 8, 1] },
    { batch_size: 1000 },
  ])("predicts the same from stored weights as while training: %o", async (overrides) => {
    const model = settings(overrides);
    let live = new Float32Array();
    const { last, losses } = await train(engine(), model, {
      epochs: 1,
      onEpoch: async (trained) => {
        live = Float32Array.from(await trained.predict(wave, never));
      },
    });
    const stored = await engine().predict(model, last.weights, wave, never);
    expect(stored).toEqual(live);
    expect(losses[0]).toBeGreaterThan(0);
  });

  it("trains on a single sample", async () => {
    const single = autoregressive(1, 4);
    const { end, losses } = await train(engine(), settings(), { set: single, epochs: 3 });
    expect(end).toEqual({ kind: "complete" });
    expect(losses[2]).toBeLessThan(losses[0]!);
  });

  it.each(optimizerNames)("lowers the loss with %s at its default learning rate", async (optimizer) => {
    const model = settings({ optimizer, learning_rate: undefined });
    const { losses } = await train(engine(), model, { epochs: 4 });
    expect(losses[3]).toBeLessThan(losses[0]!);
  });

  it("takes one step an epoch with gradient_descent, whatever the batch size", async () => {
    const model = settings({ optimizer: "gradient_descent", layers: 0, learning_rate: 0.1 });
    const whole = await train(engine(), { ...model, batch_size: 1000 }, { epochs: 3 });
    const pieces = await train(engine(), { ...model, batch_size: 7 }, { epochs: 3 });
    expect(whole.last.step).toBe(3);
    expect(pieces.last.step).toBe(3);
    for (const [epoch, loss] of whole.losses.entries()) expect(pieces.losses[epoch]).toBeCloseTo(loss, 5);
  });

  it("ends at once when an absurd learning rate makes it explode", async () => {
    const model = settings({ optimizer: "sgd", learning_rate: 1e6, layers: 0 });
    const { end, epochs } = await train(engine(), model, { epochs: 5 });
    expect(end).toMatchObject({ kind: "diverged", epoch: 1, step: 2 });
    expect(epochs).toEqual([]);
  });

  it("ends at once on data that are not numbers", async () => {
    const broken = { ...wave, values: wave.values.map((value, row) => (row === 20 ? NaN : value)) };
    const { end } = await train(engine(), settings(), { set: broken });
    expect(end).toMatchObject({ kind: "diverged", epoch: 1, loss: NaN });
  });

  const masked = [
    { layers: 2, dropout: 0.4, recurrent_dropout: 0.3, cell: "lstm" },
    { layers: 2, dropout: 0.4, recurrent_dropout: 0.3, cell: "lstm", bidirectional: true },
    { layers: 2, dropout: 0.4, recurrent_dropout: 0.3, cell: "gru" },
    { layers: 1, dropout: 0.4, recurrent_dropout: 0.3, cell: "rnn" },
  ] as const;
  it.each(masked)("drops exactly what seqtune's masks say: %o", async (overrides) => {
    const model = settings({ ...overrides, batch_size: 20, learning_rate: 1e-300, optimizer: "sgd" });
    const losses: number[] = [];
    await engine().train(
      { model, train: wave, seed: 3, epochs: 2 },
      { onStep: (_, loss) => losses.push(loss), onEpoch: () => Promise.resolve("go on") },
      never,
    );
    const weights = initialWeights(model, dimsOf(wave), 3);
    for (const [index, [epoch, batch]] of (
      [
        [1, 0],
        [1, 1],
        [2, 0],
      ] as const
    ).entries()) {
      const samples = Array.from(epochOrder(40, 3, epoch).subarray(20 * batch, 20 * batch + 20));
      const predicted = plainForward(model, weights, wave, samples, { seed: 3, epoch, batch });
      const squares = predicted.map(([value], row) => (value! - wave.targets[samples[row]!]!) ** 2);
      const expected = squares.reduce((sum, square) => sum + square, 0) / 20;
      expect(losses[index]! / expected).toBeCloseTo(1, digits);
    }
  });

  it("refuses a training set without samples", async () => {
    const empty = { ...wave, starts: new Int32Array(0), targets: new Float32Array(0) };
    await expect(train(engine(), settings(), { set: empty })).rejects.toThrow("no samples to train on");
  });

  it("refuses weights of another model", async () => {
    const weights = initialWeights(settings({ hidden: 3 }), dimsOf(wave), 1);
    await expect(engine().predict(settings({ hidden: 4 }), weights, wave, never)).rejects.toThrow(
      "lstm0/kernel should be [1, 16] and is [1, 12]",
    );
  });
}
