import { optimizerNames } from "../../worker/protocol/optimizers.ts";
import { beforeAll, describe, expect, it } from "vitest";
import type { SequenceSet } from "../../worker/data/outputs/sequences.ts";
import type { Engine, EpochResult, LiveModel, TrainEnd, TrainingState } from "../../worker/engines/engine.ts";
import { initialWeights } from "../../worker/engines/init.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../worker/engines/checkpoint-file.ts";
import { epochOrder } from "../../worker/engines/order.ts";
import { dimsOf } from "../../worker/engines/weights.ts";
import {
  type CellName,
  cellNames,
  type ModelSettings,
  modelSettingsSchema,
} from "../../worker/protocol/model-settings.ts";
import { plainForward } from "../support/plain-network.ts";
import { autoregressive, meanSquaredError, naiveLoss } from "../support/sequence-problems.ts";

const never = new AbortController().signal;
const wave = autoregressive(40, 4);

export function settings(overrides: Partial<ModelSettings> = {}): ModelSettings {
  return modelSettingsSchema.parse({ hidden: 4, batch_size: 16, learning_rate: 0.01, ...overrides });
}

interface Training {
  readonly end: TrainEnd;
  readonly epochs: readonly EpochResult[];
  readonly losses: readonly number[];
  readonly last: TrainingState;
}

interface Options {
  readonly set?: SequenceSet;
  readonly epochs?: number;
  readonly seed?: number;
  readonly from?: TrainingState;
  readonly onEpoch?: (live: LiveModel) => Promise<void>;
}

/** Trains to the end and tells every epoch. */
export async function train(engine: Engine, model: ModelSettings, options: Options = {}): Promise<Training> {
  const { set = wave, epochs = 2, seed = 1, from, onEpoch } = options;
  const results: EpochResult[] = [];
  let last: TrainingState = { epoch: 0, step: 0, weights: [], optimizer: [] };
  const end = await engine.train(
    { model, train: set, seed, epochs, ...(from && { from }) },
    {
      onEpoch: async (result, live) => {
        results.push(result);
        last = live.state();
        await onEpoch?.(live);
        return "go on";
      },
    },
    never,
  );
  return { end, epochs: results, losses: results.map(({ trainLoss }) => trainLoss), last };
}

/**
 * What every engine promises (worker/engines/engine.ts). Tiny models: an engine may be slow. `cells`: those it has, if
 * not all.
 */
export function engineContract(
  name: string,
  load: () => Promise<Engine>,
  cells: readonly CellName[] = cellNames,
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

    it.each([
      { layers: 0 },
      { layers: 1, hidden: 1 },
      { layers: 2, hidden: 3 },
      { layers: 3, hidden: [2, 8, 1] },
      { batch_size: 1000 },
    ])("predicts the same from stored weights as while training: %o", async (overrides) => {
      const model = settings(overrides);
      let live = new Float32Array();
      const { last, losses } = await train(engine, model, {
        epochs: 1,
        onEpoch: async (trained) => {
          live = Float32Array.from(await trained.predict(wave, never));
        },
      });
      const stored = await engine.predict(model, last.weights, wave, never);
      expect(stored).toEqual(live);
      expect(losses[0]).toBeGreaterThan(0);
    });

    it("trains on a single sample", async () => {
      const single = autoregressive(1, 4);
      const { end, losses } = await train(engine, settings(), { set: single, epochs: 3 });
      expect(end).toEqual({ kind: "complete" });
      expect(losses[2]).toBeLessThan(losses[0]!);
    });

    it.each(optimizerNames)("lowers the loss with %s at its default learning rate", async (optimizer) => {
      const model = settings({ optimizer, learning_rate: undefined });
      const { losses } = await train(engine, model, { epochs: 4 });
      expect(losses[3]).toBeLessThan(losses[0]!);
    });

    it("takes one step an epoch with gradient_descent, whatever the batch size", async () => {
      const model = settings({ optimizer: "gradient_descent", layers: 0, learning_rate: 0.1 });
      const whole = await train(engine, { ...model, batch_size: 1000 }, { epochs: 3 });
      const pieces = await train(engine, { ...model, batch_size: 7 }, { epochs: 3 });
      expect(whole.last.step).toBe(3);
      expect(pieces.last.step).toBe(3);
      for (const [epoch, loss] of whole.losses.entries()) expect(pieces.losses[epoch]).toBeCloseTo(loss, 5);
    });

    it("ends at once when an absurd learning rate makes it explode", async () => {
      const model = settings({ optimizer: "sgd", learning_rate: 1e6, layers: 0 });
      const { end, epochs } = await train(engine, model, { epochs: 5 });
      expect(end).toMatchObject({ kind: "diverged", epoch: 1, step: 2 });
      expect(epochs).toEqual([]);
    });

    it("ends at once on data that are not numbers", async () => {
      const broken = { ...wave, values: wave.values.map((value, row) => (row === 20 ? NaN : value)) };
      const { end } = await train(engine, settings(), { set: broken });
      expect(end).toMatchObject({ kind: "diverged", epoch: 1, loss: NaN });
    });

    const masked = [
      { layers: 2, dropout: 0.4, recurrent_dropout: 0.3, cell: "lstm" },
      { layers: 2, dropout: 0.4, recurrent_dropout: 0.3, cell: "lstm", bidirectional: true },
      { layers: 2, dropout: 0.4, recurrent_dropout: 0.3, cell: "gru" },
      { layers: 1, dropout: 0.4, recurrent_dropout: 0.3, cell: "rnn" },
    ] as const;
    it.each(masked.filter(({ cell }) => cells.includes(cell)))(
      "drops exactly what seqtune's masks say: %o",
      async (overrides) => {
        const model = settings({ ...overrides, batch_size: 20, learning_rate: 1e-300, optimizer: "sgd" });
        const losses: number[] = [];
        await engine.train(
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
          expect(losses[index]! / expected).toBeCloseTo(1, 4);
        }
      },
    );

    it("refuses a training set without samples", async () => {
      const empty = { ...wave, starts: new Int32Array(0), targets: new Float32Array(0) };
      await expect(train(engine, settings(), { set: empty })).rejects.toThrow("no samples to train on");
    });

    it("refuses weights of another model", async () => {
      const weights = initialWeights(settings({ hidden: 3 }), dimsOf(wave), 1);
      await expect(engine.predict(settings({ hidden: 4 }), weights, wave, never)).rejects.toThrow(
        "lstm0/kernel should be [1, 16] and is [1, 12]",
      );
    });
  });
}
