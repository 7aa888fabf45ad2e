import { describe, expect, it } from "vitest";
import { outlineFold, prepareFold, tableOf, type DataSource } from "../../../worker/data/prepare.ts";
import { sampleCount } from "../../../worker/data/outputs/sequences.ts";
import type { DataSettings } from "../../../worker/protocol/data-settings.ts";
import { csv, settings } from "./helpers.ts";

const wave = Array.from({ length: 60 }, (_, i) => Math.sin(i / 3) + i / 50);
const split = { train: 0.6, validation: 0.2 };

/** What is said of data, by the outline and by the whole preparation: a summary, or the error. */
function both(source: DataSource, given: DataSettings, fold?: number): readonly [unknown, unknown] {
  const table = tableOf(source, given);
  const attempt = (look: () => unknown): unknown => {
    try {
      return look();
    } catch (error) {
      return error instanceof Error ? error.message : error;
    }
  };
  return [
    attempt(() => outlineFold(table, given, fold)),
    attempt(() => {
      const { train, validation, features, outputs, pipeline, warnings } = prepareFold(
        table,
        given,
        {},
        fold,
      );
      const steps = pipeline.steps;
      return {
        window: train.window,
        samples: { train: sampleCount(train), validation: sampleCount(validation) },
        features,
        outputs,
        ...(steps && { steps }),
        warnings,
      };
    }),
  ];
}

describe("an outline of the data says what the whole preparation says", () => {
  const series = { targets: ["y"], window: 5, horizon: 2, split };

  const flat = wave.map((_, i) => (i < 50 ? 3 : i));
  const gaps = wave.map((value, i) => (i % 7 === 3 ? "NA" : value));
  const cases: Record<string, readonly [Parameters<typeof csv>[0], Parameters<typeof settings>[0]]> = {
    levels: [{ y: wave }, series],
    changes: [{ y: wave }, { ...series, inputs: "change" }],
    "changes of a constant input": [
      { y: wave, x: flat },
      { ...series, inputs: "change" },
    ],
    "an input that is constant but for one window's first row": [
      { y: wave, x: wave.map((_, i) => (i === 0 ? 1 : 3)) },
      { ...series, inputs: "change", difference: 0 },
    ],
    "a window of one row of changes": [{ y: wave }, { ...series, window: 1, inputs: "change" }],
    "changes that are not scaled": [
      { y: wave, x: flat },
      { ...series, inputs: "change", normalise: "none" },
    ],
    "interpolated gaps": [
      { y: wave, x: gaps },
      { ...series, missing: "linear" },
    ],
    "gaps in the target": [{ y: gaps }, { ...series, missing: "ffill" }],
    "a window that is too long": [{ y: wave }, { ...series, window: 40 }],
    folds: [{ y: wave }, { ...series, folds: 3 }],
  };
  it.each(Object.entries(cases))("%s", (_, [columns, given]) => {
    const [outline, whole] = both(csv(columns), settings(given));
    expect(outline).toEqual(whole);
  });

  it("refuses copies of windows that would take more than 400 MB, which it does not make", () => {
    const long = csv({ y: Array.from({ length: 12_000 }, (_, i) => Math.sin(i)) });
    const given = {
      ...series,
      inputs: "change" as const,
      window: 11_000,
      split: { train: 11_500, validation: 400 },
    };
    const many = csv({ y: Array.from({ length: 40_000 }, (_, i) => Math.sin(i)) });
    const [fits, whole] = both(long, settings(given));
    expect(fits).toEqual(whole);
    const [refused, same] = both(
      many,
      settings({ ...given, window: 9000, split: { train: 0.8, validation: 0.1 } }),
    );
    expect(refused).toContain("shorten `window`");
    expect(refused).toBe(same);
  });
});
