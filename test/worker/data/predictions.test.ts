import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prepareNewData } from "../../../worker/data/forecast/new-data.ts";
import { pacesOf, timeAfter } from "../../../worker/data/forecast/pace.ts";
import { predictionRows } from "../../../worker/data/forecast/predictions.ts";
import { prepareData } from "../../../worker/data/prepare.ts";
import { describeData } from "../../../worker/data/summary.ts";
import { arrange } from "../../../worker/data/split/arrange.ts";
import { readTable } from "../../../worker/data/file/table.ts";
import { parseTime } from "../../../worker/data/file/parse-time.ts";
import { timeText } from "../../../worker/data/file/moments.ts";
import type { CsvCell } from "../../../worker/data/file/write-csv.ts";
import { count, csv, settings } from "./helpers.ts";

type Given = Partial<Parameters<typeof settings>[0]>;
type Columns = Parameters<typeof csv>[0];

/** A forecast of zeros for the file a model was trained on. */
function forecast(
  columns: Columns,
  more: Given,
  from: "last" | "every" = "last",
  widths?: readonly (readonly number[])[],
): CsvCell[][] {
  const given = settings({ time: "t", targets: ["y"], window: 3, horizon: 3, ...more });
  const { pipeline } = prepareData(csv(columns), given);
  const fresh = prepareNewData(csv(columns), given, pipeline, { from });
  const said = new Float64Array(fresh.samples.length * fresh.outputs.length);
  return predictionRows(fresh, pipeline, given, said, { widths });
}

const column = (rows: CsvCell[][], name: string): CsvCell[] =>
  rows.slice(1).map((row) => row[rows[0]!.indexOf(name)]!);

/** The times of three rows after these. */
const after = (t: readonly (string | number)[]): CsvCell[] =>
  column(forecast({ t, y: t.map((_, i) => i % 5) }, {}), "time");

const day = (date: Date): string => date.toISOString().slice(0, 10);
const monthEnds = count(124).map((i) => day(new Date(Date.UTC(2012, i + 1, 0))));

describe("the times of a forecast", () => {
  it("are years after years", () => {
    expect(after(count(200, 1800))).toEqual(["2000-01-01", "2001-01-01", "2002-01-01"]);
  });

  it("are months after months, and month ends after month ends", () => {
    const firsts = count(40).map(
      (i) => `${2019 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, "0")}`,
    );
    expect(after(firsts)).toEqual(["2022-05-01", "2022-06-01", "2022-07-01"]);
    expect(after(monthEnds)).toEqual(["2022-05-31", "2022-06-30", "2022-07-31"]);
    const quarters = monthEnds.filter((_, i) => i % 3 === 2);
    expect(after(quarters)).toEqual(["2022-06-30", "2022-09-30", "2022-12-31"]);
  });

  it("come to the last day of a month that is too short, and back", () => {
    const thirtieths = count(36).map((i) => new Date(Date.UTC(2017, i, i % 12 === 1 ? 28 : 30)));
    expect(after(thirtieths.map((date) => `${day(date)} 06:00`))).toEqual([
      "2020-01-30 06:00:00",
      "2020-02-29 06:00:00",
      "2020-03-30 06:00:00",
    ]);
  });

  it("are equally far apart otherwise", () => {
    expect(after(count(30).map((i) => day(new Date(Date.UTC(2020, 0, 1 + 7 * i)))))).toEqual([
      "2020-07-29",
      "2020-08-05",
      "2020-08-12",
    ]);
  });

  it("follow the pace of each series", () => {
    const hourly = count(300).map((i) => new Date(Date.UTC(2020, 0, 1, i)).toISOString().slice(0, 16));
    const daily = count(40).map((i) => day(new Date(Date.UTC(2019, 11, 1 + i))));
    const columns = {
      t: [...hourly, ...daily],
      g: [...hourly.map(() => "h"), ...daily.map(() => "d")],
      y: count(340).map((i) => i % 7),
    };
    const split = { train_until: "2020-01-04", validation_until: "2020-01-08" };
    const rows = forecast(columns, { group: "g", split, horizon: 2 });
    expect(column(rows, "time")).toEqual([
      "2020-01-13 12:00:00",
      "2020-01-13 13:00:00",
      "2020-01-10",
      "2020-01-11",
    ]);
    const given = settings({ time: "t", group: "g", targets: ["y"], window: 3, split });
    expect(describeData(csv(columns), given).warnings).toEqual([]);
  });

  it("stand beside each of the columns that tell series apart together", () => {
    const places = count(120).map((i) => ({
      shop: ["01", "1"][i % 2]!,
      article: ["tea", "cake"][(i >> 1) % 2]!,
    }));
    const columns = {
      t: places.map((_, i) => day(new Date(Date.UTC(2020, 0, 1 + (i >> 2))))),
      shop: places.map(({ shop }) => shop),
      article: places.map(({ article }) => article),
      y: places.map((_, i) => (i * i) % 11),
    };
    const rows = forecast(columns, { group: ["shop", "article"], horizon: 1 });
    expect(rows[0]!.slice(0, 5)).toEqual(["shop", "article", "line", "step", "time"]);
    expect(rows.slice(1).map((row) => row.slice(0, 5))).toEqual([
      ["01", "tea", 118, 1, "2020-01-31"],
      ["1", "tea", 119, 1, "2020-01-31"],
      ["01", "cake", 120, 1, "2020-01-31"],
      ["1", "cake", 121, 1, "2020-01-31"],
    ]);
    const given = settings({ time: "t", group: ["shop", "article"], targets: ["y"], window: 3 });
    expect(describeData(csv(columns), given)).toMatchObject({ series: 4, features: ["y"] });
  });

  it("tell series apart whose names have commas", () => {
    const columns = {
      t: count(80).map((i) => day(new Date(Date.UTC(2020, 0, 1 + (i >> 1))))),
      city: count(80).map((i) => ['"Washington, DC"', "Washington"][i % 2]!),
      article: count(80).map((i) => ["tea", '"DC, tea"'][i % 2]!),
      y: count(80).map((i) => (i * i) % 11),
    };
    const given = settings({ time: "t", group: ["city", "article"], targets: ["y"], window: 3 });
    const names = arrange(readTable(csv(columns)), given).blocks.map(({ name }) => name);
    expect(names).toEqual(['"Washington, DC", tea', 'Washington, "DC, tea"']);
  });

  it("of a series with one row are like those of others, and empty where no other is known", () => {
    const blocks = [
      { start: 0, end: 1 },
      { start: 1, end: 4 },
    ];
    const times = Float64Array.from([9, 10, 20, 30]);
    const table = readTable(csv({ a: ["x", "y", "z", "z"] }));
    expect(pacesOf({ table, times, blocks })[0]).toEqual({ kind: "steady", milliseconds: 10 });
    expect(pacesOf({ table, times, blocks: blocks.slice(0, 1) })).toEqual([undefined]);
  });

  it("lie in the next month, on the day or the last one before it, whatever the month", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * 12 }), fc.integer({ min: 1, max: 31 }), (month, on) => {
        const pace = { kind: "months", months: 1, day: on } as const;
        const first = timeAfter(Date.UTC(1800, month, 1), pace, 0);
        const next = new Date(timeAfter(first, pace, 1));
        const last = new Date(Date.UTC(1800, month + 2, 0));
        expect(day(next)).toBe(day(new Date(Math.min(+last, Date.UTC(1800, month + 1, on)))));
      }),
    );
  });
});

describe("the times of predicted classes", () => {
  const t = count(40).map((i) => day(new Date(Date.UTC(2020, 0, 1 + i))));
  const columns = { t, y: count(40).map((i) => (i % 3 === 0 ? "up" : "down")), x: count(40) };
  const given: Given = { task: "binary", horizon: 1, features: ["x"] };

  it("are those of the next row, which the class is of", () => {
    expect(column(forecast(columns, given), "time")).toEqual(["2020-02-10"]);
    const every = forecast(columns, given, "every");
    expect(every[1]!.slice(0, 2)).toEqual([4, "2020-01-04"]);
    expect(timeText(parseTime(t[3]!))).toBe("2020-01-04");
  });
});

describe("intervals around a forecast", () => {
  it("stand in two more columns for each target, wider by step, and only where they fit", () => {
    const columns = { t: count(60, 1900), y: count(60).map((i) => i % 5), z: count(60).map((i) => i % 7) };
    const both: Given = { targets: ["y", "z"], predict: "value", normalise: "none" };
    const rows = forecast(columns, both, "last", [
      [1, 2, 3],
      [10, 20, 30],
    ]);
    expect(rows[0]!.slice(-6)).toEqual(["y", "z", "y low", "y high", "z low", "z high"]);
    const said = Number(column(rows, "y")[1]);
    expect(column(rows, "y low")[1]).toBeCloseTo(said - 2, 9);
    expect(column(rows, "z high").map(Number)).toEqual(
      column(rows, "z").map((value, step) => Number(value) + [10, 20, 30][step]!),
    );
    expect(forecast(columns, both, "last", [[1, 2, 3]])[0]!.at(-1)).toBe("z");
  });
});
