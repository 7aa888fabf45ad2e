import { describe, expect, test } from "vitest";
import { parseStoredSweep } from "../../../orchestrator/config/sweep.ts";
import { searchOf } from "../../../orchestrator/run/search-of.ts";
import { errorsOf, sweepOf, sweepWith } from "./support.ts";

const sweep = (more: string): string => sweepWith("dropout: {min: 0.0, max: 0.5}", more);
const program = (more: string): string =>
  `program: {command: [node, a.mjs]}\nbudget: {trials: 5}\nparameters: {x: {min: 0.0, max: 1.0}}\n${more}\n`;
const firstLine = async (text: string): Promise<string> =>
  (await errorsOf(text)).split("\n")[0]!.replace(/^sweep.yaml:\d+:\d+: /, "");

describe("several metrics and constraints", () => {
  test("are read with the direction that each metric's name says, the first being the metric", async () => {
    const read = await sweepOf(
      sweep(
        `metrics: [{name: val_r2}, {name: parameters}]\nconstraints: ["epoch_seconds<2", "parameters <= 5e4"]`,
      ),
    );
    expect(read.metric).toEqual({ name: "val_r2", goal: "maximize" });
    expect(read.goals).toEqual({
      metrics: [
        { name: "val_r2", goal: "maximize" },
        { name: "parameters", goal: "minimize" },
      ],
      constraints: [
        { metric: "epoch_seconds", op: "<", limit: 2 },
        { metric: "parameters", op: "<=", limit: 50_000 },
      ],
    });
    const stored = parseStoredSweep(JSON.parse(JSON.stringify(read)));
    expect(stored.ok && stored.sweep.goals).toEqual(read.goals);
  });

  test("constraints may stand beside one metric, and a sweep without either has no goals", async () => {
    const one = await sweepOf(sweep(`constraints: ["parameters <= 50_000"]`));
    expect(one.goals?.metrics).toEqual([{ name: "val_mse", goal: "minimize" }]);
    expect((await sweepOf(sweep(""))).goals).toBeUndefined();
  });

  test("stand beside promotion, which goes by non-domination", async () => {
    const read = await sweepOf(
      sweep("metrics: [{name: val_mse}, {name: parameters}]\nearly_terminate: {type: asha}"),
    );
    expect(read.earlyTerminate).toMatchObject([{ type: "asha", mode: "promote" }]);
    const { sampler, pausesAfter } = searchOf(read);
    expect(sampler.name).toContain("with asha promotion");
    expect(pausesAfter!(0, 0)).toBe(2);
  });

  test("a program's metrics may be anything it reports, with a goal where the name leaves it open", async () => {
    const read = await sweepOf(
      program("metrics: [{name: val_loss}, {name: latency_ms, goal: minimize}, {name: epoch_seconds}]"),
    );
    expect(read.goals?.metrics.map(({ goal }) => goal)).toEqual(["minimize", "minimize", "minimize"]);
    expect(await firstLine(program("metrics: [{name: val_loss}, {name: latency_ms}]"))).toBe(
      'metrics[1]: goal is missing: whether "latency_ms" is better when smaller or larger is not known here',
    );
  });

  test.each([
    [
      "metric: {name: val_mse}\nmetrics: [{name: val_mse}, {name: val_mae}]",
      "metrics: metric and metrics are both given; one goal is metric, several are metrics",
    ],
    [
      "metrics: [{name: val_mse}]",
      "metrics: this is one goal; write metric: in place of the list, or add a second one",
    ],
    ["metrics: [{name: val_mse}, {name: val_mse}]", "metrics[1]: val_mse is in the list already"],
    [
      "metrics: [{name: val_mse}, {name: parameters, goal: maximize}]",
      "metrics[1].goal: parameters is better when smaller",
    ],
    ["metrics: val_mse", 'metrics: found "val_mse"; write a list: [val_mse]'],
    ["constraints: parameters < 3", 'constraints: found "parameters < 3"'],
    ['constraints: ["parameters = 3"]', 'constraints[0]: found "parameters = 3"'],
    ['constraints: ["memory < 3"]', 'constraints[0]: "memory" is no metric of this sweep'],
    [
      'constraints: ["val_mse < 3", "val_mse >= 3"]',
      "constraints[1]: no trial can keep this: it contradicts val_mse < 3",
    ],
    [
      'constraints: ["parameters < 0"]',
      "constraints[0]: no trial can keep this: parameters is from 0 to Infinity",
    ],
    [
      "metrics: [{name: val_mse}, {name: parameters}]\nrepeats: {top: 2}",
      "repeats: repeats find the best by one metric, and there are several: val_mse, parameters; remove this",
    ],
    [
      "metrics: [{name: val_mse}, {name: parameters}]\nearly_terminate: {type: thaw}",
      "early_terminate[0]: thaw compares trials by one metric, and this sweep is judged by several metrics",
    ],
  ])("%s", async (text, words) => {
    expect(await firstLine(sweep(text))).toBe(words);
  });

  test("a target is a value of one metric", async () => {
    const text = sweep("metrics: [{name: val_mse}, {name: parameters}]").replace(
      "trials: 5",
      "trials: 5, target: 0.1",
    );
    expect(await firstLine(text)).toBe(
      "budget.target: a target is a value of one metric, and there are several: val_mse, parameters; remove it",
    );
  });
});
