import { describe, expect, it } from "vitest";
import { describeData } from "../../../worker/data/summary.ts";
import { count, csv, dataError, settings } from "./helpers.ts";

const day = (i: number): string => new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10);

it("counts a series once, also where gaps cut it", () => {
  const t = count(40).map((i) =>
    new Date(Date.UTC(2026, 0, 1, i < 20 ? i : i + 9)).toISOString().slice(0, 16),
  );
  const { series } = describeData(
    csv({ t, y: count(40) }),
    settings({ time: "t", targets: ["y"], window: 3, gaps: "cut" }),
  );
  expect(series).toBe(1);
});

describe("the summary of a file", () => {
  const columns = { t: count(20).map(day), wind: count(20).map(() => "N"), y: count(20) };
  const given = settings({
    time: "t",
    targets: ["y"],
    window: 4,
    horizon: 2,
    split: { train: 10, validation: 5 },
  });

  const leftOut =
    'column "wind" is text and is left out of the inputs: name it under `categorical` to use it';

  it("says what there is and what becomes of it", () => {
    expect(describeData(csv(columns), given)).toEqual({
      rows: 20,
      columns: [
        { name: "t", kind: "text", missing: 0 },
        { name: "wind", kind: "text", missing: 0 },
        { name: "y", kind: "number", missing: 0 },
      ],
      time: { from: "2020-01-01", to: "2020-01-20", step: 86_400_000 },
      series: 1,
      window: 4,
      features: ["y"],
      outputs: ["y+1", "y+2"],
      classes: [],
      parts: {
        train: { rows: 10, samples: 5, from: "2020-01-01", to: "2020-01-10" },
        validation: { rows: 5, samples: 4, from: "2020-01-11", to: "2020-01-15" },
        test: { rows: 5, samples: 4, from: "2020-01-16", to: "2020-01-20" },
      },
      warnings: [leftOut],
    });
  });

  it("says how the folds differ in what they train on", () => {
    const folds = describeData(csv(columns), {
      ...given,
      window: 2,
      split: { train: 14, validation: 3 },
      folds: 3,
    });
    expect(folds.folds).toEqual({ count: 3, least: 8, most: 14 });
    const label = count(40).map((i) => i % 2);
    const wide = settings({
      task: "binary",
      layout: "wide",
      targets: ["label"],
      split: { train: 0.5, validation: 0.3, seed: 1 },
      folds: 3,
    });
    const samples = describeData(csv({ label, a: count(40), b: label }), wide);
    expect(samples.folds).toEqual({ count: 3, least: 21, most: 22 });
    expect(samples.steps).toEqual(["a", "b"]);
  });

  it("refuses folds whose first has too little to train on, and names it", () => {
    const short = { ...given, window: 6, split: { train: 14, validation: 3 }, folds: 3 };
    expect(dataError(() => describeData(csv(columns), short))).toMatchObject({
      message:
        "in fold 1 of `folds: 3` the training part has 8 rows, which gives one window only: give it at least 9 of them by `split`, or lower `window` (6) or `horizon` (2), or lower `folds`",
      setting: "window",
    });
    // What has nothing to do with folds does not speak of them.
    const none = dataError(() => describeData(csv(columns), { ...short, targets: ["z"] }));
    expect(none.message).not.toContain("fold");
    const long = dataError(() => describeData(csv(columns), { ...short, window: 12 }));
    expect(long.message).not.toContain("fold");
  });

  it("warns of gaps in time", () => {
    const t = count(20).map((i) => day(i < 9 ? i : i + 3));
    expect(describeData(csv({ ...columns, t }), given).warnings).toEqual([
      "1 gap in time, the widest of about 3 rows after 2020-01-09 (line 10): windows run across as if no time had passed, unless you set `gaps` to cut or fill",
      leftOut,
    ]);
  });
});
