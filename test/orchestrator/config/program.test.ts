import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { programVariables } from "../../../worker/protocol/program/variables.ts";
import { errorsOf, sweepOf, warningsOf } from "./support.ts";

const small = `program: {command: [python, train.py, "\${args}"]}
metric: {name: val_loss}
parameters: {lr: {min: 0.1, max: 0.5}}
budget: {trials: 5}
`;

/** The small sweep with one section in another way. */
function inPlaceOf(key: string, text: string): string {
  const others = small.split("\n").filter((line) => !line.startsWith(`${key}:`));
  return `${others.join("\n")}\n${text}`;
}

describe("a sweep of a program", () => {
  test("has any parameters, and what the program says as its metric", async () => {
    const sweep = await sweepOf(`
program: {command: [./a, 3, true, "\${optimizer}"], timeout: 2h, grace: 5s, folder: sub, env: {OMP_NUM_THREADS: 2}, name: mine}
metric: {name: test/reward, goal: maximize}
baselines: {last week: 0.5}
parameters:
  optimizer: {values: [radam, lamb]}
  layers: {min: 1, max: 400, distribution: int}
  dropout: {min: 0.0, max: 3.0}
  model.depth: {value: 7}
  beta: {min: 0.1, max: 1, when: {optimizer: lamb}}
budget: {trials: 5}
`);
    expect(sweep.program).toEqual({
      command: ["./a", "3", "true", "${optimizer}"],
      folder: "/lab/sub",
      timeoutMs: 7_200_000,
      graceMs: 5000,
      env: { OMP_NUM_THREADS: "2" },
      name: "mine",
    });
    expect(sweep.metric).toEqual({ name: "test/reward", goal: "maximize" });
    expect(sweep.budget.epochs).toBe(1);
    expect(sweep.baselines).toEqual({ "last week": 0.5 });
    expect(sweep.space.parameters.map(({ name, domain }) => [name, domain.kind])).toEqual([
      ["optimizer", "categorical"],
      ["layers", "int"],
      ["dropout", "float"],
      ["model.depth", "constant"],
      ["beta", "float"],
    ]);
  });

  test("takes the direction from the metric's name where that leaves no doubt", async () => {
    const goalOf = async (name: string): Promise<string> =>
      (await sweepOf(inPlaceOf("metric", `metric: {name: ${name}}`))).metric.goal;
    expect(await Promise.all(["val_loss", "rmse", "test/perplexity"].map(goalOf))).toEqual(
      Array(3).fill("minimize"),
    );
    expect(await Promise.all(["val_acc", "f1", "eval.reward"].map(goalOf))).toEqual(
      Array(3).fill("maximize"),
    );
    expect(await errorsOf(inPlaceOf("metric", "metric: {name: speed}"))).toContain(
      "goal: minimize, or goal: maximize",
    );
    expect(await errorsOf(inPlaceOf("metric", ""))).toContain("ranked by a number that it reports");
  });

  test("keeps numbers that our own metrics could not have", async () => {
    const text = `${small.replace("{trials: 5}", "{trials: 5, target: -3}")}repeats: {top: 1}\n`;
    expect(await warningsOf(text)).toBe("");
    expect((await sweepOf(text)).budget.target).toBe(-3);
  });

  test("with a command as one text is refused with how to write it", async () => {
    const text = inPlaceOf("program", `program: {command: "python train.py --lr \${lr}"}`);
    expect(await errorsOf(text)).toContain(
      "no shell reads it, so write a list: [python, train.py, --lr, ${lr}]",
    );
  });

  test("with an unknown placeholder is refused with the known ones", async () => {
    const text = inPlaceOf("program", 'program: {command: [python, "${agrs}"]}');
    expect(await errorsOf(text)).toMatch(
      /nothing is called \$\{agrs\}[^]*\$\{args\}, \$\{params\}, \$\{epochs\}, \$\{seed\}, \$\{lr\}/,
    );
  });

  test("refuses data and model, and a sweep of data refuses a program's baselines", async () => {
    const both = await errorsOf(`${small}data: {file: a.csv, targets: [y]}\nmodel: {layers: 2}\n`);
    expect(both).toContain("a program finds its own data");
    expect(both).toContain("a program has no model of ours");
    const model =
      "data: {file: a.csv, targets: [y]}\nparameters: {l2: {values: [0, 1]}}\nbudget: {trials: 2}\n";
    expect(await errorsOf(`${model}baselines: {a: 1}`)).toContain("this is for programs");
  });

  test("refuses names that no argument can have, and range tests", async () => {
    expect(await errorsOf(inPlaceOf("parameters", 'parameters: {"a b": {value: 1}}'))).toContain(
      "cannot be the name",
    );
    expect(await errorsOf(`${small}method: lr_range\n`)).toContain("a range test trains models of ours");
    const tested = "parameters: {learning_rate: {min: 0.1, max: 0.5, range_test: {}}}";
    expect(await errorsOf(inPlaceOf("parameters", tested))).toContain("range_test");
  });
});

describe("docs/programs.md", async () => {
  const markdown = await readFile(new URL("../../../docs/programs.md", import.meta.url), "utf8");

  test("begins with a sweep that runs", async () => {
    const [, text = ""] = /```yaml\n([^]*?)```/.exec(markdown) ?? [];
    expect((await sweepOf(text)).program?.command).toEqual(["python3", "train.py", "${args}"]);
  });

  test("lists every variable with what it is", () => {
    const rows = Object.entries(programVariables).map(([name, { about }]) => `| \`${name}\` | ${about} |`);
    expect(markdown).toContain(rows.join("\n"));
  });

  test("shows the Python program that configs/ has", async () => {
    const file = await readFile(new URL("../../../configs/programs/train.py", import.meta.url), "utf8");
    expect(markdown).toContain(`\`\`\`python\n${file}\`\`\``);
  });
});
