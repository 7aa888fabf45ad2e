import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prepareData } from "../../../worker/data/prepare.ts";
import { count, csv, sample, settings, targetsOf } from "./helpers.ts";

const plain = { targets: ["y"], normalise: "none" as const };

describe("differencing", () => {
  it("feeds and predicts differences, each series losing its first rows", () => {
    const file = csv({ y: [1, 2, 4, 7, 11, 16, 22, 29, 37, 46] });
    const data = prepareData(
      file,
      settings({ ...plain, window: 2, difference: 1, split: { train: 7, validation: 3 } }),
    );
    expect(sample(data.train, 0)).toEqual([[1], [2]]);
    expect(targetsOf(data.train, 0)).toEqual([3]);
    const twice = prepareData(
      file,
      settings({ ...plain, window: 2, difference: 2, split: { train: 7, validation: 3 } }),
    );
    expect(sample(twice.train, 0)).toEqual([[1], [1]]);
  });

  it("with a lag compares the same point of a season", () => {
    const file = csv({ y: [1, 5, 2, 7, 4, 10, 7, 14, 11, 19] });
    const data = prepareData(
      file,
      settings({ ...plain, window: 1, difference: 1, difference_lag: 2, split: { train: 7, validation: 3 } }),
    );
    expect(sample(data.train, 0)).toEqual([[1]]);
    expect(targetsOf(data.train, 0)).toEqual([2]);
  });

  it("is undone step after step from predicted values, as a forecast must be", () => {
    const file = csv({ y: count(11) });
    const data = prepareData(
      file,
      settings({ ...plain, window: 2, horizon: 3, difference: 1, split: { train: 7, validation: 4 } }),
    );
    const decoded = data.decode("validation", Float32Array.from([10, 10, 10, 0, 0, 0]));
    expect(Array.from(decoded)).toEqual([16, 26, 36, 7, 7, 7]);
  });

  it("is undone exactly, whatever the order, lag, scaling and form of prediction", () => {
    const y = fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 40, maxLength: 40 });
    const arbitrary = fc.record({
      difference: fc.integer({ min: 0, max: 2 }),
      difference_lag: fc.integer({ min: 1, max: 4 }),
      horizon: fc.integer({ min: 1, max: 6 }),
      predict: fc.constantFrom("value" as const, "change" as const),
      normalise: fc.constantFrom("standard" as const, "minmax" as const, "robust" as const, "none" as const),
    });
    fc.assert(
      fc.property(y, arbitrary, (y, given) => {
        fc.pre(new Set(y.slice(0, 25)).size > 1);
        const data = prepareData(
          csv({ y }),
          settings({ targets: ["y"], window: 3, ...given, split: { train: 25, validation: 15 } }),
        );
        const decoded = data.decode("validation", data.validation.targets);
        const truth = count(15 - given.horizon + 1).flatMap((i) => y.slice(25 + i, 25 + i + given.horizon));
        for (const [i, value] of truth.entries()) expect(decoded[i]).toBeCloseTo(value, 2);
        expect(data.score("validation", data.validation.targets).val_mae_raw).toBeLessThan(1e-3);
      }),
      { numRuns: 80 },
    );
  });
});
