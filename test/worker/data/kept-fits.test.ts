import { describe, expect, it } from "vitest";
import { rngFor } from "../../../search/random.ts";
import { sweepBaselines } from "../../../orchestrator/run/baselines/sweep-baselines.ts";
import { baselineParts, predictBaselines } from "../../../worker/data/baselines/baselines.ts";
import type { FittedBaseline } from "../../../worker/data/baselines/fitted.ts";
import { decodeFits, encodeFits, fitsFor, type KeptFits } from "../../../worker/data/baselines/kept-fits.ts";
import { readTable, type Table } from "../../../worker/data/file/table.ts";
import type { DataSettings } from "../../../worker/protocol/data-settings.ts";
import { count, csv, settings } from "./helpers.ts";

const rng = rngFor(1, "kept");
const x = count(300).map((i) => Math.sin(i / 4) + 0.2 * rng.normal());
const y = x.map((_, i) => 3 * (x[i - 1] ?? 0) + (i % 12) + 0.1 * rng.normal());
const kind = y.map((value) => (value > 6 ? "high" : value > 3 ? "middle" : "low"));
const series = readTable(csv({ x, y, kind }));
const samples = readTable(
  csv({
    label: count(60).map((i) => (i % 3 === 0 ? "low" : "high")),
    ...Object.fromEntries(count(12).map((k) => [`t${k}`, count(60).map((i) => (i % 3) * k + rng.normal())])),
  }),
);

/** What the baselines of a study have learned, through a file. */
function kept(table: Table, given: DataSettings): KeptFits {
  const question = { source: table, settings: given, metric: "val_loss" };
  return decodeFits(encodeFits(sweepBaselines(question).fits))!;
}

const numbers = settings({ horizon: 4, targets: ["y"], season: 12, window: 24, features: ["x", "y"] });
const classes = settings({ task: "multiclass", targets: ["kind"], features: ["x"], horizon: 1, window: 24 });
const wide = settings({ task: "binary", layout: "wide", targets: ["label"] });

describe("baselines that a study has fitted", () => {
  it.each([
    ["a series", series, numbers, { ...numbers, window: 8, stride: 3 }],
    ["a series in folds", series, { ...numbers, folds: 3 }, { ...numbers, folds: 3, window: 8 }],
    ["classes of a series", series, classes, { ...classes, window: 8 }],
    ["samples", samples, wide, wide],
  ] as const)(
    "say the same of %s in the verdict as when they are fitted for it",
    (_, table, given, trial) => {
      const own = kept(table, given);
      const count = trial.folds ?? 1;
      const fits = fitsFor(own, trial, count)!;
      for (let fold = 0; fold < count; fold++) {
        const options = trial.folds === undefined ? {} : { fold };
        const fresh = predictBaselines(table, trial, "validation", options);
        const again = predictBaselines(table, trial, "validation", { ...options, kept: fits[fold] });
        expect(again.found).toEqual(fresh.found);
        expect(again.found.length).toBeGreaterThan(1);
      }
    },
  );

  it("are taken as they are, not fitted again", () => {
    const own = kept(series, numbers);
    const fits = { ...own.parts[0]!, found: own.parts[0]!.found.slice(0, 2) };
    const names = own.parts[0]!.found.map(({ name }) => name);
    const { found } = predictBaselines(series, numbers, "validation", { kept: fits });
    expect(found.map(({ name }) => name)).toEqual(names.slice(0, 2));
    const foreign = { ...fits, before: fits.before! + 1 };
    const others = predictBaselines(series, numbers, "validation", { kept: foreign });
    expect(others.found.map(({ name }) => name)).toEqual(names);
  });

  it("serve no trial whose data are prepared otherwise, or that has other folds", () => {
    const own = kept(series, numbers);
    expect(fitsFor(own, { ...numbers, window: 8 }, 1)).toBeDefined();
    expect(fitsFor(own, { ...numbers, features: ["y"] }, 1)).toBeUndefined();
    expect(fitsFor(own, { ...numbers, normalise: "minmax" }, 1)).toBeUndefined();
    expect(fitsFor(own, numbers, 3)).toBeUndefined();
    expect(fitsFor(undefined, numbers, 1)).toBeUndefined();
    expect(fitsFor(kept(samples, wide), { ...wide, window: wide.window + 1 }, 1)).toBeUndefined();
  });

  it("that are not finite are fitted again, for JSON cannot say them", () => {
    const [part] = baselineParts(series, numbers, "validation");
    const drift: FittedBaseline["fitted"] = { method: "drift", season: 1, change: [Number.NaN] };
    const found = [{ name: "drift", naive: false, fitted: drift }];
    expect(
      decodeFits(encodeFits({ settings: numbers, parts: [{ before: part!.before, found }] })),
    ).toBeUndefined();
  });
});
