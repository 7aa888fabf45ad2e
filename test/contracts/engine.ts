import { beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../worker/engines/engine.ts";
import { initialWeights } from "../../worker/engines/init.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../worker/engines/checkpoint-file.ts";
import { dimsOf } from "../../worker/engines/weights.ts";
import { autoregressive, meanSquaredError, naiveLoss } from "../support/sequence-problems.ts";

import { never, settings, train, wave } from "./engine-training.ts";
import { scoredPart } from "./engine-scored.ts";
import { type OddSetsOptions, oddSetsPart } from "./engine-sets.ts";

/** What every engine promises (worker/engines/engine.ts). Tiny models: an engine may be slow. */
export function engineContract(
  name: string,
  load: () => Promise<Engine>,
  options: OddSetsOptions = {},
): void {
  describe(`${name} keeps the engine's promises`, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await load();
    });

    it.each([
      { layers: 0, learning_rate: 0.02, epochs: 60 },
      { layers: 1, learning_rate: 0.1, epochs: 10 },
    ])("learns a wave better than repeating the last row, with $layers layers", async (run) => {
      const { epochs, ...overrides } = run;
      const unseen = autoregressive(60, 4, 2);
      let loss = Infinity;
      await train(engine, settings({ hidden: 6, ...overrides }), {
        epochs,
        onEpoch: async (live) => {
          loss = meanSquaredError(await live.predict(unseen, never), unseen);
        },
      });
      expect(loss).toBeLessThan(0.6 * naiveLoss(unseen));
    });

    it("gives bit-equal losses for the same seed and others for another", async () => {
      const model = settings({ dropout: 0.2, layers: 2 });
      const first = await train(engine, model, { seed: 7 });
      const again = await train(engine, model, { seed: 7 });
      const other = await train(engine, model, { seed: 8 });
      expect(again.losses).toEqual(first.losses);
      expect(other.losses).not.toEqual(first.losses);
    });

    it("starts from seqtune's own weights and keeps their order", async () => {
      const model = settings({ layers: 2, optimizer: "sgd", learning_rate: 1e-300 });
      const { last } = await train(engine, model, { seed: 5, epochs: 1 });
      expect(last.weights).toEqual(initialWeights(model, dimsOf(wave), 5));
    });

    it("reports the mean over samples, the last, smaller batch included", async () => {
      const batches: number[] = [];
      let reported = 0;
      await engine.train(
        { model: settings(), train: wave, seed: 1, epochs: 1 },
        {
          onStep: (_, loss) => batches.push(loss),
          onEpoch: (result) => {
            reported = result.trainLoss;
            return Promise.resolve("go on");
          },
        },
        never,
      );
      const [first, second, rest] = batches as [number, number, number];
      expect(batches).toHaveLength(3); // 16 + 16 + 8 samples
      expect(reported).toBeCloseTo((16 * first + 16 * second + 8 * rest) / 40, 12);
    });

    it("reports the learning rate and the gradient norm of every layer", async () => {
      const { epochs } = await train(engine, settings({ layers: 2 }), { epochs: 1 });
      const { extras } = epochs[0]!;
      expect(Object.keys(extras).sort()).toEqual([
        "grad_norm",
        "grad_norm_dense",
        "grad_norm_lstm0",
        "grad_norm_lstm1",
        "learning_rate",
      ]);
      expect(extras["learning_rate"]).toBe(0.01);
      expect(extras["grad_norm"]).toBeGreaterThan(extras["grad_norm_lstm0"]!);
    });

    it("takes the learning rate of each step from the job where it says one", async () => {
      const model = settings({ optimizer: "sgd", learning_rate: 5 });
      const start = initialWeights(model, dimsOf(wave), 1);
      const run = async (learningRateAt: (step: number) => number) => {
        let weights = start;
        await engine.train(
          { model, train: wave, seed: 1, epochs: 1, learningRateAt },
          {
            onEpoch: (_, live) => {
              weights = [...live.weights()];
              return Promise.resolve("go on");
            },
          },
          never,
        );
        return weights;
      };
      expect(await run(() => 1e-300)).toEqual(start);
      // Only the last of the three steps moves: its gradient is that of the fresh weights.
      const once = await run((step) => (step === 2 ? 0.1 : 1e-300));
      const twice = await run((step) => (step === 2 ? 0.2 : 1e-300));
      for (const [i, { data }] of start.entries()) {
        for (const [j, value] of data.entries()) {
          expect(twice[i]!.data[j]! - value).toBeCloseTo(2 * (once[i]!.data[j]! - value), 5);
        }
      }
    });

    it("aborts between two batches of an epoch", async () => {
      const stop = new AbortController();
      let steps = 0;
      const end = await engine.train(
        { model: settings({ batch_size: 4 }), train: wave, seed: 1, epochs: 3 },
        {
          onStep: (step) => {
            steps = step;
            if (step === 3) stop.abort();
          },
          onEpoch: () => Promise.resolve("go on"),
        },
        stop.signal,
      );
      expect(end).toEqual({ kind: "aborted" });
      expect(steps).toBe(3);
    });

    it("hears an abort that comes by the event loop", async () => {
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 1);
      const job = { model: settings({ hidden: 1 }), train: wave, seed: 1, epochs: 1_000_000 };
      const end = await engine.train(job, { onEpoch: () => Promise.resolve("go on") }, stop.signal);
      expect(end).toEqual({ kind: "aborted" });
    });

    it("ends where the hook says stop", async () => {
      let seen = 0;
      const end = await engine.train(
        { model: settings(), train: wave, seed: 1, epochs: 5 },
        { onEpoch: ({ epoch }) => Promise.resolve((seen = epoch) === 2 ? "stop" : "go on") },
        never,
      );
      expect(end).toEqual({ kind: "stopped" });
      expect(seen).toBe(2);
    });

    it.each([
      { optimizer: "adam", dropout: 0.3 },
      { optimizer: "nadam", schedule: "cosine", schedule_epochs: 4 },
      { optimizer: "rmsprop", momentum: 0.5 },
      { optimizer: "adadelta", schedule: "reduce_on_plateau", schedule_patience: 1, learning_rate: 4 },
    ] as const)("goes on from a checkpoint as if it had never stopped: %o", async (overrides) => {
      const model = settings({ layers: 2, hidden: 3, ...overrides });
      const whole = await train(engine, model, { epochs: 4 });
      const half = await train(engine, model, { epochs: 2 });
      const stored = decodeCheckpoint(encodeCheckpoint({ states: [half.last], best: [], about: {} }));
      const rest = await train(engine, model, { epochs: 4, from: stored.states[0]! });
      expect([...half.losses, ...rest.losses]).toEqual(whole.losses);
      expect(rest.last).toEqual(whole.last);
    });

    oddSetsPart(() => engine, options);
    scoredPart(() => engine);
  });
}
