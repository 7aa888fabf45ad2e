import { describe, expect, test } from "vitest";
import { settingsFor } from "../../../orchestrator/config/sweep.ts";
import { loadText, sweepOf, sweepWith, warningsOf } from "./support.ts";

async function domainOf(spec: string, name = "learning_rate"): Promise<unknown> {
  const sweep = await sweepOf(sweepWith(`${name}: ${spec}`));
  return sweep.space.parameters[0]?.domain;
}

describe("a small sweep file", () => {
  const text = `
name: first
seed: 3
metric: {name: val_mae}
data: {file: ../data/load.csv, targets: [load], window: 48}
model: {optimizer: sgd}
parameters:
  learning_rate: {min: 0.001, max: 0.1, distribution: log_uniform}
budget: {trials: 10, epochs: 5, wall_time: 1h30m, target: 0.2}
early_terminate: {type: median}
workers: 4
`;

  test("is resolved with absolute paths, defaults and units", async () => {
    const { source, space, data, model, ...rest } = await sweepOf(text);
    expect(source).toBe(text);
    expect(rest).toEqual({
      name: "first",
      description: "",
      seed: 3,
      method: { name: "random" },
      metric: { name: "val_mae", goal: "minimize" },
      budget: { trials: 10, epochs: 5, wallTimeMs: 5_400_000, target: 0.2 },
      earlyTerminate: [{ type: "median", min_epochs: 1, interval: 1, min_trials: 4 }],
      enqueue: [],
      knownResults: [],
      workers: { count: 4, engine: "auto" },
      lab: { requires: {}, priority: 1 },
      file: "/lab/sweep.yaml",
    });
    expect(data.file).toBe("/data/load.csv");
    expect(data.settings).toMatchObject({ targets: ["load"], window: 48, horizon: 1, features: "numeric" });
    expect(model).toMatchObject({ optimizer: "sgd", layers: 1, batch_size: 32 });
    expect(space.parameters).toEqual([
      {
        name: "learning_rate",
        domain: { kind: "float", min: 0.001, max: 0.1, scale: "log" },
        when: [],
      },
    ]);
  });

  test("gives every setting of a trial", async () => {
    const resolved = settingsFor(await sweepOf(text), { learning_rate: 0.05 });
    if (!resolved.ok) throw new Error(resolved.message);
    expect(resolved.settings.model).toMatchObject({ learning_rate: 0.05, optimizer: "sgd" });
    expect(resolved.settings.data).toMatchObject({ window: 48 });
  });

  test("refuses parameters that a trial cannot have", async () => {
    const sweep = await sweepOf(text);
    expect(settingsFor(sweep, { learning_rate: -1 })).toMatchObject({ ok: false });
    expect(settingsFor(sweep, { horizon: 3 })).toMatchObject({
      ok: false,
      message: "horizon: there is no such key; it belongs under data:",
    });
  });
});

test("what is left out has a default", async () => {
  const sweep = await sweepOf(sweepWith("dropout: {values: [0.1, 0.2]}"));
  expect(sweep).toMatchObject({
    name: "sweep",
    seed: 1,
    method: { name: "random" },
    metric: { name: "val_mse", goal: "minimize" },
    budget: { epochs: 20 },
    earlyTerminate: [],
    workers: { count: 2, engine: "auto" },
  });
});

test("a precision belongs to the engine's name", async () => {
  const withWorkers = (workers: string) =>
    sweepWith("dropout: {value: 0.1}", `workers: {count: 1, ${workers}}`);
  const fast = await sweepOf(withWorkers("engine: cuda, precision: fast, lanes: 8"));
  expect(fast.workers).toEqual({ count: 1, engine: "cuda:fast", lanes: 8 });
  const single = await sweepOf(withWorkers("engine: cuda, precision: single"));
  expect(single.workers).toEqual({ count: 1, engine: "cuda" });
});

test("a sweep for classes ranks by accuracy unless it says otherwise", async () => {
  const data =
    "data: {file: a.csv, targets: [y], task: binary}\nbudget: {trials: 1}\nparameters: {hidden: {value: 8}}";
  const text = `${data}\nmodel: {loss: binary_crossentropy}`;
  expect((await sweepOf(text)).metric).toEqual({ name: "val_accuracy", goal: "maximize" });
});

test("a trial has the defaults of what is not searched, or not searched under its conditions", async () => {
  const text = sweepWith(
    "window: {values: [12, 48]}\nlayers: {values: [0, 1]}\nhidden: {values: [8, 16], when: {layers: 1}}",
  );
  const resolved = settingsFor(await sweepOf(text), { window: 48, layers: 0 });
  expect(resolved).toMatchObject({
    ok: true,
    settings: { data: { window: 48, stride: 1 }, model: { layers: 0, hidden: 32, optimizer: "adam" } },
  });
});

test.each([
  ["90s", 90_000],
  ["3m", 180_000],
  ["1h30m", 5_400_000],
  ["1.5h", 5_400_000],
  ["2d", 172_800_000],
  ["500ms", 500],
  [30, 30_000],
])("a wall time of %s is %i ms", async (written, milliseconds) => {
  const text = sweepWith("l2: {value: 0}").replace("trials: 5", `trials: 5, wall_time: ${written}`);
  expect((await sweepOf(text)).budget.wallTimeMs).toBe(milliseconds);
});

describe("a parameter", () => {
  test.each([
    ["{value: 0.1}", { kind: "constant", value: 0.1 }],
    ["{value: 0.1, distribution: constant}", { kind: "constant", value: 0.1 }],
    ["{values: [0.1, 0.2], distribution: categorical}", { kind: "categorical", values: [0.1, 0.2] }],
    ["{min: 0.1, max: 0.2}", { kind: "float", min: 0.1, max: 0.2, scale: "linear" }],
    ["{min: 1, max: 2, distribution: uniform}", { kind: "float", min: 1, max: 2, scale: "linear" }],
    [
      "{min: 0.1, max: 1, distribution: log_uniform_values}",
      { kind: "float", min: 0.1, max: 1, scale: "log" },
    ],
    ["{min: 0.1, max: 0.3, q: 0.1}", { kind: "float", min: 0.1, max: 0.3, scale: "linear", step: 0.1 }],
    [
      "{min: 0.1, max: 0.3, distribution: q_log_uniform_values, step: 0.1}",
      { kind: "float", min: 0.1, max: 0.3, scale: "log", step: 0.1 },
    ],
    ["{min: 0.5, max: 0.5}", { kind: "constant", value: 0.5 }],
    ["{min: 1, max: 3, distribution: int}", { kind: "int", min: 1, max: 3, scale: "linear", step: 1 }],
  ])("learning_rate: %s", async (spec, domain) => {
    expect(await domainOf(spec)).toEqual(domain);
  });

  test.each([
    ["{min: 8, max: 32}", { kind: "int", min: 8, max: 32, scale: "linear", step: 1 }],
    ["{min: 8, max: 32, step: 8}", { kind: "int", min: 8, max: 32, scale: "linear", step: 8 }],
    ["{min: 8, max: 32, distribution: log_int}", { kind: "int", min: 8, max: 32, scale: "log", step: 1 }],
    [
      "{min: 8, max: 32, distribution: q_uniform, q: 8}",
      { kind: "int", min: 8, max: 32, scale: "linear", step: 8 },
    ],
    ["{values: [8, auto]}", { kind: "categorical", values: [8, "auto"] }],
  ])("hidden: %s", async (spec, domain) => {
    expect(await domainOf(spec, "hidden")).toEqual(domain);
  });

  test("may be a list of column names, or null", async () => {
    const features = await domainOf("{values: [numeric, [a, b]]}", "features");
    expect(features).toEqual({ kind: "categorical", values: ["numeric", ["a", "b"]] });
    const clip = await domainOf("{values: [null, 1]}", "clip_norm");
    expect(clip).toEqual({ kind: "categorical", values: [null, 1] });
  });
});

describe("conditions", () => {
  test("refer to earlier parameters, in whatever order the file has them", async () => {
    const sweep = await sweepOf(
      sweepWith(`
momentum: {min: 0.5, max: 0.9, when: {optimizer: [momentum, nesterov]}}
dropout: {min: 0.1, max: 0.5, when: {layers: 1}}
layers: {values: [0, 1]}
optimizer: {values: [adam, momentum, nesterov]}`),
    );
    const { parameters } = sweep.space;
    expect(parameters.map(({ name }) => name)).toEqual(["layers", "dropout", "optimizer", "momentum"]);
    expect(parameters[1]?.when).toEqual([{ param: "layers", in: [1] }]);
    expect(parameters[3]?.when).toEqual([{ param: "optimizer", in: ["momentum", "nesterov"] }]);
  });
});

describe("warnings", () => {
  test("a good file has none", async () => {
    expect(await warningsOf(sweepWith("dropout: {min: 0.1, max: 0.5}"))).toBe("");
  });
});

test("the file is read where the caller says", async () => {
  expect((await loadText(sweepWith("dropout: {value: 0.1}"))).ok).toBe(true);
});
