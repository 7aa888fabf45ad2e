import { describe, expect, test } from "vitest";
import { parseStoredSweep } from "../../../orchestrator/config/sweep.ts";
import { errorsOf, sweepOf, sweepWith } from "./support.ts";

const rate = (more: string): string =>
  sweepWith(`learning_rate: {min: 0.0001, max: 0.1, distribution: log_uniform, range_test: ${more}}`);

describe("method lr_range", () => {
  const grid = (more: string): string => `method: {name: lr_range, steps: 50}
data: {file: a.csv, targets: [y]}
parameters: {optimizer: {values: [adam, sgd]}${more}
`;

  test("makes steps of epochs and ranks by the averaged loss", async () => {
    const sweep = await sweepOf(grid("}"));
    expect(sweep.metric).toEqual({ name: "smoothed_loss", goal: "minimize" });
    expect(sweep.budget).toEqual({ epochs: 50 });
    expect(sweep.method).toMatchObject({ name: "lr_range", from: 1e-6, to: 10, steps: 50 });
    expect(parseStoredSweep(JSON.parse(JSON.stringify(sweep)))).toEqual({ ok: true, sweep });
  });

  test("what has no use beside it", async () => {
    const text = grid(
      ", learning_rate: {values: [0.1]}}\nearly_terminate: {type: median}\nmetric: {name: val_mae}",
    );
    const errors = await errorsOf(text);
    expect(errors).toContain("goes through all learning rates in each; remove this one");
    expect(errors).toContain(
      "early_terminate: method lr_range runs a range test for each configuration, so this has",
    );
    expect(errors).toContain("metric: method lr_range runs a range test");
  });

  test("a continuous range has no list of configurations", async () => {
    expect(await errorsOf(grid(", dropout: {min: 0.1, max: 0.5}}"))).toContain("a grid needs a finite list");
  });
});

describe("range_test of the learning rate", () => {
  test("true stands for the defaults", async () => {
    const sweep = await sweepOf(rate("true"));
    expect(sweep.rangeTest).toEqual({
      rule: "minimum_over_3",
      factor_below: 4,
      factor_above: 4,
      from: 1e-6,
      to: 10,
      steps: 300,
      smoothing: 0.9,
      divergence: 4,
    });
  });

  test("false and absence are off, and the stored sweep keeps what is on", async () => {
    expect(await sweepOf(rate("false"))).not.toHaveProperty("rangeTest");
    const sweep = await sweepOf(rate("{rule: valley, factor_above: 10, steps: 100}"));
    expect(sweep.rangeTest).toMatchObject({ rule: "valley", factor_above: 10, steps: 100, factor_below: 4 });
    expect(parseStoredSweep(JSON.parse(JSON.stringify(sweep)))).toEqual({ ok: true, sweep });
  });

  test("a rule that does not exist", async () => {
    expect(await errorsOf(rate("{rule: vally}"))).toContain('found "vally"; did you mean valley?');
  });

  test("settings out of range", async () => {
    expect(await errorsOf(rate("{steps: 3}"))).toContain("a whole number from 10 to 10000");
    expect(await errorsOf(rate("{from: 1, to: 0.1}"))).toContain("from is 1, not below to: 0.1");
    expect(await errorsOf(rate("{stepz: 3}"))).toContain("did you mean steps?");
  });

  test("a list of values cannot be narrowed, and no other parameter has range tests", async () => {
    const list = sweepWith("learning_rate: {values: [0.1, 0.01], range_test: true}");
    expect(await errorsOf(list)).toContain("range tests narrow a range, and this is none");
    const other = sweepWith("dropout: {min: 0.1, max: 0.5, range_test: true}");
    expect(await errorsOf(other)).toContain("there is no such key");
  });
});
