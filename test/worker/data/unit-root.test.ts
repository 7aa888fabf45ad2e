import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { rngFor } from "../../../search/random.ts";
import { walkOf } from "../../../worker/data/checks/random-walk.ts";
import { dickeyFuller, walkBound } from "../../../worker/data/checks/unit-root.ts";

async function column(file: string, at: number): Promise<Float64Array> {
  const [, ...rows] = (await readFile(new URL(`../../../data/${file}`, import.meta.url), "utf8"))
    .trim()
    .split("\n");
  return Float64Array.from(rows, (row) => Number(row.split(",").at(at)));
}

/** y(t) = phi y(t - 1) + noise, from 0. */
function autoregression(phi: number, length: number, seed: number): Float64Array {
  const random = rngFor(seed, "autoregression", phi);
  let at = 0;
  return Float64Array.from({ length }, () => (at = phi * at + random.normal()));
}

function walksIn(phi: number, { length = 600, series = 1, runs = 100 } = {}): number {
  let walks = 0;
  for (let run = 0; run < runs; run++) {
    const values = Array.from({ length: series }, (_, s) => autoregression(phi, length, run * series + s));
    const walk = walkOf({ column: "y", series: values }, 6)!;
    if (walk.statistic > walk.bound) walks++;
  }
  return walks;
}

describe("the Dickey–Fuller test", () => {
  // statsmodels 0.15: adfuller(y, maxlag=int(12 * (len(y) / 100) ** 0.25), regression="c", autolag=None)
  it("says what statsmodels says of oil temperatures and sunspots", async () => {
    const oil = await column("ETTh1.csv", -1);
    expect(dickeyFuller(oil.subarray(oil.length - 4000))).toBeCloseTo(-3.945679826338586, 9);
    expect(dickeyFuller(oil.subarray(0, 500))).toBeCloseTo(-2.499808429638615, 9);
    const spots = await column("sunspots_yearly.csv", 1);
    expect(dickeyFuller(spots)).toBeCloseTo(-3.0244424330111945, 9);
    expect(dickeyFuller(spots.subarray(0, 30))).toBeCloseTo(0.48412563793553026, 9);
  });

  it("says nothing of few or constant values, nor of a straight line", () => {
    expect(dickeyFuller(autoregression(1, 29, 1))).toBeNull();
    expect(dickeyFuller(new Float64Array(100).fill(1229.1))).toBeNull();
    expect(dickeyFuller(Float64Array.from({ length: 100 }, (_, t) => t))).toBeNull();
  });
});

describe("a random walk", () => {
  it("is ruled out by mistake in about one run of twenty, alone or as one of ten series", () => {
    expect(walkBound(1)).toBeCloseTo(-2.86, 2);
    expect(walksIn(1)).toBeGreaterThanOrEqual(88);
    expect(walksIn(1, { series: 10, length: 200, runs: 40 })).toBeGreaterThanOrEqual(34);
  });

  it("is ruled out for series that return to a level, the sooner the more of them there are", () => {
    expect(walksIn(0.8)).toBeLessThanOrEqual(2);
    expect(walksIn(0.9, { length: 200, runs: 40 })).toBeGreaterThanOrEqual(8);
    expect(walksIn(0.9, { length: 200, series: 10, runs: 40 })).toBe(0);
  });

  it("leaves little when its last value is repeated, and noise twice its variance", () => {
    const repeated = (phi: number): number =>
      walkOf({ column: "y", series: [autoregression(phi, 4000, 1)] }, 6)!.repeated;
    expect(repeated(1)).toBeLessThan(0.05);
    expect(repeated(0)).toBeCloseTo(2, 1);
  });
});
