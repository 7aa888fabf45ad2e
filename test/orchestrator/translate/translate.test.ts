import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { commandLineIn } from "../../support/command-line.ts";
import { useFolder } from "../../support/use-folder.ts";
import { sweepOf } from "../config/support.ts";
import { lost, translateIn } from "./support.ts";

const own = useFolder();

const translate = (
  text: string,
  name = "wandb.yaml",
  ...more: readonly string[]
): ReturnType<typeof translateIn> => translateIn(own.folder, text, name, ...more);

const wandb = `program: train.py
name: my sweep
method: bayes
metric: {name: val_rmse, goal: minimize}
run_cap: 40
early_terminate: {type: hyperband, max_iter: 27, s: 2}
parameters:
  lr: {distribution: log_uniform, min: -9.210340371976182, max: -2.302585092994046}
  model:
    parameters:
      hidden_size: {values: [32, 64]}
      num_layers: {min: 1, max: 3}
  optimizer: {values: [adam, nag, adamax]}
  batch: {distribution: q_uniform, min: 16, max: 128, q: 16}
  dropout_rate: {distribution: normal, mu: 0.2, sigma: 0.1}
  wd: {distribution: inv_log_uniform_values, min: 0.1, max: 1}
  pred_len: {value: 24}
  foo: {values: [1, 2]}
`;

describe("a sweep of W&B", () => {
  it("becomes a sweep of seqtune that means the same", async () => {
    const { out, err, code } = await translate(wandb, "wandb.yaml", "--to", "model");
    expect({ err, code }).toEqual({ err: "", code: 0 });
    const sweep = await sweepOf(out);
    expect(sweep).toMatchObject({
      name: "my-sweep",
      method: { name: "bayes" },
      metric: { name: "val_rmse" },
      budget: { trials: 40, epochs: 27 },
      earlyTerminate: [{ type: "asha", mode: "stop", min_epochs: 3, eta: 3 }],
      data: { settings: { horizon: 24 } },
    });
    expect(sweep.space.parameters.map(({ name, domain }) => [name, domain])).toEqual([
      ["learning_rate", { kind: "float", min: 0.0001, max: 0.1, scale: "log" }],
      ["hidden", { kind: "categorical", values: [32, 64] }],
      ["layers", { kind: "int", min: 1, max: 3, scale: "linear", step: 1 }],
      ["optimizer", { kind: "categorical", values: ["adam", "nesterov"] }],
      ["batch_size", { kind: "int", min: 16, max: 128, scale: "linear", step: 16 }],
      ["dropout", { kind: "float", min: 0, max: 0.7, scale: "linear", normal: { mu: 0.2, sigma: 0.1 } }],
    ]);
  });

  it("says at its line what changed, and at the end what could not be kept", async () => {
    const { out } = await translate(wandb, "wandb.yaml", "--to", "model");
    expect(out).toContain(
      "# was lr; the exponents -9.210340371976182 and -2.302585092994046 are written as values",
    );
    expect(out).toContain('# nag is nesterov here; without "adamax", which optimizer cannot be');
    expect(out).toContain("name: my-sweep # was my sweep");
    expect(lost(out)).toEqual([
      "# not kept: wd: {distribution: inv_log_uniform_values, min: 0.1, max: 1} (the distribution inv_log_uniform_values is not supported)",
      "# not kept: foo: {values: [1, 2]} (there is no such setting to search)",
      "# not kept: program: train.py (seqtune trains the model itself)",
    ]);
  });

  it("names every key that it does not know", async () => {
    const { out } = await translate(
      "method: grid\njob: mine/job:v1\nimageuri: x\nprojekt: 3\nparameters: {layers: {values: [1, 2]}}\n",
    );
    expect(lost(out)).toEqual([
      "# not kept: job: mine/job:v1",
      "# not kept: imageuri: x",
      "# not kept: projekt: 3",
    ]);
  });

  it("lists what has to be corrected by hand", async () => {
    const { err } = await translate("method: grid\nparameters: {lr: {min: 0.1, max: 0.2}}\n");
    expect(err).toContain("what is left to put right:");
    expect(err).toContain("a grid needs a finite list, and learning_rate is a continuous range");
  });
});

describe("a sweep that names its program", () => {
  const theirs = `program: train.py
name: resnet
method: bayes
metric: {name: val_acc, goal: maximize}
run_cap: 40
early_terminate: {type: hyperband, max_iter: 27, s: 2}
project: mine
parameters:
  lr: {distribution: log_uniform, min: -9.210340371976182, max: -2.302585092994046}
  head: {parameters: {width: {values: [32, 64]}}}
  backbone: {values: [resnet18, nag]}
  wd: {distribution: inv_log_uniform_values, min: 0.1, max: 1}
`;

  it("becomes one that runs it, with its own names and words", async () => {
    const { out, err, code } = await translate(theirs);
    expect({ err, code }).toEqual({ err: "", code: 0 });
    const sweep = await sweepOf(out);
    expect(sweep).toMatchObject({
      name: "resnet",
      method: { name: "bayes" },
      metric: { name: "val_acc", goal: "maximize" },
      program: { command: ["python", "train.py", "${args}"] },
      budget: { trials: 40, epochs: 27 },
      earlyTerminate: [{ type: "asha", mode: "stop", min_epochs: 3, eta: 3 }],
    });
    expect(sweep.space.parameters.map(({ name, domain }) => [name, domain])).toEqual([
      ["lr", { kind: "float", min: 0.0001, max: 0.1, scale: "log" }],
      ["head.width", { kind: "categorical", values: [32, 64] }],
      ["backbone", { kind: "categorical", values: ["resnet18", "nag"] }],
    ]);
    expect(out).toContain(
      '# to do: for each epoch the program prints a line such as {"epoch": 1, "val_acc": 0.21}',
    );
    expect(out).toContain("# comes as --head.width=…");
    expect(lost(out)).toEqual([
      "# not kept: wd: {distribution: inv_log_uniform_values, min: 0.1, max: 1} (the distribution inv_log_uniform_values is not supported)",
      "# not kept: project: mine",
    ]);
  });

  it.each([
    [
      '["${env}", python3, "${program}", "${args_no_hyphens}", --fixed=1]',
      ["python3", "train.py", "lr=${lr}", "--fixed=1"],
      "",
    ],
    [
      '["${interpreter}", -m, pkg, "${args_no_boolean_flags}"]',
      ["python", "-m", "pkg", "${args}"],
      "a true flag comes as --name=true",
    ],
    ['[bash, run.sh, "${args_json_file}"]', ["bash", "run.sh", "${params}"], ""],
    [
      '[python, "${program}", "--out=${envvar:HOME}"]',
      ["python", "train.py", "--out=envvar:HOME"],
      "${envvar:HOME} has no counterpart",
    ],
  ])("with the command %s", async (command, ours, comment) => {
    const { out, code } = await translate(
      `program: train.py\nmethod: random\nmetric: {name: loss}\ncommand: ${command}\nparameters: {lr: {min: 0.1, max: 0.2}}\n`,
    );
    expect(code).toBe(0);
    expect((await sweepOf(out)).program?.command).toEqual(ours);
    expect(out).toContain(comment);
  });

  it("cannot be asked for where none is named", async () => {
    const { code, err } = await translate(
      "method: random\nparameters: {lr: {min: 0.1, max: 0.2}}\n",
      "w.yaml",
      "--to",
      "program",
    );
    expect({ code, err }).toEqual({
      code: 1,
      err: "seqtune: w.yaml does not say what to run: it has no program:, no command: and no trial template with one\n",
    });
  });
});

it("seqtune translate writes a file, but over none", async () => {
  writeFileSync(path.join(own.folder, "wandb.yaml"), wandb);
  const tell = commandLineIn(own.folder);
  expect(await tell("translate", "wandb.yaml", "--to", "model", "--out", "sweep.yaml")).toMatchObject({
    code: 0,
    out: "",
  });
  expect(readFileSync(path.join(own.folder, "sweep.yaml"), "utf8")).toContain("name: my-sweep");
  const again = await tell("translate", "wandb.yaml", "--out", "sweep.yaml");
  expect(again).toMatchObject({ code: 1 });
  expect(again.err).toMatch(/sweep.yaml exists already; name another file with --out\n$/);
  expect(existsSync(path.join(own.folder, "sweep.yaml"))).toBe(true);
});

it.each([
  ["", "is not a sweep of W&B"],
  ["a: [1", "is not YAML"],
  ["- 1", "is not a sweep of W&B"],
  ["parameters: {a: &x {values: [1]}, b: *y}", "is not YAML"],
])("refuses what it does not know in one sentence: %j", async (text, words) => {
  const { code, err } = await translate(text);
  expect(code).toBe(1);
  expect(err).toContain(words);
  expect(err.trim().split("\n")).toHaveLength(1);
});
