import { describe, expect, it } from "vitest";
import { baselines } from "../../worker/data/baselines/baselines.ts";
import { prepareData, prepareFolds } from "../../worker/data/prepare.ts";
import { sampleCount } from "../../worker/data/outputs/sequences.ts";
import { describeData } from "../../worker/data/summary.ts";
import { count, dataFile, settings, wide } from "../worker/data/helpers.ts";

describe("real sets of samples", () => {
  const italy = settings({ ...wide, normalise: "standard", split: { column: "split" } });
  const vowels = settings({
    task: "multiclass",
    layout: "long",
    series_id: "series_id",
    step: "t",
    targets: ["label"],
    split: { column: "split" },
  });

  it("Italy power demand: 67 samples to learn from, 1029 to test on, a linear model at .968", () => {
    const file = dataFile("italy_power_demand_wide.csv");
    const summary = describeData(file, italy);
    expect(summary).toMatchObject({ series: 1096, window: 24, classes: [{ column: "label" }] });
    expect(summary.parts.train.samples + summary.parts.validation.samples).toBe(67);
    expect(summary.parts.test.samples).toBe(1029);
    const [majority, linear] = baselines(file, italy, "test");
    expect(majority!.metrics.test_accuracy).toBeCloseTo(0.5, 1);
    expect(linear!.metrics.test_accuracy).toBeGreaterThan(0.95);
  });

  it("Japanese vowels: 270 samples of 7 to 29 steps in nine classes, and 370 to test on", () => {
    const data = prepareData(dataFile("japanese_vowels_long.csv"), vowels, { test: true });
    expect(sampleCount(data.train) + sampleCount(data.validation)).toBe(270);
    expect(sampleCount(data.test!)).toBe(370);
    expect(data.features).toHaveLength(12);
    expect(data.train.window).toBe(29);
    expect(Math.min(...data.train.lengths!, ...data.test!.lengths!)).toBe(7);
    expect(data.train.classes).toEqual(count(9, 1).map(String));
  });

  it("are dealt out to stratified folds, every sample validated once", () => {
    const folds = prepareFolds(dataFile("japanese_vowels_long.csv"), { ...vowels, folds: 5 });
    expect(folds.map(({ validation }) => sampleCount(validation))).toEqual([54, 54, 54, 54, 54]);
    expect(new Set(folds.flatMap(({ validation }) => Array.from(validation.starts))).size).toBe(270);
  });
});

describe("Beijing PM2.5", () => {
  const given = settings({
    time: ["year", "month", "day", "hour"],
    targets: ["pm2.5"],
    features: ["pm2.5", "DEWP", "TEMP", "PRES", "Iws", "Is", "Ir"],
    categorical: ["cbwd"],
    calendar: ["hour", "weekday", "year"],
    missing: "mask",
    split: { train_until: "2013-01-01", validation_until: "2014-01-01" },
  });

  it("has its time in four columns, gaps in its target and a wind direction", () => {
    const data = prepareData(dataFile("beijing_pm25.csv"), given);
    expect(data.features.join(", ")).toBe(
      "pm2.5, pm2.5 missing, DEWP, TEMP, PRES, Iws, Is, Ir, cbwd=NE, cbwd=NW, cbwd=SE, cbwd=cv, " +
        "hour sin, hour cos, weekday sin, weekday cos, year sin, year cos",
    );
    expect(sampleCount(data.validation)).toBe(8760 - 82);
    expect(data.validation.values.every(Number.isFinite)).toBe(true);
  });
});
