import { describe, expect, it } from "vitest";
import { rngFor } from "../../../search/random.ts";
import { baselines } from "../../../worker/data/baselines/baselines.ts";
import { fitAffine, predictAffine } from "../../../worker/data/baselines/affine.ts";
import { findSeason } from "../../../worker/data/baselines/seasons.ts";
import { forecastEts } from "../../../worker/data/baselines/ets.ts";
import { plainNumbers, NumberOutputs, targetSeries } from "../../../worker/data/outputs/number-outputs.ts";
import { count, csv, settings } from "./helpers.ts";

const scores = (...given: Parameters<typeof baselines>) =>
  new Map(baselines(...given).map(({ name, metrics }) => [name, metrics]));

describe("the season, where none is set", () => {
  it("is found in the training rows and named", () => {
    const rng = rngFor(1, "season");
    const y = count(600).map((i) => 5 * Math.sin((2 * Math.PI * i) / 12) + rng.normal());
    const found = scores(csv({ y }), settings({ targets: ["y"], horizon: 6 }), "validation");
    expect([...found.keys()]).toContain("season ago (12)");
    expect(found.get("season ago (12)")!.val_mse).toBeLessThan(found.get("repeat last")!.val_mse! / 3);
  });

  it("is the shortest of those that repeat it, as far as chance could prefer a longer one", () => {
    const named = count(40).map((seed) => {
      const rng = rngFor(seed, "multiples");
      const y = count(1500).map((i) => 10 * Math.sin((2 * Math.PI * i) / 24) + rng.normal());
      return findSeason([{ raw: Float64Array.from(y), scale: 7 }], [{ start: 0, end: 1050 }], 24, 400);
    });
    expect(named).toEqual(named.map(() => 24));
  });

  it("is the longer one where it says clearly more: weeks of hours", () => {
    const rng = rngFor(1, "weeks");
    const y = count(2000).map(
      (i) => Math.sin((2 * Math.PI * i) / 24) * (i % 168 < 120 ? 3 : 1) + 0.3 * rng.normal(),
    );
    expect(findSeason([{ raw: Float64Array.from(y), scale: 2 }], [{ start: 0, end: 1400 }], 24, 400)).toBe(
      168,
    );
  });

  it("is that of the calendar where another errs hardly less, and no other that shows only once", () => {
    const rng = rngFor(4, "calendar");
    const found = (y: readonly number[], usual: readonly number[]): number | undefined =>
      findSeason(
        [{ raw: Float64Array.from(y), scale: 1 }],
        [{ start: 0, end: y.length }],
        12,
        y.length,
        usual,
      );
    // Ends of quarters, and somewhat a year: 3 rows are as good as chance can tell.
    const months = count(180).map(
      (i) => (i % 3 === 2 ? 4 : 0) + 0.6 * Math.sin((2 * Math.PI * i) / 12) + rng.normal(),
    );
    expect([found(months, []), found(months, [12])]).toEqual([3, 12]);
    // Two breakdowns 116 hours apart.
    const hours = count(900).map((i) => (i === 300 || i === 416 ? 60 : 0) + 0.3 * rng.normal());
    expect([found(hours, []), found(hours, [24, 168])]).toEqual([116, undefined]);
    const cycle = count(900).map((i) => 3 * Math.sin((2 * Math.PI * i) / 35) + rng.normal());
    expect(found(cycle, [24, 168])).toBe(35);
  });

  it("is not invented for a random walk, nor for noise", () => {
    const rng = rngFor(2, "season");
    let level = 0;
    const walk = count(600).map(() => (level += rng.normal()));
    const noise = count(600).map(() => rng.normal());
    for (const y of [walk, noise]) {
      const found = scores(csv({ y }), settings({ targets: ["y"], horizon: 6 }), "validation");
      expect([...found.keys()]).toEqual(["repeat last", "drift", "ets", "linear"]);
    }
  });
});

describe("the linear baseline", () => {
  const rng = rngFor(3, "driven");
  const x = count(800).map(() => rng.normal());
  const y = x.map((_, i) => (i === 0 ? 0 : x[i - 1]!) + 0.1 * rng.normal());

  it("looks at all inputs of a trial: it follows a series that another column drives", () => {
    const found = scores(csv({ x, y }), settings({ targets: ["y"], features: ["x"] }), "validation");
    expect(found.get("linear")!.val_mse).toBeLessThan(0.02);
    expect(found.get("repeat last")!.val_mse).toBeGreaterThan(1);
  });

  it("keeps to the past of the target where other columns say nothing", () => {
    const wave = count(800).map((i) => Math.sin(i / 5) + Math.sin(i / 17));
    const given = { targets: ["wave"], horizon: 4 };
    const alone = scores(csv({ wave }), settings(given), "validation").get("linear")!;
    const beside = scores(csv({ wave, x }), settings(given), "validation").get("linear")!;
    expect(beside.val_mse).toBeLessThan(Math.max(2 * alone.val_mse!, 1e-4));
  });

  it("of a short series that returns to its mean errs at most a third more than the best forecast there is", () => {
    const [steps, memory] = [5, 0.8];
    const sum = { linear: 0, repeated: 0 };
    for (const seed of count(20)) {
      const noise = rngFor(seed, "short");
      let value = 0;
      const short = count(150).map(() => 50 + (value = memory * value + noise.normal()));
      const found = scores(csv({ short }), settings({ targets: ["short"], horizon: steps }), "validation");
      sum.linear += found.get("linear")!.val_mse!;
      sum.repeated += found.get("repeat last")!.val_mse!;
    }
    // Squared errors k steps ahead, of the best forecast and of the last value, without what both have in common.
    const over = (error: (k: number) => number): number =>
      count(steps).reduce((sum, i) => sum + error(i + 1), 0);
    const best = over((k) => 1 - memory ** (2 * k)) / over((k) => 2 * (1 - memory ** k));
    expect(sum.linear / sum.repeated / best).toBeLessThan(4 / 3);
  });

  it("is there for series held out as a whole, and sees none of another series", () => {
    const units = ["a", "b", "c", "d", "e", "f"];
    const levels = units.map((_, u) => 1000 * u);
    const file = csv({
      unit: units.flatMap((name) => count(80).map(() => name)),
      y: units.flatMap((_, u) => count(80).map((i) => levels[u]! + Math.sin(i / 3))),
    });
    const split = { by: "unit", train: 0.5, validation: 0.2 };
    const given = settings({ targets: ["y"], group: "unit", window: 20, split });
    const found = scores(file, given, "validation");
    // Within a series the steps are small; from the end of another they are a thousand.
    expect(found.get("repeat last")!.val_mae_raw).toBeLessThan(1);
    expect(found.get("linear")!.val_mae_raw).toBeLessThan(found.get("repeat last")!.val_mae_raw!);
  });
});

describe("exponential smoothing", () => {
  it("forecasts as statsmodels 0.15 does with the same factors and first season", () => {
    const y = Float64Array.from(count(24).map((i) => ((i * i) % 17) + 0.3 * i));
    const scaler = { center: 0, scale: 1 };
    const fitted = { column: "y", fill: 0, ...scaler, metric: scaler };
    const series = targetSeries(fitted, y, [{ start: 0, end: 24 }], plainNumbers.difference, null);
    const outputs = new NumberOutputs([series], { ...plainNumbers, horizon: 6 });
    const how = { season: 4, level: 0.4, trend: 0.1, damping: 0.9, seasonal: 0.3 };
    const said = new Float64Array(6);
    forecastEts(outputs, 0, how, [{ start: 0, end: 24 }], Int32Array.of(24), said);
    // ETSModel(y, error="add", trend="add", damped_trend=True, seasonal="add", seasonal_periods=4,
    //   initialization_method="known", ...).smooth([0.4, 0.4 * 0.1, 0.3, 0.9]).forecast(6)
    const expected = [14.993502476, 17.165833852, 12.731675538, 11.509285318, 15.400673171, 17.532287477];
    for (const [i, value] of expected.entries()) expect(said[i]).toBeCloseTo(value, 8);
  });

  it("follows a trend with a season better than repeating either", () => {
    const rng = rngFor(4, "ets");
    const y = count(240).map((i) => 0.5 * i + 10 * Math.sin((2 * Math.PI * i) / 12) + rng.normal());
    const found = scores(csv({ y }), settings({ targets: ["y"], horizon: 12, season: 12 }), "test");
    expect(found.get("ets")!.test_mse).toBeLessThan(found.get("season ago")!.test_mse! / 3);
    expect(found.get("drift")!.test_mse).toBeLessThan(found.get("season ago")!.test_mse! / 3);
  });
});

describe("exponential smoothing of a slope that lasts", () => {
  it("does not damp it", () => {
    const rng = rngFor(6, "slope");
    const y = count(300).map((i) => (i < 150 ? i : 150 + 3 * (i - 150)) + 0.3 * rng.normal());
    const split = { train: 0.7, validation: 0.15 };
    const found = scores(
      csv({ y }),
      settings({ targets: ["y"], horizon: 12, split, normalise: "none" }),
      "test",
    );
    // With the weakest damping, 0.98, it would be a twelfth.
    expect(found.get("ets")!.test_mse).toBeLessThan(found.get("drift")!.test_mse! / 40);
  });
});

describe("random convolutions", () => {
  it("know a shape wherever in a sample it lies, which the linear classifier cannot", () => {
    const rng = rngFor(5, "shapes");
    const samples = count(300).map((i) => {
      const at = rng.int(30);
      const up = i % 2 === 0;
      const steps = count(40).map(() => 0.3 * rng.normal());
      // The same five values, forwards or backwards.
      [0, 1, 2, 3, 4].forEach((k) => (steps[at + k]! += up ? k : 4 - k));
      return { label: up ? "up" : "down", steps };
    });
    const columns = Object.fromEntries(
      count(40).map((k) => [`t${k}`, samples.map(({ steps }) => steps[k]!)]),
    );
    const file = csv({ label: samples.map(({ label }) => label), ...columns });
    const given = settings({ task: "binary", layout: "wide", targets: ["label"] });
    const found = scores(file, given, "validation");
    expect(found.get("random convolutions")!.val_accuracy).toBeGreaterThan(0.9);
    expect(found.get("linear")!.val_accuracy).toBeLessThan(0.75);
  });
});

describe("ridge by products of samples", () => {
  it("gives the same predictions as by products of inputs", () => {
    const rng = rngFor(6, "dual");
    const [samples, width] = [30, 29];
    const x = Array.from({ length: samples }, () => Array.from({ length: width + 2 }, () => rng.normal()));
    for (const row of x) row[width] = row[width + 1] = 0; // two inputs more that say nothing
    const described = (inputs: number) => ({
      width: inputs,
      write: (sample: number, row: Float64Array) => row.forEach((_, k) => (row[k] = x[sample]![k]!)),
    });
    const y = { targets: Float32Array.from(x, (row) => row[0]! - 2 * row[3]!), outputs: 1 };
    const options = { samples: count(samples), held: (i: number) => i % 3 === 0 };
    const [primal, dual] = [width, width + 2].map((inputs) => {
      const { affine } = fitAffine(described(inputs), y, options);
      return predictAffine(described(inputs), samples, affine());
    });
    // The strength is relative to the mean over the inputs, of which there are two more.
    for (const [i, value] of primal!.entries()) expect(dual![i]).toBeCloseTo(value, 1);
  });
});

describe("ridge of many outputs", () => {
  it("predicts each as it does among few, though strengths are compared on some of them only", () => {
    const rng = rngFor(7, "many outputs");
    const [samples, width, outputs] = [90, 19, 12];
    const rows = Array.from({ length: samples }, () => Float64Array.from(count(width), () => rng.normal()));
    const x = { width, write: (sample: number, row: Float64Array) => row.set(rows[sample]!) };
    const y = rows.map((row) => count(outputs).map((k) => row[k]! - row[k + 5]! + rng.normal()));
    const options = { samples: count(samples), held: (i: number) => i >= 70 };
    const fitted = (times: number): Float32Array => {
      const targets = Float32Array.from(
        y.flatMap((one) => one.flatMap((value) => count(times).map(() => value))),
      );
      const { affine } = fitAffine(x, { targets, outputs: times * outputs }, options);
      return predictAffine(x, samples, affine());
    };
    const [once, twice] = [fitted(1), fitted(2)];
    for (const [i, value] of twice.entries()) expect(value).toBeCloseTo(once[Math.floor(i / 2)]!, 5);
  });
});
