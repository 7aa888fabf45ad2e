import { beforeAll, describe, expect, it } from "vitest";
import { decodeModel } from "../../../worker/model/model-file.ts";
import type { Engine } from "../../../worker/engines/engine.ts";
import { loadEngine } from "../../../worker/engines/registry.ts";
import { blobOf, runTrial, type Outcome, type TrialOptions } from "./run-trial.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine("fused");
});

/** 240 rows of a wave with a little noise that repeats. */
const csv = new TextEncoder().encode(
  `y\n${Array.from({ length: 240 }, (_, row) => (Math.sin(row / 4) + 0.05 * ((row * 7919) % 13)).toFixed(4)).join("\n")}\n`,
);
const data = blobOf(csv);
const wave = { targets: ["y"], window: 12, horizon: 2, split: { train: 0.6, validation: 0.2 } };

async function train(options: TrialOptions = {}): Promise<Outcome> {
  return await runTrial(engine, csv, { ...options, data: { ...wave, ...options.data } });
}

describe("a trial in a worker", () => {
  it("reports every epoch and keeps the best epoch's weights with what is needed to run them", async () => {
    const { finished, curve } = await train();
    expect(finished.end).toEqual({ kind: "complete" });
    expect(curve.map(([epoch]) => epoch)).toEqual([1, 2, 3, 4]);
    const best = curve.reduce((a, b) => (b[1] < a[1] ? b : a));
    expect(finished.model?.epoch).toBe(best[0]);
    const file = decodeModel(finished.model!.bytes);
    expect(file.about).toMatchObject({ seed: 5, epoch: best[0], features: ["y"], outputs: ["y+1", "y+2"] });
  });

  it("gives bit-equal curves when it runs again", async () => {
    expect((await train()).curve).toEqual((await train()).curve);
  });

  it.each(["pause", "hand_back"] as const)(
    "on %s keeps a checkpoint from which it goes on as if nothing had happened",
    async (how) => {
      const whole = await train({ epochs: 6 });
      const first = await train({ epochs: 6, interruption: (epochs) => (epochs >= 3 ? how : null) });
      expect(first.finished.end).toEqual({ kind: how === "pause" ? "paused" : "handed_back", epoch: 3 });
      const { bytes, epoch } = first.finished.checkpoint!;
      const second = await train({ epochs: 6, from: { epoch, checkpoint: data }, weights: bytes });
      expect([...first.curve, ...second.curve]).toEqual(whole.curve);
      expect(second.finished.model?.epoch).toBe(whole.finished.model?.epoch);
      expect(decodeModel(second.finished.model!.bytes).members).toEqual(
        decodeModel(whole.finished.model!.bytes).members,
      );
    },
  );

  it("pauses by itself where it should, and goes on to the same curve", async () => {
    // As planOf has it: the schedule follows the whole budget, not the next pause.
    const model = { schedule: "cosine", schedule_epochs: 4 };
    const whole = await train({ model });
    const first = await train({ model, epochs: 2, pauses: true });
    expect(first.finished.end).toEqual({ kind: "paused", epoch: 2 });
    const { bytes } = first.finished.checkpoint!;
    const from = { epoch: 2, checkpoint: { sha256: "0".repeat(64), bytes: bytes.byteLength } };
    const second = await train({ model, from, weights: bytes });
    expect(second.finished.end).toEqual({ kind: "complete" });
    expect([...first.curve, ...second.curve]).toEqual(whole.curve);
  });

  it("stops between two batches when it is ordered to, with the best so far", async () => {
    const { finished, curve } = await train({
      epochs: 50,
      interruption: (epochs) => (epochs >= 2 ? "stop" : null),
    });
    expect(finished.end).toEqual({ kind: "stopped" });
    expect(curve).toHaveLength(2);
    expect(finished.model).toBeDefined();
  });

  it("says in which epoch and step it diverged", async () => {
    const { finished } = await train({ model: { optimizer: "sgd", learning_rate: 1e5 } });
    expect(finished.end.kind).toBe("diverged");
    expect(finished.end).toMatchObject({ epoch: 1 });
    expect(finished.model).toBeUndefined();
  });

  it("ends early as complete when the score has not improved for a while", async () => {
    const { finished, curve } = await train({
      epochs: 200,
      model: { optimizer: "sgd", learning_rate: 1e-12, early_stopping: 3 },
    });
    expect(finished.end).toEqual({ kind: "complete" });
    expect(curve.length).toBeLessThan(200);
  });

  it("reports the mean over the folds of a cross-validation, and stops all folds together", async () => {
    const { finished, curve } = await train({ data: { folds: 3 } });
    expect(finished.end).toEqual({ kind: "complete" });
    expect(curve.map(([epoch]) => epoch)).toEqual([1, 2, 3, 4]);
    const stopped = await train({
      data: { folds: 3 },
      epochs: 50,
      interruption: (epochs) => (epochs >= 2 ? "stop" : null),
    });
    expect(stopped.finished.end).toEqual({ kind: "stopped" });
    const diverged = await train({ data: { folds: 3 }, model: { optimizer: "sgd", learning_rate: 1e5 } });
    expect(diverged.finished.end.kind).toBe("diverged");
  });

  it("fails with a sentence for data or settings that cannot work", async () => {
    const bad = await train({ data: { targets: ["z"] } });
    expect(bad.finished.end).toMatchObject({ kind: "failed", failure: "bad_data" });
    const metric = await train({ metric: "val_accuracy" });
    expect(metric.finished.end).toMatchObject({ kind: "failed" });
    expect(metric.finished.end).toHaveProperty("message", expect.stringMatching(/no metric val_accuracy/));
  });
});
