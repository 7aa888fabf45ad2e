import { describe, expect, test } from "vitest";
import { errorsOf, hint, warningsOf, sweepOf, sweepWith, loadText } from "./support.ts";

describe("ranges as other tools write them", () => {
  test.each([
    ["hidden: choice(16, 32)", "write hidden: {values: [16, 32]}"],
    ["hidden: tune.choice([16, 32])", "write hidden: {values: [16, 32]}"],
    ["hidden: tune.randint(8, 65)", "write hidden: {min: 8, max: 64, distribution: int}"],
    [
      "learning_rate: tune.loguniform(1e-4, 1e-1)",
      "write learning_rate: {min: 1e-4, max: 1e-1, distribution: log_uniform}",
    ],
    [
      "hidden: \"trial.suggest_int('n', 8, 64, log=True)\"",
      "write hidden: {min: 8, max: 64, distribution: log_int}",
    ],
    [
      "dropout: tune.quniform(0, 0.5, 0.1)",
      "write dropout: {min: 0, max: 0.5, distribution: q_uniform, step: 0.1}",
    ],
    [
      "learning_rate: {_type: loguniform, _value: [0.0001, 0.1]}",
      "here: learning_rate: {min: 0.0001, max: 0.1, distribution: log_uniform}",
    ],
    ["hidden: {_type: choice, _value: [16, 32]}", "here: hidden: {values: [16, 32]}"],
    ["hidden: {low: 8, high: 64}", "it is called min here"],
    ["hidden: {min_value: 8, max_value: 64}", "it is called min here"],
    ["hidden: {min: 8, max: 64, log: true}", "write distribution: log_uniform beside min and max"],
  ])("%s", async (line, words) => {
    expect(await hint("parameters", line)).toContain(words);
  });

  test("a call between braces, which YAML cuts at its comma, is one mistake and is called that", async () => {
    const text = sweepWith("hidden: choice(16, 32)").replace(
      /parameters:\n\s+hidden: (.*)/,
      "parameters: {hidden: $1}",
    );
    const errors = await errorsOf(text);
    expect(errors).toContain('found "choice(16", for between braces a call ends at its comma; quote it');
    expect(errors).not.toContain("no such key");
  });

  test("an end written with a point makes a range of all numbers", async () => {
    const { space } = await sweepOf(
      sweepWith("clip_norm: {min: 1.0, max: 10.0}\nhidden: {min: 8.0, max: 64}"),
    );
    expect(space.parameters.map(({ domain }) => domain.kind)).toEqual(["float", "int"]);
    expect((await sweepOf(sweepWith("clip_norm: {min: 1, max: 10}"))).space.parameters[0]!.domain.kind).toBe(
      "int",
    );
  });

  test("both readings of log_uniform are shown where both are legal", async () => {
    expect(
      await warningsOf(sweepWith("hidden: {min: 3, max: 6, distribution: q_log_uniform, q: 1}")),
    ).toContain(
      "this draws from 3 to 6; in W&B q_log_uniform takes exponents, and would draw from 20.0855 to 403.429; write q_log_uniform_values if you mean the first",
    );
    expect(
      await warningsOf(sweepWith("hidden: {min: 3, max: 9, distribution: q_log_uniform_values, q: 1}")),
    ).toBe("");
    expect(
      await warningsOf(sweepWith("learning_rate: {min: 0.0001, max: 0.1, distribution: log_uniform}")),
    ).toBe("");
    expect(await warningsOf(sweepWith("hidden: {min: 16, max: 128, distribution: log_int}"))).toBe("");
    expect(await errorsOf(sweepWith("clip_norm: {min: 0, max: 2.3, distribution: log_uniform}"))).toContain(
      "for e^0 to e^2.3 write min: 1 and max: 9.97418",
    );
  });
});

describe("W&B's hyperband is one bracket that stops", () => {
  test.each([
    ["{type: hyperband, min_iter: 3}", "{type: asha, mode: stop, min_epochs: 3, eta: 3}"],
    [
      "{type: hyperband, min_iter: 2, eta: 4, strict: true}",
      "{type: asha, mode: stop, min_epochs: 2, eta: 4}",
    ],
    [
      "{type: hyperband, max_iter: 27, s: 2}",
      "{type: asha, mode: stop, min_epochs: 3, eta: 3}, with budget: {epochs: 27}",
    ],
  ])("%s", async (rule, ours) => {
    expect(await hint("top", `early_terminate: ${rule}`)).toContain(`here that is ${ours}`);
  });

  test.each([
    ["grace_period: 3", "it is called min_epochs here"],
    ["reduction_factor: 3", "it is called eta here"],
    ["max_t: 81", "budget.epochs says how long a trial may train"],
    ["brackets: 2", "type: hyperband has several brackets"],
  ])("Ray's %s", async (setting, words) => {
    expect(await hint("top", `early_terminate: {type: asha, ${setting}}`)).toContain(words);
  });
});

describe("normal distributions and probabilities", () => {
  test("are read within what the setting can be", async () => {
    const { space } = await sweepOf(
      sweepWith(`hidden: {distribution: q_normal, mu: 32, sigma: 8, q: 4}
dropout: {distribution: normal, mu: 0.2, sigma: 0.1, max: 0.6}
learning_rate: {distribution: log_normal, mu: -6, sigma: 1}
optimizer: {values: [adam, sgd], probabilities: [0.75, 0.25]}`),
    );
    expect(space.parameters.map(({ domain }) => domain)).toEqual([
      { kind: "int", min: 4, max: 72, scale: "linear", normal: { mu: 32, sigma: 8 }, step: 4 },
      { kind: "float", min: 0, max: 0.6, scale: "linear", normal: { mu: 0.2, sigma: 0.1 } },
      { kind: "float", min: Math.exp(-11), max: Math.exp(-1), scale: "log", normal: { mu: -6, sigma: 1 } },
      { kind: "categorical", values: ["adam", "sgd"], probabilities: [0.75, 0.25] },
    ]);
  });

  test.each([
    [
      "learning_rate: {distribution: normal, mu: 0.01, sigma: 0.01}",
      "reaches 0, which learning_rate cannot be",
    ],
    ["dropout: {distribution: normal, mu: 9, sigma: 0.1}", "lie outside what dropout can be"],
    ["dropout: {distribution: q_normal, mu: 0.1, sigma: 0.1}", "this distribution needs a q (or step)"],
    ["dropout: {distribution: normal, mu: 0.1}", "parameters.dropout.sigma: this key is missing"],
    ["dropout: {mu: 0.1, sigma: 0.1}", "parameters.dropout.distribution: this key is missing"],
    ["dropout: {distribution: gaussian, mu: 0.1, sigma: 0.1}", "it is called normal here"],
    ["optimizer: {values: [adam, sgd], probabilities: [0.5]}", "there are 1 probabilities for 2 values"],
    ["optimizer: {values: [adam, sgd], probabilities: [0.5, 0.6]}", "the probabilities sum to 1.1, not to 1"],
    ["optimizer: {values: [adam, sgd], probabilities: [0, 1]}", "found 0"],
  ])("are refused in one sentence: %s", async (line, words) => {
    expect(await hint("parameters", line)).toContain(words);
  });
});

describe("texts that look like numbers", () => {
  test.each(["name: 2024", "name: true", "description: 1.10"])("%s needs quotes", async (line) => {
    expect(await hint("top", line)).toContain("needs quotes around it");
  });

  test("with quotes it is a name", async () => {
    const loaded = await loadText(sweepWith("dropout: {value: 0.1}", 'name: "2024"'));
    expect(loaded.ok && loaded.sweep.name).toBe("2024");
  });
});
