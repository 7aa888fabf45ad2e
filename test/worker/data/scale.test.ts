import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitScaler, scaled } from "../../../worker/data/inputs/scale.ts";

const fit = (kind: Parameters<typeof fitScaler>[0], ...values: number[]) =>
  fitScaler(kind, Float64Array.from(values));

describe("scalers", () => {
  it("standard: mean and population deviation", () => {
    expect(fit("standard", 2, 4, 4, 4, 5, 5, 7, 9)).toEqual({ center: 5, scale: 2 });
  });

  it("minmax: to 0 and 1", () => {
    const scaler = fit("minmax", 3, 11, 7);
    expect([3, 7, 11].map((value) => scaled(scaler, value))).toEqual([0, 0.5, 1]);
  });

  it("robust: median and interquartile range, so that one outlier changes nothing", () => {
    expect(fit("robust", 1, 2, 3, 4, 5)).toEqual({ center: 3, scale: 2 });
    expect(fit("robust", 1, 2, 3, 4, 5000)).toEqual({ center: 3, scale: 2 });
  });

  it("robust: the deviation where half of the values are equal", () => {
    expect(fit("robust", 0, 0, 0, 0, 0, 0, 0, 8).scale).toBeCloseTo(Math.sqrt(7), 12);
  });

  it("none: as it is", () => {
    expect(scaled(fit("none", 1, 2), 7)).toBe(7);
  });

  it("leave missing values out", () => {
    expect(fit("standard", 1, Number.NaN, 3)).toEqual({ center: 2, scale: 1 });
  });

  it("scale a constant to 0, also values that were not seen", () => {
    const scaler = fit("standard", 0.1, 0.1, 0.1);
    expect([0.1, 7].map((value) => scaled(scaler, value))).toEqual([0, 0]);
  });

  it("are undone exactly enough: scale, then back", () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom("standard", "minmax", "robust"),
        fc.array(value, { minLength: 2 }),
        (kind, values) => {
          const scaler = fitScaler(kind, Float64Array.from(values));
          fc.pre(scaler.scale > 1e-6);
          for (const value of values) {
            expect(scaled(scaler, value) * scaler.scale + scaler.center).toBeCloseTo(value, 6);
          }
        },
      ),
    );
  });
});
