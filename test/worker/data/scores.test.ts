import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { metricGoals } from "../../../worker/data/outputs/metrics.ts";
import { prepareData } from "../../../worker/data/prepare.ts";
import { count, csv, settings } from "./helpers.ts";

const split = { train: 4, validation: 2 };
// Training rows 2, 4, 4, 6 of y: mean 4, deviation √2. Validation rows 10 and 4.
const file = csv({ y: [2, 4, 4, 6, 10, 4], z: [0, 10, 0, 10, 0, 20] });

describe("scores", () => {
  it("are what a pocket calculator gives", () => {
    const data = prepareData(
      file,
      settings({ targets: ["y"], features: ["y"], window: 1, normalise: "none", split }),
    );
    const metrics = data.score("validation", Float32Array.from([8, 5]));
    expect(metrics.val_mse).toBeCloseTo((4 + 1) / 2 / 2, 6);
    expect(metrics.val_mae).toBeCloseTo((2 + 1) / 2 / Math.SQRT2, 6);
    expect(metrics.val_rmse).toBeCloseTo(Math.sqrt(1.25), 6);
    expect(metrics.val_rmse_raw).toBeCloseTo(Math.sqrt(2.5), 6);
    expect(metrics.val_mae_raw).toBeCloseTo(1.5, 6);
    expect(metrics.val_smape).toBeCloseTo((200 * (2 / 18 + 1 / 9)) / 2, 5);
    expect(metrics.val_r2).toBeCloseTo(1 - 5 / 18, 6);
    expect(Object.keys(metrics)).toEqual([...metricGoals("regression").keys()]);
  });

  it("mase measures errors in those of repeating the row, or the season, before", () => {
    const given = { targets: ["y"], features: ["y"], window: 1, normalise: "none" as const, split };
    // Training rows 2, 4, 4, 6: changes 2, 0, 2 from row to row, 2 and 2 over two rows.
    const plain = prepareData(file, settings(given));
    expect(plain.score("validation", Float32Array.from([8, 5])).val_mase).toBeCloseTo(1.5 / (4 / 3), 6);
    const seasonal = prepareData(file, settings({ ...given, season: 2 }));
    expect(seasonal.score("validation", Float32Array.from([8, 5])).val_mase).toBeCloseTo(1.5 / 2, 6);
  });

  it("weigh every target in its own deviations", () => {
    const data = prepareData(file, settings({ targets: ["y", "z"], window: 1, normalise: "none", split }));
    const metrics = data.score("validation", Float32Array.from([10 + Math.SQRT2, 0, 4, 20 + 5]));
    expect(metrics.val_mse).toBeCloseTo((1 + 0 + 0 + 1) / 4, 5);
  });

  it("undo scaling and change: the same forecast scores the same however it was normalised", () => {
    const y = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(
        y,
        fc.constantFrom("standard" as const, "minmax" as const, "robust" as const, "none" as const),
        fc.constantFrom("value" as const, "change" as const),
        (y, normalise, predict) => {
          fc.pre(new Set(y.slice(0, 14)).size > 1);
          const given = {
            targets: ["y"],
            window: 3,
            horizon: 2,
            normalise,
            predict,
            split: { train: 14, validation: 10 },
          };
          const data = prepareData(csv({ y }), settings(given));
          expect(data.score("validation", data.validation.targets).val_rmse_raw).toBeLessThan(1e-4);
          const decoded = data.decode("validation", data.validation.targets);
          expect(decoded[0]).toBeCloseTo(y[14]!, 4);
          expect(decoded[decoded.length - 1]).toBeCloseTo(y[23]!, 4);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("use a scale that a trial's own settings do not move", () => {
    const y = count(30).map((i) => Math.sin(i) * 10 + i);
    const mse = (given: object): number => {
      const data = prepareData(
        csv({ y }),
        settings({
          targets: ["y"],
          window: 2,
          predict: "change",
          split: { train: 20, validation: 10 },
          ...given,
        }),
      );
      return data.score("validation", new Float32Array(data.validation.targets.length)).val_mse!;
    };
    expect(mse({ normalise: "minmax" })).toBeCloseTo(mse({}), 12);
    expect(mse({ rows: 6, window: 3 })).toBeCloseTo(mse({}), 12);
  });

  it("are not finite when predictions are not", () => {
    const data = prepareData(file, settings({ targets: ["y"], window: 1, split }));
    expect(data.score("validation", Float32Array.from([Number.NaN, 1])).val_mse).toBeNaN();
  });

  it("nothing that is learned comes from validation or test rows", () => {
    const rows = fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(rows, rows, (later, others) => {
        const prepare = (rest: number[]) =>
          prepareData(
            csv({ y: [...count(10), ...rest] }),
            settings({ targets: ["y"], window: 2, normalise: "robust", split: { train: 10, validation: 3 } }),
          );
        const [a, b] = [prepare(later), prepare(others)];
        expect(a.pipeline).toEqual(b.pipeline);
        expect(a.train.targets).toEqual(b.train.targets);
        expect(a.train.values.subarray(0, 10)).toEqual(b.train.values.subarray(0, 10));
      }),
      { numRuns: 20 },
    );
  });
});
