import { describe, expect, it } from "vitest";
import { rngFor } from "../../../search/random.ts";
import { conformalIntervals, coverage } from "../../../worker/data/outputs/intervals.ts";

describe("conformal intervals", () => {
  const targets = ["a", "b"];
  /** Errors [samples, 3 steps × 2 targets] that grow with the step; those of b are ten times as large. */
  const errorsOf = (seed: string, samples: number): Float64Array => {
    const rng = rngFor(1, seed);
    return Float64Array.from({ length: samples * 6 }, (_, i) => {
      const step = Math.floor(i / 2) % 3;
      return rng.normal() * (1 + step) * (i % 2 === 0 ? 1 : 10);
    });
  };

  it("hold as many new values as they promise, of each target, wider at later steps", () => {
    const found = conformalIntervals(errorsOf("old", 2000), targets, 3, 0.9);
    // Nine of ten of a normal variable lie within 1.645.
    for (const [j, { widths }] of found.entries()) {
      for (const [step, width] of widths.entries()) {
        expect(width / ((1 + step) * (j === 0 ? 1 : 10))).toBeCloseTo(1.645, 0);
      }
    }
    for (const share of coverage(errorsOf("new", 4000), found)) expect(share).toBeCloseTo(0.9, 1);
  });

  it("take the rank that holds for few samples: of nine the largest error, for nine of ten", () => {
    const errors = Float64Array.from([1, -9, 2, 8, -3, 7, 4, -6, 5]);
    expect(conformalIntervals(errors, ["y"], 1, 0.9)[0]!.widths).toEqual([9]);
    expect(conformalIntervals(errors, ["y"], 1, 0.5)[0]!.widths).toEqual([5]);
  });
});
