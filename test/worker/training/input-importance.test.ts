import { beforeAll, describe, expect, it } from "vitest";
import { rngFor } from "../../../search/random.ts";
import type { Engine } from "../../../worker/engines/engine.ts";
import { loadEngine } from "../../../worker/engines/registry.ts";
import { protocolVersion } from "../../../worker/protocol/assignment.ts";
import type { InputImportance } from "../../../worker/protocol/input-importance.ts";
import { createSession } from "../../../worker/training/session.ts";
import type { Progress } from "../../../worker/training/trainer.ts";
import { blobOf, runTrial, smallSettings, type TrialOptions } from "./run-trial.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine("fused");
});

const rng = rngFor(1, "inputs");
const table = Array.from({ length: 300 }, () => ({ driver: rng.normal(), noise: rng.normal() }));
/** `y` is what `driver` was a row before; `noise` says nothing; `still` never changes. */
const csv = new TextEncoder().encode(
  `y,driver,noise,still\n${table
    .map(
      ({ driver, noise }, row) =>
        `${(table[row - 1]?.driver ?? 0).toFixed(4)},${driver.toFixed(4)},${noise.toFixed(4)},1`,
    )
    .join("\n")}\n`,
);
const data = { targets: ["y"], features: ["driver", "noise"], window: 4 };
const linear = { layers: 0, learning_rate: 0.05 };
const options: TrialOptions = { data, model: linear, epochs: 20 };

interface Asked {
  readonly seed?: number;
  readonly metric?: string;
  readonly goal?: "minimize" | "maximize";
  readonly repeats?: number;
}

async function importance(given: TrialOptions, asked: Asked = {}): Promise<InputImportance> {
  const { seed = 1, metric = "val_mse", goal = "minimize", repeats = 4 } = asked;
  const { finished } = await runTrial(engine, csv, given);
  const weights = finished.model!.bytes;
  const assignment = {
    kind: "score_inputs" as const,
    version: protocolVersion,
    ref: { study: "s", trial: 0, attempt: 1 },
    settings: smallSettings(given),
    data: blobOf(csv),
    model: blobOf(weights),
    seed,
    metric: { name: metric, goal },
    repeats,
  } as const;
  const news: Progress[] = [];
  const { end } = await createSession(engine).run(
    { assignment, data: csv, weights },
    { progress: (one) => news.push(one), interruption: () => null },
  );
  expect(end).toEqual({ kind: "complete" });
  const found = news.find((one) => one.kind === "inputs_scored");
  if (found === undefined) throw new Error("no answer");
  return found.found;
}

describe("the importance of inputs", () => {
  it("is the squared weight times twice the variance for a linear model, and near nothing for noise", async () => {
    const { score, samples, inputs, repeats } = await importance(options, { repeats: 20 });
    expect([samples, repeats]).toEqual([45, 20]);
    const [driver, noise] = inputs;
    expect([driver!.name, noise!.name]).toEqual(["driver", "noise"]);
    // The model has learned y = driver before; shuffled, errors have twice the variance of y: about 2 in its deviations.
    expect(score).toBeLessThan(0.05);
    expect(driver!.worse).toBeGreaterThan(1.4);
    expect(driver!.worse).toBeLessThan(2.6);
    expect(Math.abs(noise!.worse!)).toBeLessThan(0.1);
    expect(driver!.error).toBeLessThan(driver!.worse! / 4);
  });

  it("is the same by the same seed, and another by another", async () => {
    const first = await importance(options);
    expect(await importance(options)).toEqual(first);
    expect((await importance(options, { seed: 2 })).inputs).not.toEqual(first.inputs);
  });

  it("counts a metric that is maximized the other way round", async () => {
    const { metric, inputs } = await importance(options, { metric: "val_r2", goal: "maximize" });
    expect(metric).toBe("val_r2");
    expect(inputs[0]!.name).toBe("driver");
    expect(inputs[0]!.worse).toBeGreaterThan(1);
  });

  it("goes by the validation loss where trials are ranked by what samples do not change", async () => {
    const { metric } = await importance({ ...options, epochs: 2 }, { metric: "train_loss" });
    expect(metric).toBe("val_loss");
  });

  it("is known for quantiles", async () => {
    const { inputs } = await importance(
      { ...options, model: { ...linear, loss: "quantile" } },
      { metric: "val_pinball" },
    );
    expect(inputs[0]!.name).toBe("driver");
  });
});
