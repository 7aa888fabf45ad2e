import { describe, expect, it } from "vitest";
import { baselines } from "../../../worker/data/baselines/baselines.ts";
import { prepareData } from "../../../worker/data/prepare.ts";
import { sampleCount } from "../../../worker/data/outputs/sequences.ts";
import { bytes, count, csv, dataError, sample, settings, targetsOf, wide } from "./helpers.ts";

describe("layout wide", () => {
  const file = csv({
    part: ["train", "train", "train", "train", "test", "test"],
    label: [1, 1, 2, 2, 1, 2],
    t0: [0, 1, 2, 3, 4, 5],
    t1: [10, 11, 12, 13, 14, 15],
    t2: [20, 21, 22, 23, 24, 25],
  });

  it("takes the numeric columns, label aside, as steps of one input", () => {
    const data = prepareData(file, settings(wide), { test: true });
    expect(data.train).toMatchObject({ window: 3, features: 1, classes: ["1", "2"] });
    expect(data.pipeline.steps).toEqual(["t0", "t1", "t2"]);
    expect(sample(data.test!, 1)).toEqual([[5], [15], [25]]);
    expect(targetsOf(data.test!, 1)).toEqual([1]);
  });

  const shapes = csv({
    part: ["train", "train", "validation", "validation"],
    label: [1, 2, 1, 2],
    t0: [1, 2, 0, 9],
    t1: [4, 4, 0, 9],
    t2: [9, 8, 0, 9],
    t3: [9, 4, 0, 9],
  });
  const split = { column: "part" };

  it("derives the change since the step before and the place in the sample, when asked", () => {
    const data = prepareData(shapes, settings({ ...wide, split, derive: ["delta", "position"] }));
    expect(data.features).toEqual(["value", "value delta", "position sin", "position cos"]);
    const near = (row: number[]) => row.map((value) => expect.closeTo(value, 6));
    expect(sample(data.train, 0)).toEqual(
      [
        [1, 0, 0, 1],
        [4, 3, 1, 0],
        [9, 5, 0, -1],
        [9, 0, -1, 0],
      ].map(near),
    );
  });

  it("derives nothing for series, where the setting has no meaning", () => {
    const series = csv({ y: count(40) });
    const data = prepareData(series, settings({ targets: ["y"], window: 3, derive: ["delta", "position"] }));
    expect(data.features).toEqual(["y"]);
  });

  it("scales changes by those of the training samples, without their first steps", () => {
    const data = prepareData(shapes, settings({ ...wide, split, normalise: "minmax", derive: ["delta"] }));
    // Changes of training: 3, 5, 0 and 2, 4, -4.
    const changes = (index: number) => sample(data.train, index).map((row) => Math.round(row[1]! * 9));
    expect([changes(0), changes(1)]).toEqual([
      [4, 7, 9, 4],
      [4, 6, 8, 0],
    ]);
  });

  it("draws validation samples from the training part by seed, classes in proportion", () => {
    const data = prepareData(file, settings(wide));
    expect(sampleCount(data.train)).toBe(2);
    expect(new Set(data.validation.targets)).toEqual(new Set([0, 1]));
    const drawn = (seed: number) =>
      Array.from(
        prepareData(file, settings({ ...wide, split: { ...wide.split, seed } })).validation.starts,
      ).join();
    expect(drawn(1)).toBe(drawn(1));
    expect(new Set(count(8).map(drawn)).size).toBeGreaterThan(1);
  });

  it("draws parts by fractions without a split column, each sample in one part", () => {
    const many = csv({ label: count(40).map((i) => i % 2), t0: count(40), t1: count(40) });
    const data = prepareData(many, settings({ ...wide, split: { train: 0.5, validation: 0.25, seed: 3 } }), {
      test: true,
    });
    const starts = [data.train, data.validation, data.test!].map((set) => Array.from(set.starts));
    expect(starts.map((part) => part.length)).toEqual([20, 10, 10]);
    expect(new Set(starts.flat()).size).toBe(40);
    expect(data.train.targets.reduce((sum, value) => sum + value, 0)).toBe(10);
  });

  it("fills gaps along the steps, or skips their windows", () => {
    const gaps = bytes("label,t0,t1,t2\n0,1,,3\n1,4,5,6\n0,,8,9\n1,1,2,\n");
    const given = { ...wide, split: { train: 2, validation: 2 } };
    const first = (missing: "ffill" | "linear" | "drop" | "mask") =>
      sample(prepareData(gaps, settings({ ...given, missing })).train, 0);
    expect(first("ffill")).toEqual([[1], [1], [3]]);
    expect(first("linear")).toEqual([[1], [2], [3]]);
    expect(first("drop")).toEqual([[1], [3]]);
    expect(first("mask")).toEqual([
      [1, 0],
      [1, 1],
      [3, 0],
    ]);
    expect(dataError(() => prepareData(gaps, settings(given))).message).toContain(
      '1 value of column "t0" is missing',
    );
  });

  it("predicts numbers too, in their own units", () => {
    const file = csv({ size: count(12).map((i) => 3 * i), t0: count(12), t1: count(12).map((i) => i * i) });
    const given = settings({
      ...wide,
      task: "regression",
      targets: ["size"],
      normalise: "standard",
      split: { train: 8, validation: 4 },
    });
    const data = prepareData(file, given);
    expect(data.outputs).toEqual(["size"]);
    expect(data.score("validation", data.validation.targets).val_rmse_raw).toBeLessThan(1e-5);
    const found = new Map(baselines(file, given, "validation").map(({ name, metrics }) => [name, metrics]));
    expect(found.get("mean")!.val_mae_raw).toBeCloseTo((24 + 27 + 30 + 33) / 4 - 10.5, 4);
    expect(found.get("linear")!.val_mae_raw).toBeLessThan(found.get("mean")!.val_mae_raw! / 3);
  });

  it.each([
    [{ features: ["t0", "label"] }, "would give the answer away"],
    [{ split: { train_until: "2020", validation_until: "2021" } }, "samples have no common time to split by"],
    [{ split: { train: 1, validation: 2 } }, "the training part has 1 sample of 6, too few to say anything"],
    [{ split: { column: "part", validation: 0.01 } }, "the validation part has 0 samples of 6"],
    [{ split: { train: 2, validation: 2 } }, 'the class "2" of column "label" (line 4) does not occur'],
  ])("refuses %j", (more, sentence) => {
    expect(dataError(() => prepareData(file, settings({ ...wide, ...more }))).message).toContain(sentence);
  });
});

describe("layout long", () => {
  const text = [
    "id,step,label,a,b",
    "p,1,yes,1,2",
    "p,2,yes,3,4",
    "p,3,yes,5,6",
    "q,1,no,7,8",
    "r,1,yes,9,10",
    "r,2,yes,11,12",
    "s,1,no,13,14",
    "s,4,no,15,16",
  ].join("\n");
  const long = {
    task: "binary" as const,
    layout: "long" as const,
    series_id: "id",
    step: "step",
    targets: ["label"],
    normalise: "none" as const,
    split: { train: 2, validation: 2 },
  };

  it("gathers the rows of each sample; shorter ones say how long they are", () => {
    const data = prepareData(bytes(text), settings(long));
    expect(data.features).toEqual(["a", "b"]);
    expect(data.train.window).toBe(3);
    expect(Array.from(data.train.lengths!)).toEqual([3, 1]);
    expect(sample(data.train, 1)).toEqual([[7, 8]]);
    expect(sample(data.validation, 1)).toEqual([
      [13, 14],
      [15, 16],
    ]);
  });

  it("leaves room to read the last sample in full length", () => {
    const { validation } = prepareData(bytes(text), settings(long));
    const end = (validation.starts[1]! + validation.window) * validation.features;
    expect(validation.values.length).toBeGreaterThanOrEqual(end);
  });

  it("takes a number written in two ways for one target", () => {
    const rows = ["id,v,size", "p,1,2.5", "p,2,2.50", "q,1,3", "r,3,1", "s,4,2"].join("\n");
    const given = settings({ ...long, task: "regression", targets: ["size"], step: undefined });
    expect(sampleCount(prepareData(bytes(rows), given).train)).toBe(2);
    const other = rows.replace("2.50", "2.51");
    expect(dataError(() => prepareData(bytes(other), given)).message).toContain("differs from line 2");
  });

  it("gathers samples whose rows are mixed", () => {
    const [header, ...rows] = text.split("\n");
    const mixed = [header, rows[0], rows[3], rows[1], rows[4], rows[2], ...rows.slice(5)].join("\n");
    expect(prepareData(bytes(mixed), settings(long)).train).toEqual(
      prepareData(bytes(text), settings(long)).train,
    );
  });

  it.each([
    [
      text.replace("p,2", "p,1"),
      {},
      'line 3, column "step", step 1 of the sample "p" does not come after that of line 2',
    ],
    [
      text.replace("p,2,yes", "p,2,no"),
      {},
      'line 3, column "label", differs from line 2 of the same sample ("p")',
    ],
    [text.replace("q,1", ",1"), {}, 'line 5, column "id", is empty'],
    [text, { series_id: undefined }, "name it in `series_id`"],
    [text.replace("7,8", ","), { missing: "drop" as const }, 'the sample "q" (line 5) has no complete step'],
  ])("%#: refuses in a sentence", (text, more, sentence) => {
    expect(dataError(() => prepareData(bytes(text), settings({ ...long, ...more }))).message).toContain(
      sentence,
    );
  });
});
