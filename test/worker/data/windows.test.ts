import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prepareData } from "../../../worker/data/prepare.ts";
import { sampleCount } from "../../../worker/data/outputs/sequences.ts";
import { count, csv, dataError, sample, settings, targetsOf } from "./helpers.ts";

const plain = { normalise: "none" as const, targets: ["y"] };
const tens = csv({ x: count(10), y: count(10).map((i) => 10 * i) });

describe("windows of a series", () => {
  it("hold the rows before their targets, in file order of the columns", () => {
    const data = prepareData(
      tens,
      settings({ ...plain, window: 3, horizon: 2, split: { train: 6, validation: 4 } }),
    );
    expect(data.features).toEqual(["x", "y"]);
    expect(data.outputs).toEqual(["y+1", "y+2"]);
    expect(sampleCount(data.train)).toBe(2);
    expect(sample(data.train, 1)).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
    expect(targetsOf(data.train, 1)).toEqual([40, 50]);
  });

  it("of the validation part reach back into training rows for inputs, never for targets", () => {
    const data = prepareData(
      tens,
      settings({ ...plain, window: 3, horizon: 2, split: { train: 6, validation: 4 } }),
    );
    expect(sample(data.validation, 0).map(([x]) => x)).toEqual([3, 4, 5]);
    expect(count(3).map((i) => targetsOf(data.validation, i))).toEqual([
      [60, 70],
      [70, 80],
      [80, 90],
    ]);
  });

  it("lay several targets out step by step", () => {
    const data = prepareData(
      tens,
      settings({ ...plain, targets: ["y", "x"], window: 2, horizon: 2, split: { train: 6, validation: 4 } }),
    );
    expect(data.outputs).toEqual(["y+1", "x+1", "y+2", "x+2"]);
    expect(targetsOf(data.train, 0)).toEqual([20, 2, 30, 3]);
  });

  it("stride thins out training windows only, `rows` keeps the last training rows", () => {
    const split = { train: 6, validation: 4 };
    const strided = prepareData(tens, settings({ ...plain, window: 1, stride: 2, split }));
    expect(count(3).map((i) => targetsOf(strided.train, i)[0])).toEqual([10, 30, 50]);
    expect(sampleCount(strided.validation)).toBe(4);
    const short = prepareData(tens, settings({ ...plain, window: 1, rows: 3, split }));
    expect(sampleCount(short.train)).toBe(2);
    expect(targetsOf(short.train, 0)).toEqual([40]);
  });

  it("hold chosen columns only", () => {
    const split = { train: 6, validation: 4 };
    expect(prepareData(tens, settings({ ...plain, features: ["x"], split, window: 2 })).features).toEqual([
      "x",
    ]);
    expect(prepareData(tens, settings({ ...plain, features: "targets", split, window: 2 })).features).toEqual(
      ["y"],
    );
  });

  it("of the test part exist only when asked for, and until then not even their rows", () => {
    const three = settings({ ...plain, window: 2, split: { train: 5, validation: 2, test: 3 } });
    const without = prepareData(tens, three);
    expect(without.test).toBeUndefined();
    expect(Array.from(without.validation.values.subarray(7 * 2))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(() => without.score("test", new Float32Array(3))).toThrow(RangeError);
    const withTest = prepareData(tens, three, { test: true });
    expect(sampleCount(withTest.test!)).toBe(3);
  });

  it("no target crosses a split, and every window length predicts the same validation rows", () => {
    const arbitrary = fc.record({
      rows: fc.integer({ min: 40, max: 80 }),
      window: fc.integer({ min: 1, max: 8 }),
      horizon: fc.integer({ min: 1, max: 4 }),
      stride: fc.integer({ min: 1, max: 5 }),
      predict: fc.constantFrom("value" as const, "change" as const),
    });
    fc.assert(
      fc.property(arbitrary, ({ rows, window, horizon, stride, predict }) => {
        const file = csv({ y: count(rows) });
        const split = { train: 0.5, validation: 0.25 };
        const given = { ...plain, horizon, stride, predict, split };
        const data = prepareData(file, settings({ ...given, window }), { test: true });
        const bounds = {
          train: [0, Math.round(rows * 0.5)],
          validation: [Math.round(rows * 0.5), Math.round(rows * 0.75)],
          test: [Math.round(rows * 0.75), rows],
        };
        for (const part of ["train", "validation", "test"] as const) {
          const set = data[part]!;
          for (let i = 0; i < sampleCount(set); i++) {
            const last = sample(set, i)[window - 1]![0]!;
            const truth = targetsOf(set, i).map((value) => (predict === "change" ? value + last : value));
            expect(truth).toEqual(count(horizon, last + 1));
            expect(truth[0]).toBeGreaterThanOrEqual(bounds[part][0]!);
            expect(truth[horizon - 1]).toBeLessThan(bounds[part][1]!);
          }
        }
        const longer = prepareData(file, settings({ ...given, window: window + 3 }));
        expect(sampleCount(longer.validation)).toBe(sampleCount(data.validation));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    [{ window: 6 }, "window", "the training part has 6 rows, which gives no window"],
    [{ window: 5 }, "window", "which gives one window only"],
    [{ window: 1, horizon: 4 }, "split", "the validation part has 4 rows, which gives one window only"],
    [
      { window: 1, horizon: 6 },
      "window",
      "the training part has 6 rows, which gives no window: give it at least 8",
    ],
    [
      { window: 3, rows: 3 },
      "rows",
      "`rows: 3` leaves 3 of the 6 training rows, which gives no window: raise `rows` to at least 5",
    ],
    [
      { window: 3, rows: 4 },
      "rows",
      "`rows: 4` leaves 4 of the 6 training rows, which gives one window only",
    ],
  ])("refuse %j in 6 training and 4 validation rows", (given, setting, sentence) => {
    const error = dataError(() =>
      prepareData(tens, settings({ ...plain, split: { train: 6, validation: 4 }, ...given })),
    );
    expect(error.message).toContain(sentence);
    expect(error.setting).toBe(setting);
  });
});

describe("columns that cannot be used", () => {
  const split = { train: 4, validation: 2 };
  const y = [1, 2, 3, 4, 5, 6];

  it.each([
    [
      { x: [1, 2, "", 4, "NA", 6], y },
      {},
      '2 values of column "x" are missing, the first on line 4: set `missing`',
    ],
    [
      { x: [1, 2, "low", 4, 5, 6], y },
      {},
      'line 4, column "x", holds the text "low" where a number is needed: correct',
    ],
    [{ x: ["a", "b", "c", "a", "b", "c"], y }, { features: ["x"] }, "name it under `categorical`"],
    [{ x: [1, 2, "inf", 4, 5, 6], y }, {}, 'line 4, column "x", holds an infinite value'],
    [{ x: y, y: ["a", "b", "c", "a", "b", "c"] }, {}, "set `task` to a kind of classification"],
    [{ x: y, y: [7, 7, 7, 7, 8, 9] }, {}, 'the target "y" has the same value in all training rows'],
    [{ x: y, y: [1, "", 3, 4, 5, 6] }, {}, '1 value of column "y" is missing, the first on line 3'],
    [{ x: y, Y: y }, {}, 'did you mean "Y"? its columns are "x", "Y"'],
  ])("%#: are refused in a sentence", (columns: Record<string, (number | string)[]>, given, sentence) => {
    const error = dataError(() =>
      prepareData(csv(columns), settings({ targets: ["y"], window: 1, split, ...given })),
    );
    expect(error.message).toContain(sentence);
  });

  it("text columns are left out when columns are chosen by looking", () => {
    const file = csv({ wind: ["N", "S", "N", "S", "N", "S"], y });
    expect(prepareData(file, settings({ targets: ["y"], window: 1, split })).features).toEqual(["y"]);
  });

  it("a constant input is always 0, with a warning", () => {
    const data = prepareData(
      csv({ x: [3, 3, 3, 3, 9, 9], y }),
      settings({ targets: ["y"], window: 1, split }),
    );
    expect(sample(data.validation, 1)[0]![0]).toBe(0);
    expect(data.warnings[0]).toContain('column "x" is constant');
  });
});
