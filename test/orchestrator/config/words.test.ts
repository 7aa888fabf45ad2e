import { describe, expect, test } from "vitest";
import { errorsOf, hint } from "./support.ts";

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
    expect(await hint("top", "method: asha")).toContain("belongs under early_terminate: {type: asha}");
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
