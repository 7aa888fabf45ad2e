import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prepareNewData } from "../../../worker/data/forecast/new-data.ts";
import { prepareData } from "../../../worker/data/prepare.ts";
import { sampleCount } from "../../../worker/data/outputs/sequences.ts";
import { count, csv, dataError, sample, settings, targetsOf } from "./helpers.ts";

const plain = { targets: ["y"], normalise: "none" as const, inputs: "change" as const, window: 3 };
const squares = count(12).map((i) => i * i);
const split = { train: 8, validation: 4 };

describe("inputs as changes", () => {
  it("are measured from the last row of each window, and leave what is to be predicted alone", () => {
    const data = prepareData(csv({ x: count(12), y: squares }), settings({ ...plain, split }));
    expect(sample(data.train, 1)).toEqual([
      [-2, 1 - 9],
      [-1, 4 - 9],
      [0, 0],
    ]);
    expect(targetsOf(data.train, 1)).toEqual([16]);
    expect(sample(data.validation, 0).map(([x]) => x)).toEqual([-2, -1, 0]);
  });

  it("do not touch categories, times and marks of what is missing", () => {
    const columns = {
      t: count(12).map((i) => `2020-01-${10 + i}`),
      wind: count(12).map((i) => (i % 2 ? "N" : "S")),
      x: count(12).map((i) => (i === 4 ? "" : i)),
      y: squares,
    };
    const given = {
      ...plain,
      time: "t",
      features: ["x"],
      categorical: ["wind"],
      calendar: ["day" as const],
      missing: "mask" as const,
      split,
    };
    const changes = prepareData(csv(columns), settings(given));
    const values = prepareData(csv(columns), settings({ ...given, inputs: "value" }));
    expect(changes.features).toEqual(values.features);
    for (let i = 0; i < sampleCount(values.train); i++) {
      const last = sample(values.train, i)[2]![0]!;
      const expected = sample(values.train, i).map(([x, ...others]) => [x! - last, ...others]);
      expect(sample(changes.train, i)).toEqual(expected);
    }
  });

  it.each(["standard", "robust", "minmax"] as const)(
    "have unit size under `normalise: %s`, by the training windows alone",
    (normalise) => {
      const y = count(60).map((i) => 1000 + 3 * Math.sin(i) + 5 * Math.sin(i / 9));
      const given = settings({ ...plain, normalise, window: 8, split: { train: 40, validation: 20 } });
      const data = prepareData(csv({ y }), given);
      const changes = count(sampleCount(data.train)).flatMap((i) =>
        sample(data.train, i)
          .slice(0, -1)
          .map(([x]) => x!),
      );
      const sorted = changes.toSorted((a, b) => a - b);
      const mean = changes.reduce((sum, x) => sum + x, 0) / changes.length;
      const spread = {
        standard: Math.sqrt(changes.reduce((sum, x) => sum + (x - mean) ** 2, 0) / changes.length),
        minmax: sorted.at(-1)! - sorted[0]!,
        robust: quantile(sorted, 0.75) - quantile(sorted, 0.25),
      };
      expect(spread[normalise]).toBeCloseTo(1, 5);

      const later = y.map((value, i) => (i < 40 ? value : value * 7));
      const other = prepareData(csv({ y: later }), given);
      expect(other.pipeline.features).toEqual(data.pipeline.features);
      expect(other.train.values.subarray(0, 8)).toEqual(data.train.values.subarray(0, 8));
    },
  );

  it("stay the same when a constant is added to the whole series, and so do the changes to predict", () => {
    const series = fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 30, maxLength: 30 });
    const arbitrary = fc.record({
      shift: fc.integer({ min: -1_000_000, max: 1_000_000 }),
      window: fc.integer({ min: 2, max: 6 }),
      normalise: fc.constantFrom("standard" as const, "minmax" as const, "robust" as const, "none" as const),
      difference: fc.integer({ min: 0, max: 1 }),
      missing: fc.constantFrom("linear" as const, "ffill" as const, "drop" as const),
      gap: fc.integer({ min: 3, max: 28 }),
    });
    fc.assert(
      fc.property(series, arbitrary, (y, { shift, gap, ...rest }) => {
        fc.pre(new Set(y.slice(3, 18)).size > 4);
        const given = settings({
          targets: ["y"],
          inputs: "change",
          predict: "change",
          split: { train: 20, validation: 10 },
          ...rest,
        });
        const prepared = (added: number) =>
          prepareData(
            csv({ x: y.map((v, i) => (i === gap ? "" : v + added)), y: y.map((v) => v - added) }),
            given,
          );
        const [here, there] = [prepared(0), prepared(shift)];
        for (const part of ["train", "validation"] as const) {
          expectClose(there[part].values, here[part].values);
          expectClose(there[part].targets, here[part].targets);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("of a window that ends in a gap know nothing of what comes after it", () => {
    const x = [0, 10, 20, 30, 40, 50, 60, "", "", 90, 100, 110];
    const data = prepareData(
      csv({ x, y: squares }),
      settings({ ...plain, features: ["x"], missing: "linear", split }),
    );
    expect(sample(data.validation, 0)).toEqual([[-10], [0], [0]]);
    expect(sample(data.validation, 1)).toEqual([[0], [0], [0]]);
    expect(sample(data.validation, 2)).toEqual([[-20], [-10], [0]]);
  });

  it("are the same for new data as in training", () => {
    const y = count(30).map((i) => Math.round(100 * Math.sin(i)) / 10 + i);
    const given = settings({
      ...plain,
      normalise: "standard",
      predict: "change",
      split: { train: 16, validation: 10 },
    });
    const trained = prepareData(csv({ x: count(30).map((i) => i * i), y }), given);
    const known = csv({ x: count(20).map((i) => i * i), y: y.slice(0, 20) });
    const fresh = prepareNewData(known, given, trained.pipeline);
    expect(sample(fresh.set, 0)).toEqual(sample(trained.validation, 4));
    const truth = trained.validation.targets.subarray(4, 5);
    expect(fresh.decode(Float32Array.from(truth))[0]).toBeCloseTo(y[20]!, 4);
  });

  it("of a column that stays the same within every training window are 0, with a warning", () => {
    const slow = count(20).map((i) => Math.floor(i / 4));
    const data = prepareData(
      csv({ slow, y: count(20).map((i) => i * i) }),
      settings({
        ...plain,
        normalise: "standard",
        stride: 4,
        window: 4,
        split: { train: 14, validation: 6 },
      }),
    );
    expect(sample(data.validation, 1).map(([x]) => x)).toEqual([0, 0, 0, 0]);
    expect(data.warnings).toEqual([expect.stringContaining('"slow" never changes within a training window')]);
  });

  it("are refused for windows of one row, and where copies of all windows do not fit", () => {
    const one = dataError(() => prepareData(csv({ y: squares }), settings({ ...plain, window: 1, split })));
    expect(one.message).toContain("set `window` to 2 or more");
    expect(one.setting).toBe("window");
    const y = count(12_000).map((i) => i % 7);
    const long = csv({ a: y, b: y, c: y, d: y, y });
    const many = settings({ ...plain, window: 4_000, split: { train: 10_000, validation: 2_000 } });
    const large = dataError(() => prepareData(long, many));
    expect(large.message).toContain("MB here and may take 400: shorten `window`, raise `stride`");
    expect(large.setting).toBe("inputs");
  });
});

/** Type 7, as NumPy's default. */
function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)]!;
  return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at));
}

function expectClose(actual: Float32Array, expected: Float32Array): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 4);
}
