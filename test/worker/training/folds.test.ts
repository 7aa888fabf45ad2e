import { protocolVersion } from "../../../worker/protocol/assignment.ts";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { rngFor } from "../../../search/random.ts";
import { prepareFolds } from "../../../worker/data/prepare.ts";
import type { Engine } from "../../../worker/engines/engine.ts";
import { loadEngine } from "../../../worker/engines/registry.ts";
import { decodeModel } from "../../../worker/model/model-file.ts";
import { fromWire } from "../../../worker/protocol/numbers.ts";
import { predictionLoss } from "../../../worker/training/validation-loss.ts";
import { foldSeed } from "../../../worker/training/committee.ts";
import { createSession } from "../../../worker/training/session.ts";
import { blobOf, runTrial, smallSettings, type Outcome, type TrialOptions } from "./run-trial.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine("fused");
});

const steps = ["a", "b", "c", "d"];

/** 60 samples of four steps: their sum, and whether it is positive. */
const csv = new TextEncoder().encode(
  [
    ["sum", "sign", ...steps].join(","),
    ...Array.from({ length: 60 }, (_, sample) => {
      const rng = rngFor(sample, "row");
      const row = steps.map(() => 20 + 5 * rng.normal());
      const sum = row.reduce((a, b) => a + b, 0);
      return [sum, sum > 80 ? "up" : "down", ...row].join(",");
    }),
  ].join("\n"),
);
const sums = { layout: "wide", targets: ["sum"], features: steps, split: { train: 0.5, validation: 0.2 } };
const signs = { ...sums, task: "binary", targets: ["sign"] };
const crossEntropy = { loss: "binary_crossentropy" };
const tasks = [
  ["numbers", { data: { ...sums, folds: 3 }, metric: "val_loss" }],
  ["classes", { data: { ...signs, folds: 3 }, model: crossEntropy, metric: "val_loss" }],
] as const;

const train = async (options: TrialOptions): Promise<Outcome> => await runTrial(engine, csv, options);
const never = new AbortController().signal;

describe("folds of samples", () => {
  it.each(tasks)("keep every fold's model as it was in the best epoch: %s", async (_, options) => {
    const { finished, curve } = await train(options);
    const { members } = decodeModel(finished.model!.bytes);
    const settings = smallSettings(options);
    const losses = await Promise.all(
      prepareFolds(csv, settings.data).map(async (fold, k) => {
        const predictions = await engine.predict(settings.model, members[k]!, fold.validation, never);
        return predictionLoss(settings.model, fold.validation, predictions);
      }),
    );
    const best = curve.reduce((a, b) => (b[1] < a[1] ? b : a));
    expect(finished.model?.epoch).toBe(best[0]);
    expect(losses.reduce((sum, loss) => sum + loss, 0) / 3).toBe(best[1]);
  });

  it.each(tasks)("are tested by the mean of what their models say: %s", async (_, options) => {
    const { finished } = await train(options);
    const { bytes } = finished.model!;
    const settings = smallSettings(options);
    const folds = prepareFolds(csv, settings.data, { test: true });
    const said = await Promise.all(
      decodeModel(bytes).members.map(async (weights, k) =>
        folds[k]!.decode("test", await engine.predict(settings.model, weights, folds[k]!.test!, never)),
      ),
    );
    const mean = said[0]!.map((value, i) => (value + said[1]![i]! + said[2]![i]!) / 3);
    const metrics = await evaluate(options, bytes, "test");
    const expected = folds[2]!.scoreDecoded("test", mean);
    for (const [name, value] of Object.entries(expected)) expect(metrics[name], name).toBeCloseTo(value, 9);
    expect(mean).not.toEqual(said[2]);
  });

  it("are judged on validation samples one by one, each on those it has not seen", async () => {
    const options = tasks[0][1];
    const { curve, finished } = await train(options);
    const metrics = await evaluate(options, finished.model!.bytes, "validation");
    const [, best] = curve[finished.model!.epoch - 1]!;
    expect(metrics.val_mse).toBeCloseTo(best, 6); // scaled by one scale, the loss of training is the same
  });

  it("start from other weights each, the first from those of a trial without folds", () => {
    const seeds = [0, 1, 2].map((member) => foldSeed(5, member, { layout: "wide" }));
    expect(seeds[0]).toBe(5);
    expect(new Set(seeds).size).toBe(3);
    expect([0, 1, 2].map((member) => foldSeed(5, member, { layout: "series" }))).toEqual([5, 5, 5]);
  });

  it("end together when one of them fails", async () => {
    const ended: string[] = [];
    let started = 0;
    const failing: Engine = {
      info: engine.info,
      predict: async (...given) => await engine.predict(...given),
      dispose: () => {},
      train: async (...given) => {
        if (++started === 2) throw new Error("Cannot enlarge memory");
        const end = await engine.train(...given);
        ended.push(end.kind);
        return end;
      },
    };
    const { finished } = await runTrial(failing, csv, tasks[0][1]);
    expect(finished.end).toMatchObject({ kind: "failed", failure: "out_of_memory" });
    await vi.waitFor(() => expect(ended).toEqual(["stopped", "stopped"]), { timeout: 10_000 });
  });

  it.each(["pause", "hand_back"] as const)(
    "on %s go on from a checkpoint as if nothing had happened",
    async (how) => {
      const [, options] = tasks[1];
      const model = { ...crossEntropy, schedule: "reduce_on_plateau", dropout: 0.2 };
      const whole = await train({ ...options, model, epochs: 6 });
      // In the middle of the fourth epoch, where the folds have got differently far.
      let asked = 0;
      const interruption = (epochs: number) => (epochs >= 3 && ++asked > 4 ? how : null);
      const first = await train({ ...options, model, epochs: 6, interruption });
      expect(first.finished.end).toEqual({ kind: how === "pause" ? "paused" : "handed_back", epoch: 3 });
      const { bytes, epoch } = first.finished.checkpoint!;
      const from = { epoch, checkpoint: blobOf(bytes) };
      const second = await train({ ...options, model, epochs: 6, from, weights: bytes });
      expect([...first.curve, ...second.curve]).toEqual(whole.curve);
      expect(second.finished.model).toEqual(whole.finished.model);
    },
  );
});

describe("folds of a series", () => {
  const rows = new TextEncoder().encode(
    `y\n${Array.from({ length: 120 }, (_, row) => Math.sin(row / 4).toFixed(4)).join("\n")}\n`,
  );
  const options = {
    data: { targets: ["y"], window: 8, split: { train: 0.6, validation: 0.1 }, folds: 3 },
  };

  it("keep the last fold's model, which has seen the most", async () => {
    const { finished } = await runTrial(engine, rows, options);
    expect(decodeModel(finished.model!.bytes).members).toHaveLength(1);
  });

  it("go on from a checkpoint to the same curve and model", async () => {
    const whole = await runTrial(engine, rows, options);
    const first = await runTrial(engine, rows, { ...options, epochs: 2, pauses: true });
    expect(first.finished.end).toEqual({ kind: "paused", epoch: 2 });
    const { bytes } = first.finished.checkpoint!;
    const from = { epoch: 2, checkpoint: blobOf(bytes) };
    const second = await runTrial(engine, rows, { ...options, from, weights: bytes });
    expect([...first.curve, ...second.curve]).toEqual(whole.curve);
    expect(second.finished.model).toEqual(whole.finished.model);
  });
});

/** The metrics of an `evaluate` assignment; rejects where it fails. */
async function evaluate(
  options: TrialOptions,
  weights: Uint8Array,
  split: "validation" | "test",
): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  const { end } = await createSession(engine).run(
    {
      assignment: {
        kind: "evaluate",
        version: protocolVersion,
        ref: { study: "s", trial: 0, attempt: 1 },
        settings: smallSettings(options),
        data: blobOf(csv),
        seed: 5,
        model: blobOf(weights),
        split,
      },
      data: csv,
      weights,
    },
    {
      progress: (news) => {
        if (news.kind !== "evaluated") return;
        for (const [name, value] of Object.entries(news.metrics)) found[name] = fromWire(value);
      },
      interruption: () => null,
    },
  );
  if (end.kind === "failed") throw new Error(end.message);
  return found;
}
