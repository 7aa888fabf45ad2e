import { describe, expect, it } from "vitest";
import { propose } from "../../../orchestrator/init/propose.ts";
import { readFound } from "../../../orchestrator/init/read-file.ts";
import { rngFor } from "../../../search/random.ts";
import { DataError } from "../../../worker/data/errors.ts";

const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const pad = (n: number): string => String(n).padStart(2, "0");
const rng = rngFor(1, "init");
const wave = (i: number, period: number): string =>
  (5 * Math.sin((2 * Math.PI * i) / period) + rng.normal()).toFixed(3);
const day = (i: number): string => new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10);

function proposed(lines: readonly string[], target?: string): ReturnType<typeof propose> {
  const { table, settings } = readFound(new TextEncoder().encode(lines.join("\n")));
  return propose(table, settings, target === undefined ? {} : { target });
}

describe("what a file seems to be", () => {
  it("is a series by its time, with the season it repeats", () => {
    const rows = count(400).map((i) => `${day(i)},${i + 1},${wave(i, 7)},${rng.normal()}`);
    const found = proposed(["date,no,visits,noise", ...rows], "visits");
    expect(found.settings).toMatchObject({ time: "date", targets: ["visits"], horizon: 7, season: 7 });
    expect(found.windows).toEqual([7, 14]);
  });

  it("has the parts of the calendar as inputs that its rows saw come round twice", () => {
    const hourly = (rows: number): unknown =>
      proposed([
        "time,y",
        ...count(rows).map((i) => `${day(Math.floor(i / 24))} ${pad(i % 24)}:00,${wave(i, 24)}`),
      ]).settings.calendar;
    expect(hourly(400)).toEqual(["hour", "weekday"]);
    expect(hourly(100)).toEqual(["hour"]);
    const daily = (rows: number): unknown =>
      proposed(["date,y", ...count(rows).map((i) => `${day(i)},${wave(i, 7)}`)]).settings.calendar;
    expect(daily(800)).toEqual(["year"]);
    const fast = count(300).map(
      (i) => `2020-01-01 00:00:00.${String(50 * i).padStart(6, "0")},${wave(i, 20)}`,
    );
    const { settings, assumptions } = proposed(["time,y", ...fast]);
    expect([settings.calendar ?? [], daily(300) ?? [], assumptions]).toEqual([[], [], []]);
  });

  it("is several series where times repeat, divided by the column that distinguishes the rows", () => {
    const rows = ["oslo", "bergen"].flatMap((city) =>
      count(120).map((i) => `${day(i)},${city},${wave(i, 9)}`),
    );
    expect(proposed(["date,city,rain", ...rows]).settings).toMatchObject({ time: "date", group: "city" });
  });

  it("ends above a total and notes, and says so", () => {
    const rows = count(60).map((i) => `${day(i)},${wave(i, 9)}`);
    const total = proposed(["date,rain", ...rows, "Sum,123.4"]);
    expect(total.settings).toMatchObject({ skip_footer: 1, time: "date" });
    const { table, assumptions } = readFound(
      new TextEncoder().encode(["date,rain", ...rows, "Sum,123.4"].join("\n")),
    );
    expect(table.rows).toBe(60);
    expect(assumptions[0]!.sentence).toBe(
      'line 62 is probably a total: it holds "Sum" where all rows above have a time',
    );
    expect(proposed(["date,rain", ...rows, "", "Source: the weather office"]).settings).toMatchObject({
      skip_footer: 1,
    });
    expect(proposed(["date,rain", ...rows]).settings).not.toHaveProperty("skip_footer");
  });

  it("is shaped by the series that most rows are of, not by the shortest one", () => {
    const series = (city: string, rows: number): string[] =>
      count(rows).map((i) => `${day(i)},${city},${wave(i, 7)}`);
    const file = ["date,city,rain", ...series("oslo", 300), ...series("bergen", 300), ...series("voss", 3)];
    const found = proposed(file, "rain");
    expect(found.settings).toMatchObject({ group: "city", horizon: 7, season: 7 });
    expect(found.windows).toEqual([7, 14]);
  });

  it("is refused where it has too few rows or times", () => {
    const refused = (lines: readonly string[]): unknown => {
      try {
        return proposed(lines);
      } catch (error) {
        return error instanceof DataError ? error.message : error;
      }
    };
    const plots = count(24).flatMap((i) => [`1931,plot ${i},${wave(i, 5)}`, `1932,plot ${i},${wave(i, 7)}`]);
    expect(refused(["year,plot,yield", ...plots])).toMatch(
      /^"year" has 2 times for 48 rows, too few to learn a forecast from: give more rows; where rows are no series/,
    );
    expect(refused(["date,rain", ...count(3).map((i) => `${day(i)},${wave(i, 5)}`)])).toMatch(
      /^the file has 3 rows, too few/,
    );
  });

  it("is put in order: a title, German numbers, days first, rows upside down", () => {
    const rows = count(90).map((i) => {
      const [year, month, at] = day(i).split("-");
      return `${at}.${month}.${year};1.2${pad(i)},5`;
    });
    const found = proposed(["Umsatz der Filiale", "tag;umsatz", ...rows.toReversed()]);
    expect(found.settings).toMatchObject({
      header: 2,
      decimal: ",",
      time: "tag",
      targets: ["umsatz"],
      time_format: "D.M.YYYY",
      sort: true,
    });
  });

  it("has the time in a column of numbers, whatever its name, and codes for missing values", () => {
    const rows = count(200).map((i) => {
      const value = i % 9 === 4 ? -200 : wave(i, 24);
      return `${day(Math.floor(i / 24)).replaceAll("-", "")}${pad(i % 24)},${value},${i % 50 === 3 ? 100 : i % 7}`;
    });
    const lines = ["when measured,y,few", ...rows];
    const { settings } = proposed(lines, "y");
    expect(settings).toMatchObject({ time: "when measured", missing_values: [-200], missing: "ffill" });
    expect(readFound(new TextEncoder().encode(lines.join("\n"))).assumptions).toEqual([
      {
        setting: "missing_values",
        sentence: expect.stringMatching(/^-200 stands in 22 cells of column "y" \(first on line 6\)/),
      },
    ]);
  });

  it("is a table of R with row names, German dates beside a clock, and words between numbers", () => {
    const rows = count(120).map((i) => {
      const [year, month, at] = day(Math.floor(i / 24)).split("-");
      return `"${i + 1}","${at}.${month}.${year}","${pad(i % 24)}:00",${i % 40 === 7 ? "n.a." : wave(i, 24)}`;
    });
    expect(proposed(['"Datum","Uhrzeit","y"', ...rows]).settings).toMatchObject({
      columns: ["row name", "Datum", "Uhrzeit", "y"],
      time: ["Datum", "Uhrzeit"],
      time_format: "D.M.YYYY H:mm",
      missing_values: ["n.a."],
      targets: ["y"],
    });
  });

  it("is not guessed where a text may be a mistyped number, and amounts of two units are named", () => {
    const typo = count(60).map((i) => `${day(i)},${i === 9 ? "12x3" : wave(i, 7)}`);
    expect(proposed(["date,y", ...typo]).settings).not.toHaveProperty("missing_values");
    const prices = count(60).map((i) => `${day(i)},${i % 3 === 0 ? "$" : "€"}${i % 7}.50`);
    expect(() => proposed(["date,price", ...prices])).toThrow(
      'column "price" holds numbers with a unit ("$0.50" on line 2), which is text: write the number alone, without its unit',
    );
  });

  it("averages rows that repeat a time where no column distinguishes the rows, and says so", () => {
    const rows = count(80).map((i) => `${day(Math.floor(i / 2))},${wave(i, 5)}`);
    const { settings, assumptions } = proposed(["date,y", ...rows]);
    expect(settings).toMatchObject({ duplicates: "mean" });
    expect(assumptions.map(({ setting }) => setting)).toEqual(["duplicates"]);
  });

  it("is samples where columns are numbered steps, and takes the parts that a column names", () => {
    const rows = count(40).map(
      (i) =>
        `${i % 2 === 0 ? "up" : "down"},${i < 30 ? "train" : "test"},${count(12)
          .map((k) => wave(k, 6))
          .join(",")}`,
    );
    const header = `label,part,${count(12)
      .map((k) => `t${k}`)
      .join(",")}`;
    expect(proposed([header, ...rows])).toMatchObject({
      task: "binary",
      layout: "wide",
      settings: { targets: ["label"], split: { column: "part" } },
    });
  });

  it("is samples of a row for each step, by the columns that name the sample and order it", () => {
    const rows = count(30).flatMap((sample) =>
      count(9).map((step) => `${sample},${step},${wave(step, 4)},${"abc"[sample % 3]}`),
    );
    expect(proposed(["series,step,x,label", ...rows])).toMatchObject({
      task: "multiclass",
      layout: "long",
      settings: { series_id: "series", step: "step", targets: ["label"] },
    });
  });

  it("refuses a target that is not there, and files whose error names no setting", () => {
    const rows = count(30).map((i) => `${day(i)},${wave(i, 7)}`);
    expect(() => proposed(["date,y", ...rows], "z")).toThrow(DataError);
    expect(() => proposed(["date,y", ...rows, "2021-01-01"])).toThrow("correct that line");
  });
});
