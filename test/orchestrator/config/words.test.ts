import { describe, expect, test } from "vitest";
import { errorsOf, loadText, sweepOf, sweepWith, warningsOf } from "./support.ts";

/** The hint behind the first error of a sweep with this line under `section:`. */
async function hint(section: string, line: string): Promise<string> {
  const sections = new Map([
    ["data", "file: a.csv, targets: [y]"],
    ["model", ""],
    ["budget", "trials: 5"],
    ["metric", ""],
  ]);
  const given = sections.get(section);
  if (given !== undefined) sections.set(section, given === "" ? line : `${given}, ${line}`);
  const text = [...sections].filter(([, keys]) => keys !== "").map(([name, keys]) => `${name}: {${keys}}`);
  const parameters = section === "parameters" ? line : "dropout: {value: 0.1}";
  const top = section === "top" ? [line] : [];
  const message = await errorsOf([...text, ...top, "parameters:", `  ${parameters}`, ""].join("\n"));
  return message.split("\n")[0]!.replace(/^sweep.yaml:\d+:\d+: /, "");
}

describe("settings under the names of other tools and papers", () => {
  test.each([
    ["lr", "learning_rate"],
    ["hidden_dim", "hidden"],
    ["hiddenSize", "hidden"],
    ["n_layers", "layers"],
    ["num-layers", "layers"],
    ["dropout_rate", "dropout"],
    ["wd", "weight_decay"],
    ["grad_clip", "clip_norm"],
    ["rnn_type", "cell"],
    ["optim", "optimizer"],
    ["lr_scheduler", "schedule"],
    ["criterion", "loss"],
    ["adam_beta1", "beta1"],
    ["per_device_train_batch_size", "batch_size"],
  ])("%s is %s", async (theirs, ours) => {
    expect(await hint("parameters", `${theirs}: {values: [1, 2]}`)).toContain(`it is called ${ours} here`);
    expect(await hint("model", `${theirs}: 1`)).toContain(`it is called ${ours} here`);
  });

  test.each([
    ["budget", "num_epochs: 3", "it is called epochs here"],
    ["budget", "n_trials: 3", "it is called trials here"],
    ["budget", "maxTrialNumber: 3", "it is called trials here"],
    ["data", "lookback: 3", "it is called window here"],
    ["data", "prediction_length: 3", "it is called horizon here"],
    ["metric", "direction: minimize", "it is called goal here"],
    ["top", "searchSpace: {}", "it is called parameters here"],
    ["top", "points_to_evaluate: []", "it is called enqueue here"],
  ])("%s: %s", async (section, line, words) => {
    expect(await hint(section, line)).toContain(words);
  });
});

describe("values under other names", () => {
  test.each([
    ["optimizer: nag", "it is called nesterov here"],
    ["optimizer: AdamW", "it is called adamw here"],
    ["optimizer: sgd_momentum", "it is called momentum here"],
    ["loss: bce", "it is called binary_crossentropy here"],
    ["loss: mean_squared_error", "it is called mse here"],
    ["cell: LSTM", "it is called lstm here"],
    ["cell: BiLSTM", "write the cell without bi, and bidirectional: true"],
    ["schedule: CosineAnnealingLR", "it is called cosine here"],
    ["schedule: ReduceLROnPlateau", "it is called reduce_on_plateau here"],
    ["optimizer: admm", "did you mean adam?"],
  ])("%s", async (line, words) => {
    expect(await hint("model", line)).toContain(words);
  });

  test.each([
    ["val_acc", "it is called val_accuracy here"],
    ["accuracy", "it is called val_accuracy here"],
    ["loss", "it is called val_loss here"],
    ["valid_loss", "it is called val_loss here"],
    ["val/auroc", "it is called val_auc here"],
    ["eval_f1", "it is called val_f1 here"],
    ["test_acc", "trials are ranked by the validation rows only; there it is called val_accuracy"],
    ["train_loss", "trials are ranked by the validation rows only; there it is called val_loss"],
    ["val_acuracy", "did you mean val_accuracy?"],
    ["val_mea", "did you mean val_mae?"],
  ])("metric %s", async (name, words) => {
    expect(await hint("metric", `name: ${name}`)).toContain(words);
  });

  test.each([
    ["metric", "name: val_mape"],
    ["metric", "name: val/mAP"],
    ["metric", "name: precision"],
    ["metric", "name: perplexity"],
    ["model", "optimizer: Adamax"],
    ["model", "optimizer: adan"],
    ["model", "optimizer: RAdam"],
    ["model", "loss: logcosh"],
    ["model", "cell: transformer"],
    ["parameters", "l2: {min: 0.1, max: 0.2, distribution: inv_log_uniform_values}"],
    ["parameters", "l2: {min: 0.1, max: 0.2, distribution: beta}"],
    ["model", "beta: 0.9"],
  ])("what means something else is not supported, never renamed: %s: {%s}", async (section, line) => {
    const message = await hint(section, line);
    expect(message).toContain("not supported: ");
    expect(message).not.toMatch(/did you mean|it is called/);
  });

  test.each([
    ["quniform", "q_uniform"],
    ["loguniform", "log_uniform"],
    ["randint", "int"],
    ["LogUniform", "log_uniform"],
  ])("distribution %s", async (theirs, ours) => {
    const line = `learning_rate: {min: 0.1, max: 0.2, distribution: ${theirs}}`;
    expect(await hint("parameters", line)).toContain(`it is called ${ours} here`);
  });

  test("methods and rules", async () => {
    expect(await hint("top", "method: bayesian")).toContain("it is called bayes here");
    expect(await hint("top", "method: cmaes")).toContain("not supported: cmaes");
    expect(await hint("top", "method: asha")).toContain("stands under early_terminate: {type: asha}");
    expect(await hint("top", "method: BOHB")).toContain("method: tpe and early_terminate: {type: hyperband}");
    expect(await hint("top", "early_terminate: {type: medianstop}")).toContain("it is called median here");
  });
});

describe("advice names the right place", () => {
  test.each([
    ["top", "count: 10", "budget: {trials: …}"],
    ["parameters", "seed: {values: [1, 2, 3]}", "write repeats: {top: 3, seeds: 5}"],
    ["parameters", "dataset: {values: [a, b]}", "name the file under data:, and make one sweep for each"],
    ["parameters", "epochs: {value: 27}", "every trial may train for budget.epochs"],
    [
      "parameters",
      "model: {parameters: {hidden_size: {value: 3}, wd: {value: 0}}}",
      "write hidden, weight_decay directly under parameters:",
    ],
    ["parameters", "model.lstm.hidden_size: {value: 3}", "of hidden_size: it is called hidden here"],
    ["parameters", "model/dropout: {values: [0, 0.1]}", "names do not nest here; write dropout"],
    ["parameters", "optimizer__lr: {value: 0.1}", "of lr: it is called learning_rate here"],
    ["model", "patience: 3", "write early_stopping: 5"],
    ["model", "window: 3", "it belongs under data: (one value) or parameters: (searched)"],
    ["model", "lookback: 3", "it is called window here, and belongs under data:"],
  ])("%s: %s", async (section, line, words) => {
    expect(await hint(section, line)).toContain(words);
  });

  test("a parameter as a list of named ones, as Katib and Ax have it", async () => {
    const text = "data: {file: a.csv, targets: [y]}\nbudget: {trials: 1}\nparameters: [{name: lr}]\n";
    expect(await errorsOf(text)).toContain("found a list; write each under its own name");
  });
});

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
