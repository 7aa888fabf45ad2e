import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  networkAnswers,
  networkOutputs,
  networkSamples,
  pinballLoss,
  shares,
} from "../../../worker/data/outputs/quantiles.ts";
import { count } from "./helpers.ts";

const model = { loss: "quantile" as const, quantiles: [0.1, 0.5, 0.9] };

describe("quantiles of a model", () => {
  it("stand in turn behind each output, in names, targets and answers", () => {
    const names = "y+1 q0.1, y+1 q0.5, y+1 q0.9, y+2 q0.1, y+2 q0.5, y+2 q0.9";
    expect(networkOutputs(model, ["y+1", "y+2"]).join(", ")).toBe(names);
    const set = {
      values: new Float32Array(4),
      features: 1,
      window: 2,
      starts: Int32Array.of(0, 1),
      targets: Float32Array.of(1, 2, 3, 4),
      outputs: 2,
    };
    const asked = networkSamples(model, set);
    expect([...asked.targets]).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
    expect(asked.outputs).toBe(6);
    const { point, quantiles } = networkAnswers(model, Float32Array.of(1, 2, 3, 10, 20, 30));
    expect([...point]).toEqual([2, 20]);
    expect(quantiles.map((one) => [...one])).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
  });

  it("never cross, and are no worse for having been put in order", () => {
    const numbers = fc.array(fc.float({ min: -5, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(numbers, fc.float({ min: -5, max: 5, noNaN: true }), (said, truth) => {
        const { quantiles } = networkAnswers(model, Float32Array.from(said));
        const ordered = quantiles.map((one) => one[0]!);
        expect(ordered.toSorted((a, b) => a - b)).toEqual(ordered);
        const loss = (values: readonly number[]): number =>
          pinballLoss(
            { quantiles: model.quantiles, errors: values.map((value) => Float64Array.of(value - truth)) },
            [1],
          );
        expect(loss(ordered)).toBeLessThanOrEqual(loss(Array.from(Float32Array.from(said))) + 1e-12);
      }),
    );
  });

  it("have the least pinball loss where they are the quantiles of the truth", () => {
    const truth = Array.from(count(1001), (i) => i / 1000);
    const loss = (values: readonly number[]): number =>
      pinballLoss(
        {
          quantiles: model.quantiles,
          errors: values.map((value) => Float64Array.from(truth, (actual) => value - actual)),
        },
        [2],
      );
    const best = loss([0.1, 0.5, 0.9]);
    for (const moved of [
      [0.12, 0.5, 0.9],
      [0.1, 0.48, 0.9],
      [0.1, 0.5, 0.93],
    ])
      expect(loss(moved)).toBeGreaterThan(best);
    // ∫ pinball of U(0, 1) at its own quantile is τ (1 - τ) / 2, here in units of 2.
    expect(best).toBeCloseTo((0.09 / 2 + 0.25 / 2 + 0.09 / 2) / 3 / 2, 3);
  });

  it("say what share of the values lies below each, of each target by itself", () => {
    // Two targets in turn; predictions less the truth.
    const errors = [Float64Array.of(-1, 1, -1, 1), Float64Array.of(1, 1, -1, 1), Float64Array.of(1, 1, 1, 1)];
    expect(shares({ quantiles: model.quantiles, errors }, 0, 2)).toEqual({ below: [0, 0.5, 1], within: 1 });
    expect(shares({ quantiles: model.quantiles, errors }, 1, 2)).toEqual({ below: [1, 1, 1], within: 0 });
  });
});
