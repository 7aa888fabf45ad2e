import { describe, expect, it } from "vitest";
import { rngFor } from "../../../search/random.ts";
import { blocksOfWindows } from "../../../worker/data/baselines/blocks.ts";
import { compare } from "../../../worker/data/baselines/compare.ts";
import { readTable } from "../../../worker/data/file/table.ts";
import { scoredRows } from "../../../worker/data/outputs/scored-rows.ts";
import { fitSeries } from "../../../worker/data/series.ts";
import { studentQuantile } from "../../../orchestrator/repeats/student.ts";
import { count, csv, settings } from "./helpers.ts";

const pair = { baseline: "linear", naive: false, kind: "squared" as const };

describe("comparing two models on the same samples", () => {
  it("knows the ratio of their losses and its error from independent samples", () => {
    const found = compare({
      ...pair,
      own: Float64Array.of(1, 2, 3, 2),
      other: Float64Array.of(2, 4, 4, 6),
    });
    expect(found).toMatchObject({ own: 2, other: 4, blocks: 4 });
    // Residuals own - other / 2: 0 0 1 -1; their standard error, over the mean 4.
    expect(found.error).toBeCloseTo(Math.sqrt(2 / 3 / 4) / 4, 12);
  });

  it("has no error for one block alone", () => {
    const blockOf = Int32Array.of(0, 0, 0);
    const found = compare({
      ...pair,
      own: Float64Array.of(1, 2, 3),
      other: Float64Array.of(2, 2, 2),
      blockOf,
    });
    expect(found).toMatchObject({ error: null, blocks: 1 });
  });

  it("does not take thirty samples without a disagreement for certain", () => {
    const right = new Float64Array(30);
    const found = compare({ ...pair, kind: "wrong", own: right, other: right });
    expect(found).toMatchObject({ own: 0, other: 0 });
    expect(found.error).toBeCloseTo(1 / 32, 12);
  });

  it("covers a difference of nothing nineteen times out of twenty although windows overlap", () => {
    const [horizon, rows] = [24, 480];
    const file = csv({ y: count(600 + rows).map((i) => i) });
    const given = settings({ targets: ["y"], horizon, split: { train: 600, validation: rows } });
    const fitted = fitSeries(readTable(file), given);
    const windows = scoredRows("validation", fitted.split, fitted.outputs, fitted.settings);
    const blockOf = blocksOfWindows(fitted, windows);
    const random = rngFor(1, "overlap");
    const runs = 300;
    let [covered, naively] = [0, 0];
    for (let run = 0; run < runs; run++) {
      // Errors of single rows, smoothed as windows of a day do, and with spells that last half a day.
      let spell = 0;
      const noise = count(rows).map(() => (spell = 0.9 * spell + random.normal()));
      const own = Float64Array.from(
        windows,
        (_, i) => noise.slice(i, i + horizon).reduce((sum, value) => sum + value, 100) / horizon,
      );
      const other = new Float64Array(own.length).fill(100 / horizon);
      const { error, blocks, ...means } = compare({ ...pair, own, other, blockOf });
      const off = Math.abs(means.own / means.other - 1);
      if (off <= studentQuantile(0.975, blocks - 1) * error!) covered++;
      if (off <= 1.96 * compare({ ...pair, own, other }).error!) naively++;
    }
    expect(covered / runs).toBeGreaterThan(0.9);
    expect(naively / runs).toBeLessThan(0.5); // what ignoring the overlap would claim
  });
});

describe("blocks of windows", () => {
  const blocksOf = (rows: number, horizon: number): number => {
    const file = csv({ y: count(200 + rows) });
    const fitted = fitSeries(
      readTable(file),
      settings({ targets: ["y"], horizon, split: { train: 200, validation: rows } }),
    );
    const windows = scoredRows("validation", fitted.split, fitted.outputs, fitted.settings);
    return new Set(blocksOfWindows(fitted, windows)).size;
  };

  it("are two horizons long, and sixteen at most", () => {
    expect(blocksOf(2880, 24)).toBe(16);
    expect(blocksOf(94 + 23, 24)).toBe(1);
    expect(blocksOf(240 + 23, 24)).toBe(5);
  });

  it("are the series where time is short and series are many", () => {
    const names = count(10).flatMap((series) => count(20).map(() => `s${series}`));
    const file = csv({ id: names, y: count(200).map((i) => (i * 7) % 11) });
    const fitted = fitSeries(
      readTable(file),
      settings({
        targets: ["y"],
        group: "id",
        horizon: 4,
        window: 2,
        split: { train: 0.6, validation: 0.4 },
      }),
    );
    const windows = scoredRows("validation", fitted.split, fitted.outputs, fitted.settings);
    expect(new Set(blocksOfWindows(fitted, windows)).size).toBe(10);
  });
});
