import { describe, expect, it } from "vitest";
import { prepareNewData } from "../../../worker/data/forecast/new-data.ts";
import { prepareData } from "../../../worker/data/prepare.ts";
import { describeData } from "../../../worker/data/summary.ts";
import { count, csv, dataError, settings } from "./helpers.ts";

const rows = count(60);
const wave = rows.map((i) => Math.round(100 * Math.sin(i)) / 10 + 20);
const series = { targets: ["y"], window: 3 };
const two = (n: number): string => String(n).padStart(2, "0");
const timeOf = (t: readonly (number | string)[]) =>
  describeData(csv({ t, y: wave }), settings({ ...series, time: "t" })).time;

describe("times written as one number", () => {
  it.each([
    ["an hour of a day", rows.map((i) => `201607${two(1 + Math.floor(i / 24))}${two(i % 24)}`)],
    ["a minute of a day", rows.map((i) => `201607${two(1 + Math.floor(i / 24))}${two(i % 24)}00`)],
    ["a second of a day", rows.map((i) => `201607${two(1 + Math.floor(i / 24))}${two(i % 24)}0000`)],
    ["seconds since 1970", rows.map((i) => 1_467_331_200 + 3600 * i)],
    ["milliseconds since 1970", rows.map((i) => 1000 * (1_467_331_200 + 3600 * i))],
    ["microseconds since 1970", rows.map((i) => 1e6 * (1_467_331_200 + 3600 * i))],
    ["nanoseconds since 1970", rows.map((i) => `${1_467_331_200 + 3600 * i}000000000`)],
  ])("may be %s", (_, t) => {
    expect(timeOf(t)).toEqual({ from: "2016-07-01", to: "2016-07-03 11:00:00", step: 3_600_000 });
  });

  it("are seconds where they cannot be dates, even years ahead", () => {
    expect(timeOf(rows.map((i) => 2_016_090_000 + i))?.from).toBe("2033-11-20 09:00:00");
  });

  it("are refused at the line that is not a date", () => {
    const t = rows.map((i) => (i === 40 ? "201613" : "201607") + two(1 + Math.floor(i / 24)) + two(i % 24));
    expect(dataError(() => timeOf(t)).message).toMatch(
      /^line 42, column "t", "2016130216" is not a time: write times as/,
    );
  });
});

describe("a column that numbers the rows", () => {
  const warned = (columns: Parameters<typeof csv>[0], more = {}) =>
    prepareData(csv(columns), settings({ ...series, ...more }));

  it("is not an input by default, and is named", () => {
    const { features, warnings } = warned({ No: rows, y: wave });
    expect(features).toEqual(["y"]);
    expect(warnings).toEqual([
      'column "No" rises by one from row to row and is left out of the inputs: name it in `features` if it is no row number',
    ]);
  });

  it("is one where it is asked for, is the target, or begins again with each series", () => {
    expect(warned({ No: rows, y: wave }, { features: ["No", "y"] }).features).toEqual(["No", "y"]);
    expect(warned({ No: rows, y: wave }, { targets: ["No"] }).features).toEqual(["No", "y"]);
    const unit = rows.map((i) => (i < 30 ? "a" : "b"));
    const cycle = rows.map((i) => i % 30);
    expect(warned({ unit, cycle, y: wave }, { group: "unit" }).features).toEqual(["cycle", "y"]);
  });

  it("is found in the order of the file, before series are put together", () => {
    const unit = rows.map((i) => (i % 2 === 0 ? "a" : "b"));
    expect(warned({ No: rows, unit, y: wave }, { group: "unit" }).features).toEqual(["y"]);
  });
});

describe("a column of numbers that holds times", () => {
  const warned = (stamp: readonly (number | string)[], more = {}) =>
    prepareData(csv({ stamp, y: wave }), settings({ ...series, ...more }));

  it.each([
    ["digits of dates", rows.map((i) => 20_160_701 + (i % 31))],
    ["digits of hours", rows.map((i) => `201607${two(1 + Math.floor(i / 24))}${two(i % 24)}`)],
    ["seconds since 1970", rows.map((i) => 1_467_331_200 + 3600 * i + (i > 40 ? 7200 : 0))],
  ])("is not an input by default, and is named: %s", (_, stamp) => {
    const { features, warnings } = warned(stamp);
    expect(features).toEqual(["y"]);
    expect(warnings).toEqual([
      'column "stamp" holds times and is left out of the inputs: name it in `time` if it is that of the rows, or in `features` if its numbers are meant as they are',
    ]);
  });

  it("is one where it is asked for", () => {
    const stamp = rows.map((i) => 1_467_331_200 + 3600 * i);
    expect(warned(stamp, { features: ["stamp", "y"] }).features).toEqual(["stamp", "y"]);
    expect(warned(stamp, { time: "stamp" }).warnings).toEqual([]);
  });

  it("is not what large numbers of another kind are", () => {
    const others = [
      rows.map((i) => 20_160_701 + 40 * i), // not all of them days
      rows.map((i) => 1_467_331_200 + ((i * 7919) % 5000)), // no step that most rows take
      rows.map((i) => 5e7 + i * i),
    ];
    for (const stamp of others) expect(warned(stamp).features).toEqual(["stamp", "y"]);
  });
});

describe("a value that stands for missing ones", () => {
  const warned = (columns: Parameters<typeof csv>[0]) =>
    describeData(csv(columns), settings(series)).warnings;

  it("is named with its columns, also those in which it lies less far away", () => {
    const co = wave.map((value, i) => (i % 10 === 4 ? -200 : value));
    const nox = rows.map((i) => (i % 20 === 5 ? -200 : (i * 263) % 1400));
    expect(warned({ y: wave, co, nox })).toEqual([
      '-200 stands in 9 cells of columns "co", "nox" (first on line 6), far from all other values (10 to 30): if it stands for a missing value, set `missing_values: [-200]`',
    ]);
  });

  it("is not a value among others, nor one that never repeats", () => {
    expect(warned({ y: wave, a: rows.map((i) => (i % 2 === 0 ? -1 : 1)) })).toEqual([]);
    expect(warned({ y: wave, a: rows.map((i) => (i === 7 ? 5000 : i % 9)) })).toEqual([]);
  });
});

describe("parts of the split", () => {
  it("are asked about where counts look like percentages", () => {
    const percent = { train: 70, validation: 15, test: 15 };
    const y = count(400).map((i) => i % 7);
    const said = (split: object) =>
      dataError(() => prepareData(csv({ y }), settings({ ...series, split: { ...percent, ...split } })));
    expect(said({}).message).toBe(
      "`split` would use 100 of the 400 rows: for shares write {train: 0.7, validation: 0.15, test: 0.15}, for just these rows add `unit: rows`",
    );
    const split = { ...percent, unit: "rows" as const };
    expect(prepareData(csv({ y }), settings({ ...series, split })).train.starts.length).toBe(67);
  });

  it("that leave no test rows are reported in time", () => {
    const split = { train: 40, validation: 20 };
    expect(describeData(csv({ y: wave }), settings({ ...series, split })).warnings).toEqual([
      expect.stringContaining("`split` leaves nothing to test on"),
    ]);
  });
});

it("the data reader counts classes in their order, whatever their names", () => {
  const y = rows.map((i) => [0.5, 10, 9][i % 3]!);
  const given = settings({ ...series, task: "multiclass" });
  expect(describeData(csv({ y, x: wave }), given).classes[0]?.counts.map(({ name }) => name)).toEqual([
    "0.5",
    "9",
    "10",
  ]);
});

describe("new data unlike those of training", () => {
  const given = settings({ ...series, time: "t" });
  const hours = (step: number) =>
    rows.map((i) => new Date(Date.UTC(2020, 0, 1, i * step)).toISOString().slice(0, 19));
  const { pipeline } = prepareData(csv({ t: hours(1), y: wave }), given);

  it("are refused where rows lie at another distance", () => {
    const said = (step: number) => () =>
      prepareNewData(csv({ t: hours(step), y: wave }), given, pipeline).warnings;
    expect(dataError(said(2)).message).toBe(
      "the rows are 2 hours apart, and the model was trained on rows 1 hour apart: give it rows at that interval",
    );
    expect(said(1)()).toEqual([]);
  });

  it("are warned of where values lie far outside", () => {
    const y = wave.map((value, i) => (i === 58 ? 293.15 : value));
    expect(prepareNewData(csv({ t: hours(1), y }), given, pipeline).warnings).toEqual([
      'column "y" has 1 value far outside those of training (293.15 on line 60, training had 10 to 30): what the model says of them is a guess',
    ]);
  });
});
