import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prepareData } from "../../../worker/data/prepare.ts";
import { sampleCount } from "../../../worker/data/outputs/sequences.ts";
import { count, csv, dataError, sample, settings, targetsOf } from "./helpers.ts";

// Training rows 0-5, validation rows 6-9; x is missing in rows 2 and 3 and in row 7, y is always there.
const x = [0, 10, "", "NA", 40, 50, 60, "?", 80, 90];
const file = csv({ x, y: count(10) });
const given = {
  targets: ["y"],
  features: ["x"],
  normalise: "none" as const,
  window: 3,
  split: { train: 6, validation: 4 },
};
const inputs = (missing: "ffill" | "linear" | "drop" | "mask", row: number, window = 3): number[][] => {
  const data = prepareData(file, settings({ ...given, missing, window }));
  for (const set of [data.train, data.validation]) {
    for (let i = 0; i < sampleCount(set); i++) if (targetsOf(set, i)[0] === row) return sample(set, i);
  }
  throw new Error(`no window predicts row ${row}`);
};

describe("missing inputs", () => {
  it("are refused unless the settings say what to do", () => {
    expect(dataError(() => prepareData(file, settings(given))).message).toContain(
      '3 values of column "x" are missing, the first on line 4: set `missing` to ffill, linear, drop or mask',
    );
  });

  it("ffill: take the last value", () => {
    expect(inputs("ffill", 4)).toEqual([[10], [10], [10]]);
  });

  it("mask: take the last value and say so in a further input", () => {
    expect(inputs("mask", 5)).toEqual([
      [10, 1],
      [10, 1],
      [40, 0],
    ]);
  });

  it("linear: lie on a line within a window, but never draw on what comes after it", () => {
    expect(inputs("linear", 5)).toEqual([[20], [30], [40]]);
    expect(inputs("linear", 4)).toEqual([[10], [10], [10]]);
    expect(inputs("linear", 8)).toEqual([[50], [60], [60]]);
    expect(inputs("linear", 9)).toEqual([[60], [70], [80]]);
  });

  it("drop: such rows are passed over", () => {
    expect(inputs("drop", 5, 2)).toEqual([[10], [40]]);
    expect(inputs("drop", 8, 2)).toEqual([[50], [60]]);
    expect(inputs("drop", 9, 2)).toEqual([[60], [80]]);
  });

  it("before the first value take the mean of the training rows", () => {
    const data = prepareData(
      csv({ x: ["", "", 4, 6, 1, 9], y: count(6) }),
      settings({ ...given, window: 1, missing: "ffill", split: { train: 4, validation: 2 } }),
    );
    expect(sample(data.train, 0)).toEqual([[5]]);
  });

  it("before the first value of a series take that mean, too, not the last value of the series before", () => {
    const data = prepareData(
      csv({ unit: "aaaaaabbbbbb".split(""), x: [2, 4, 6, 8, 1, 9, "", 4, 6, 0, 3, 3], y: count(12) }),
      settings({
        ...given,
        group: "unit",
        window: 1,
        missing: "ffill",
        split: { train: 0.67, validation: 0.33 },
      }),
    );
    // Training rows of x: 2, 4, 6, 8 and 4, 6, 0; windows of the first series predict its rows 1 to 3.
    expect(sample(data.train, 3)).toEqual([[Math.fround(30 / 7)]]);
  });

  it("no value after the end of a window shows in its inputs, whatever is done about gaps", () => {
    const cell = fc.oneof({ weight: 2, arbitrary: fc.integer({ min: -9, max: 9 }) }, fc.constant(""));
    const rows = 24;
    const column = fc.array(cell, { minLength: rows, maxLength: rows });
    const policy = fc.constantFrom("ffill" as const, "linear" as const, "drop" as const, "mask" as const);
    fc.assert(
      fc.property(column, policy, fc.integer({ min: 16, max: 20 }), (x, missing, changedFrom) => {
        x.splice(0, 4, 1, 2, 3, 4);
        const prepare = (later: number) => {
          const changed = x.map((value, row) => (row >= changedFrom ? later : value));
          return prepareData(
            csv({ x: changed, y: count(rows) }),
            settings({ ...given, window: 2, missing, difference: 1, split: { train: 14, validation: 10 } }),
          ).validation;
        };
        const [a, b] = [prepare(5), prepare(-7)];
        for (let i = 0; 14 + i <= changedFrom; i++) expect(sample(a, i)).toEqual(sample(b, i));
      }),
      { numRuns: 80 },
    );
  });
});

describe("missing targets", () => {
  const y = [0, 1, 2, "", 4, 5, 6, 7, "", 9];
  const gaps = csv({ x: count(10), y });

  it("are never trained on nor scored, and the rest of the rows is the same for every policy", () => {
    for (const missing of ["ffill", "linear", "drop", "mask"] as const) {
      const data = prepareData(gaps, settings({ ...given, features: ["x", "y"], window: 2, missing }));
      expect(count(3).map((i) => targetsOf(data.validation, i)[0])).toEqual([6, 7, 9]);
      expect(data.warnings).toContain("1 validation window left out because a target in them is missing");
    }
  });

  it("change is measured from the last value known", () => {
    const data = prepareData(gaps, settings({ ...given, window: 2, missing: "ffill", predict: "change" }));
    expect(targetsOf(data.validation, 2)).toEqual([9 - 7]);
    expect(Array.from(data.decode("validation", data.validation.targets))).toEqual([6, 7, 9]);
  });

  it("all missing in training are refused", () => {
    const bad = csv({ x: count(10), y: ["", "", "", "", "", "", 1, 2, 3, 4] });
    expect(dataError(() => prepareData(bad, settings({ ...given, missing: "ffill" }))).message).toContain(
      "has no value in the training rows",
    );
  });
});
