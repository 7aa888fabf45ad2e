import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { RecordedFront } from "../../../orchestrator/simulate/front.ts";
import type { Comparison } from "../../../orchestrator/simulate/compare.ts";
import type { RecordedCurve } from "../../../orchestrator/simulate/recorded.ts";
import { History } from "../../../search/history.ts";
import { commandLineIn, type Ran } from "../../support/command-line.ts";
import { useFolder } from "../../support/use-folder.ts";

const place = useFolder();
let seqtune: (...args: readonly string[]) => Promise<Ran>;

const sweep = `data: {file: y.csv, targets: [y]}
parameters: {hidden: {min: 1, max: 60}}
budget: {trials: 12, epochs: 8}
`;

/** Wider networks come lower, and take more parameters. */
const widths = Array.from({ length: 60 }, (_, index) => index + 1);
const curves = {
  task: "widths",
  hyperparameters: ["hidden"],
  configs: widths.map((hidden) => [hidden]),
  valid_loss: widths.map((hidden) => Array.from({ length: 8 }, (_, at) => 1 / hidden + 1 / (at + 1))),
  metrics: {
    parameters: widths.map((hidden) => hidden * hidden),
    val_mae: widths.map((hidden) => Array.from({ length: 8 }, (_, at) => 2 / hidden + 1 / (at + 1))),
  },
};

beforeEach(async () => {
  seqtune = commandLineIn(place.folder);
  await writeFile(path.join(place.folder, "curves.json"), JSON.stringify(curves));
});

async function simulated(goals: string, ...args: readonly string[]): Promise<Ran> {
  await writeFile(path.join(place.folder, "sweep.yaml"), sweep + goals);
  return await seqtune("simulate", "sweep.yaml", "--curves", "curves.json", "--seeds", "3", ...args);
}

describe("a simulation with several goals", () => {
  it("says how much of the records' front each strategy leaves open, less with more epochs", async () => {
    const goals = "metrics: [{name: val_mse}, {name: parameters}]\n";
    const list = "random,tpe,random+asha,random+{type: median, min_trials: 2}";
    const ran = await simulated(goals, "--compare", list, "--json");
    expect(ran).toMatchObject({ code: 0, err: "" });
    const { several, strategies } = JSON.parse(ran.out) as Comparison;
    expect(several).toEqual({ metrics: ["val_mse", "parameters"], front: 60 });
    for (const { name, regret, rank, epochs } of strategies) {
      const open = regret.map(({ mean }) => mean);
      expect(open).toEqual(open.toSorted((a, b) => b - a));
      expect(open.at(-1)).toBeGreaterThanOrEqual(0);
      expect(open.at(-1)).toBeLessThan(0.9);
      expect(rank).toBeNull();
      if (name.includes("+")) expect(epochs).toBeLessThan(12 * 8);
    }
    const text = (await simulated(goals, "--compare", "random,tpe")).out;
    expect(text).toContain(
      "60 recorded curves of up to 8 epochs; val_mse, parameters; 60 of them are on the Pareto front",
    );
    expect(text).toMatch(/^strategy +best val_loss +open 25% +open 50% +open 100% +against the first/m);
  });

  it("ranks by the best that keeps the constraints", async () => {
    const ran = await simulated('constraints: ["parameters <= 100"]\n', "--compare", "grid", "--json");
    const { bestRecorded, several, strategies } = JSON.parse(ran.out) as Comparison;
    expect(bestRecorded).toBeCloseTo(1 / 10 + 1 / 8, 9);
    expect(several).toBeNull();
    expect(strategies[0]).toMatchObject({ rank: 1, regret: [{}, {}, { mean: 0 }] });
  });

  it.each([
    [
      "metrics: [{name: val_mse}, {name: epoch_seconds}]\n",
      "the sweep is judged by epoch_seconds, which the curves of widths do not have (they have parameters, val_mae)",
    ],
    ['constraints: ["parameters < 1"]\n', "no curve of widths keeps the constraints (parameters < 1)"],
  ])("refuses records that cannot say: %s", async (goals, words) => {
    const ran = await simulated(goals);
    expect(ran.code).toBe(1);
    expect(ran.err).toContain(words);
  });

  it("refuses rules that compare one metric, and a metric that is not there for each configuration", async () => {
    const several = "metrics: [{name: val_mse}, {name: parameters}]\n";
    const refused = await simulated(several, "--compare", "random+thaw");
    expect(refused.err).toContain('cannot compare "random+thaw": thaw compares trials by one metric');
    const file = path.join(place.folder, "curves.json");
    const short = { ...curves, metrics: { parameters: [1, 2] } };
    await writeFile(file, JSON.stringify(short));
    expect((await simulated(several)).err).toContain("has 60 configs but metrics.parameters has 2");
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual(short);
  });
});

describe("the front of the records", () => {
  const curve = (loss: number, size: number): RecordedCurve => ({
    params: {},
    values: [loss + 1, loss],
    metrics: [{ size: 99 }, { size }],
    seconds: [1, 1],
  });
  const goals = {
    metrics: [
      { name: "loss", goal: "minimize" as const },
      { name: "size", goal: "minimize" as const },
    ],
    constraints: [],
  };

  it("is measured in its own range, by the epochs that stand for the records", () => {
    const front = new RecordedFront(goals, [curve(0, 200), curve(1, 100), curve(2, 300)], 2);
    expect(front.size).toBe(2);
    const history = new History("minimize");
    expect(front.missing(history)).toBe(1);
    const tell = (trial: number, value: number, size: number): void => {
      history.apply({ kind: "started", trial, params: {}, epochs: 2 });
      history.apply({ kind: "reported", trial, epoch: 1, value, others: [size] });
    };
    tell(0, 0, 200);
    // The front is an L of two boxes of 1.1 by 0.1 that share 0.1 by 0.1.
    expect(front.missing(history)).toBeCloseTo(0.1 / 0.21, 9);
    tell(1, 1, 100);
    expect(front.missing(history)).toBeCloseTo(0, 9);
  });
});
