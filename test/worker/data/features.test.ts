import { describe, expect, it } from "vitest";
import { phase } from "../../../worker/data/inputs/calendar.ts";
import { prepareData } from "../../../worker/data/prepare.ts";
import { parseTime } from "../../../worker/data/file/parse-time.ts";
import { count, csv, dataError, sample, settings } from "./helpers.ts";

const split = { train: 4, validation: 2 };
const y = [1, 2, 3, 4, 5, 6];

describe("categorical columns", () => {
  const file = csv({ wind: ["N", "S", "N", "W", "E", "S"], y });
  const given = {
    targets: ["y"],
    features: ["y"],
    categorical: ["wind"],
    window: 1,
    normalise: "none" as const,
    split,
  };

  it("become one input for each value of the training rows", () => {
    const data = prepareData(file, settings(given));
    expect(data.features).toEqual(["y", "wind=N", "wind=S", "wind=W"]);
    expect(sample(data.train, 1)).toEqual([[2, 0, 1, 0]]);
  });

  it("are all 0 for a value not seen in training, and that is counted", () => {
    const data = prepareData(file, settings(given));
    expect(sample(data.validation, 1)).toEqual([[5, 0, 0, 0]]);
    expect(data.warnings).toEqual([
      '1 row holds values of "wind" that the training rows do not have ("E"): all its inputs are 0 there',
    ]);
  });

  it("may be numbers, which then are no numeric input", () => {
    const data = prepareData(
      csv({ zone: [2, 10, 2, 2, 10, 2], y }),
      settings({ ...given, features: "numeric", categorical: ["zone"] }),
    );
    expect(data.features).toEqual(["y", "zone=2", "zone=10"]);
  });

  it("with a value for every row are refused", () => {
    const file = csv({ id: count(500).map((i) => `id${i}`), y: count(500) });
    expect(
      dataError(() =>
        prepareData(
          file,
          settings({ ...given, categorical: ["id"], split: { train: 0.8, validation: 0.1 } }),
        ),
      ).message,
    ).toContain("more than 200 different values");
  });
});

describe("a straight line", () => {
  const line = csv({ x: count(12).map((i) => 3 * i), y: count(12).map((i) => i * i) });
  const given = { targets: ["y"], window: 2, split: { train: 8, validation: 4 } };

  it("is constant in its differences only", () => {
    expect(prepareData(line, settings(given)).warnings).toEqual([]);
    expect(prepareData(line, settings({ ...given, difference: 1 })).warnings).toEqual([
      'the differences of column "x" are constant in the training rows: as inputs they are always 0',
    ]);
  });
});

it("a target of samples among the inputs is refused as the answer, whatever its cells hold", () => {
  const file = csv({ label: [0, 1, 0, "oops", 1, 0, 1, 0], v: count(8) });
  const wide = settings({
    layout: "wide",
    targets: ["label"],
    features: ["label", "v"],
    split: { train: 5, validation: 3 },
  });
  expect(dataError(() => prepareData(file, wide)).message).toContain(
    'the target "label" is named as an input too, which would give the answer away',
  );
});

describe("calendar inputs", () => {
  it("place a moment in its day, week, month and year", () => {
    const at = (part: Parameters<typeof phase>[0], text: string): number => phase(part, parseTime(text));
    expect(at("hour", "2020-01-01 18:00")).toBe(0.75);
    expect(at("hour", "1969-12-31 18:00")).toBe(0.75);
    expect(at("weekday", "2020-01-05 12:00")).toBeCloseTo(0.5 / 7, 12);
    expect(at("day", "2020-01-01")).toBe(0);
    expect(at("month", "2020-07-15")).toBe(0.5);
    expect(at("year", "2021-07-02 12:00")).toBe(0.5);
  });

  it("are sine and cosine, so that midnight is next to 23:59", () => {
    const file = csv({ t: count(6).map((i) => `2020-01-01 ${6 + 3 * i > 21 ? 21 : 6 + 3 * i}:0${i}`), y });
    const data = prepareData(
      file,
      settings({ time: "t", targets: ["y"], calendar: ["hour"], window: 1, normalise: "none", split }),
    );
    expect(data.features).toEqual(["y", "hour sin", "hour cos"]);
    expect(sample(data.train, 0)[0]![1]).toBeCloseTo(1, 6);
    expect(sample(data.train, 0)[0]![2]).toBeCloseTo(0, 6);
  });

  it("need a time column", () => {
    const error = dataError(() =>
      prepareData(csv({ y }), settings({ targets: ["y"], calendar: "all", window: 1, split })),
    );
    expect(error.message).toContain("name the time column in `time`");
  });
});

describe("several series in one file", () => {
  // Two series, interleaved by day; b runs ten above a.
  const days = count(10).flatMap((i) => [`2020-01-${10 + i}`, `2020-01-${10 + i}`]);
  const file = csv({
    day: days,
    place: days.map((_, i) => (i % 2 === 0 ? "a" : "b")),
    y: days.map((_, i) => (i % 2 === 0 ? i / 2 : 10 + (i - 1) / 2)),
  });
  const given = { time: "day", group: "place", targets: ["y"], window: 2, normalise: "none" as const };

  it("no window crosses from one to the other, and all are cut at the same moments", () => {
    const data = prepareData(file, settings({ ...given, split: { train: 0.6, validation: 0.4 } }));
    expect(Array.from(data.train.targets)).toEqual([2, 3, 4, 5, 12, 13, 14, 15]);
    expect(sample(data.train, 4)).toEqual([[10], [11]]);
    expect(Array.from(data.validation.targets)).toEqual([6, 7, 8, 9, 16, 17, 18, 19]);
    expect(sample(data.validation, 4)).toEqual([[14], [15]]);
  });

  it("can be distinguished by the model", () => {
    const data = prepareData(
      file,
      settings({
        ...given,
        categorical: ["place"],
        split: { train_until: "2020-01-16", validation_until: "2020-01-18" },
      }),
    );
    expect(data.features).toEqual(["y", "place=a", "place=b"]);
    expect(Array.from(data.validation.targets)).toEqual([6, 7, 16, 17]);
  });

  it("without `group` their times are refused as duplicate", () => {
    expect(dataError(() => prepareData(file, settings({ ...given, group: undefined }))).message).toContain(
      "lines 2 and 3 have the same time (2020-01-10)",
    );
  });

  it("row counts do not say how to split several series", () => {
    expect(
      dataError(() => prepareData(file, settings({ ...given, split: { train: 12, validation: 4 } }))).message,
    ).toContain("use fractions or dates");
  });
});

describe("a split column", () => {
  const given = { targets: ["y"], window: 1, normalise: "none" as const, split: { column: "part" } };

  it("says which rows of a series are trained on, validated on and tested on", () => {
    const file = csv({ part: ["train", "train", "train", "val", "val", "test"], y });
    const data = prepareData(file, settings(given));
    expect(data.features).toEqual(["y"]);
    expect(Array.from(data.train.targets)).toEqual([2, 3]);
    expect(Array.from(data.validation.targets)).toEqual([4, 5]);
  });

  it("validates on the last training rows where it names none", () => {
    const file = csv({ part: ["train", "train", "train", "train", "train", "test"], y });
    const data = prepareData(file, settings({ ...given, split: { column: "part", validation: 0.4 } }));
    expect(Array.from(data.validation.targets)).toEqual([4, 5]);
  });

  it.each([
    [
      ["train", "test", "train", "train", "test", "test"],
      'line 4, column "part", says train after later parts',
    ],
    [["train", "train", "holdout", "train", "test", "test"], 'line 4, column "part", says "holdout"'],
  ])("refuses %j", (part, sentence) => {
    expect(dataError(() => prepareData(csv({ part, y }), settings(given))).message).toContain(sentence);
  });
});

describe("rolling-origin folds", async () => {
  const { prepareFolds } = await import("../../../worker/data/prepare.ts");
  const { baselines } = await import("../../../worker/data/baselines/baselines.ts");
  const file = csv({ y: count(20).map((i) => (i * 7) % 11) });
  const given = {
    targets: ["y"],
    window: 2,
    normalise: "none" as const,
    split: { train: 12, validation: 4 },
  };

  it("validate on equal parts one after another and train on all rows before each", () => {
    const folds = prepareFolds(csv({ y: count(20) }), settings({ ...given, folds: 3 }));
    expect(folds.map(({ train }) => train.starts.length)).toEqual([2, 6, 10]);
    expect(folds.map(({ validation }) => Array.from(validation.targets))).toEqual([
      [4, 5, 6, 7],
      [8, 9, 10, 11],
      [12, 13, 14, 15],
    ]);
  });

  it("end with the split itself, and all have the same test windows", () => {
    const three = settings({ ...given, folds: 3 });
    const folds = prepareFolds(file, three, { test: true });
    expect(folds.map(({ test }) => test?.starts.length)).toEqual([4, 4, 4]);
    expect(folds[2]!.validation).toEqual(prepareData(file, three, { test: true }).validation);
  });

  it("give baselines the mean over folds", () => {
    const one = (split: object) =>
      baselines(
        file,
        settings({ ...given, split: split as { train: number; validation: number } }),
        "validation",
      )[0]!.metrics;
    const mean = baselines(file, settings({ ...given, folds: 2 }), "validation")[0]!.metrics;
    const [a, b] = [one({ train: 8, validation: 4 }), one({ train: 12, validation: 4 })];
    expect(mean.val_mse).toBeCloseTo((a.val_mse! + b.val_mse!) / 2, 12);
  });

  it("need enough training rows", () => {
    expect(dataError(() => prepareFolds(file, settings({ ...given, folds: 4 }))).message).toContain(
      "`folds: 4` needs more than 12 training rows (3 times the 4 validation rows) and there are 12",
    );
  });
});
