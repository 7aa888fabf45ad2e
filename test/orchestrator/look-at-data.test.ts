import { describe, expect, it } from "vitest";
import { lookAtData } from "../../orchestrator/run/look-at-data.ts";
import { sweepOf } from "./config/support.ts";

const day = (i: number): string => new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10);

/** 40 days with these values. */
function file(value: (i: number) => number | string, at: (i: number) => number = (i) => i): Uint8Array {
  const rows = Array.from({ length: 40 }, (_, i) => `${day(at(i))},${i % 7},${value(i)}`);
  return new TextEncoder().encode(["t,x,y", ...rows].join("\n"));
}

async function look(bytes: Uint8Array, data: string, more = ""): Promise<ReturnType<typeof lookAtData>> {
  const text = `data: {file: a.csv, time: t, targets: [y], window: 3, ${data}}
${more}
parameters: {hidden: {values: [4, 8]}}
budget: {trials: 1}
`;
  return lookAtData(bytes, await sweepOf(text));
}

describe("a look at the data before a study begins", () => {
  it("warns of gaps in time", async () => {
    const gap = file(Math.sin, (i) => (i < 20 ? i : i + 5));
    expect(await look(gap, "horizon: 1")).toEqual([
      "1 gap in time, the widest of about 5 rows after 2020-01-20 (line 21): windows run across as if no time had passed, unless you set `gaps` to cut or fill",
    ]);
  });

  it("refuses a metric that means nothing where a class is alone, and no other metric", async () => {
    // Rows 28 to 33 are for validation.
    const alone = file((i) => (i >= 28 && i < 34 ? "no" : ["no", "yes"][i % 2]!));
    await expect(look(alone, "task: binary", "metric: {name: val_auc}")).rejects.toThrow(
      'in the validation part column "y" has one class only ("no"), so val_auc has no meaning there: change `split`, or rank by another metric, such as val_accuracy',
    );
    await expect(look(alone, "task: binary")).resolves.toBeDefined();
  });

  it("refuses mase where the naive forecast makes no error", async () => {
    const stairs = file((i) => (i < 28 ? i % 7 : i));
    await expect(look(stairs, "season: 7", "metric: {name: val_mase}")).rejects.toThrow(
      'in the validation part the naive forecast of column "y" makes no error in the training rows, so val_mase has no meaning',
    );
    await expect(look(stairs, "horizon: 1", "metric: {name: val_mase}")).resolves.toBeDefined();
  });

  it("refuses r2 of a target that never changes, and names the fold", async () => {
    const flat = file((i) => (i >= 28 && i < 34 ? 5 : i));
    await expect(look(flat, "horizon: 2", "metric: {name: val_r2}")).rejects.toThrow(
      'in the validation part column "y" never changes, so val_r2 has no meaning there: change `split`, or rank by another metric, such as val_mse',
    );
    const earlier = file((i) => (i >= 22 && i < 28 ? 5 : i));
    expect(await look(earlier, "horizon: 1", "metric: {name: val_r2}")).toEqual([]);
    await expect(look(earlier, "folds: 3", "metric: {name: val_r2}")).rejects.toThrow(
      'in the validation part of fold 2 of `folds: 3` column "y" never changes',
    );
  });

  it("refuses a middle fold that cannot be scored", async () => {
    const unknown = file((i) => (i >= 22 && i < 28 ? "NA" : i));
    await expect(look(unknown, "folds: 3, missing: ffill")).rejects.toThrow(
      "in fold 2 of `folds: 3` the validation part has no window whose targets are all there",
    );
  });

  it("refuses a season that does not fit before the rows to be forecast", async () => {
    await expect(look(file(Math.sin), "season: 30")).rejects.toThrow(
      "a `season` of 30 rows does not fit into the 28 rows before the validation rows",
    );
    await expect(look(file(Math.sin), "season: 20, folds: 3")).rejects.toThrow(
      /a `season` of 20 rows does not fit into the \d+ rows before the validation rows/,
    );
  });

  it("wants a weight for each class, also of a list that is searched", async () => {
    const classes = file((i) => ["a", "b", "c"][i % 3]!);
    const weights = (values: string): Promise<unknown> =>
      look(classes, "task: multiclass", `model: {class_weights: ${values}}`);
    await expect(weights("[1, 2, 3]")).resolves.toEqual([]);
    await expect(weights("[1, 2]")).rejects.toThrow(
      "class_weights lists 2 weights and the data has 3 classes (a, b, c): give one weight for each, in this order",
    );
    const text = `data: {file: a.csv, time: t, targets: [y], window: 3, task: multiclass}
parameters: {class_weights: {values: [balanced, [1, 2, 3], [1, 2, 3, 4]]}}
budget: {trials: 1}
`;
    const sweep = await sweepOf(text);
    expect(() => lookAtData(classes, sweep)).toThrow("class_weights lists 4 weights");
  });
});
