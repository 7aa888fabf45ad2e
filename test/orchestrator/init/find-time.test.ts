import { describe, expect, it } from "vitest";
import { propose } from "../../../orchestrator/init/propose.ts";
import { readFound } from "../../../orchestrator/init/read-file.ts";
import { rngFor } from "../../../search/random.ts";

const rng = rngFor(3, "times of files");
const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const value = (): string => rng.normal().toFixed(3);
const names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function proposed(lines: readonly string[]): ReturnType<typeof propose> {
  const { table, settings } = readFound(new TextEncoder().encode(lines.join("\n")));
  return propose(table, settings, {});
}

describe("the time of a file's rows", () => {
  it("is a year with a fraction, as R writes it, beside its row names", () => {
    const rows = count(96).map((i) => `${i + 1},${1980 + i / 12},${value()}`);
    const { settings, reasons } = proposed([`"","time","sales"`, ...rows]);
    expect(settings).toMatchObject({ time: "time", targets: ["sales"], horizon: 4 });
    expect(reasons.time).toBe("1980-01-01 to 1987-12-01, a row every 1 month");
  });

  it.each([
    ["1980 Jan", (i: number) => `${1980 + Math.floor(i / 12)} ${names[i % 12]!}`, "YYYY MMM"],
    ["1980 Q1", (i: number) => `${1980 + Math.floor(i / 4)} Q${1 + (i % 4)}`, "YYYY Q"],
    [
      "2020-W05",
      (i: number) => `${2000 + Math.floor(i / 52)}-W${String(1 + (i % 52)).padStart(2, "0")}`,
      "YYYY-W",
    ],
    ["Jan-1-1995", (i: number) => `${names[i % 12]!}-1-${1990 + Math.floor(i / 12)}`, "MMM-D-YYYY"],
  ])("is found where it is written as %s", (_, month, format) => {
    const rows = count(96).map((i) => `${month(i)},${value()}`);
    expect(proposed(["when,y", ...rows]).settings).toMatchObject({ time: "when", time_format: format });
  });

  it("is a year and the name of a month, or the number of a quarter", () => {
    const months = count(96).map((i) => `${1980 + Math.floor(i / 12)},${names[i % 12]!},${value()}`);
    expect(proposed(["Year,Month,y", ...months]).settings).toMatchObject({
      time: ["Year", "Month"],
      time_format: "YYYY MMM",
    });
    const quarters = count(96).map((i) => `${1980 + Math.floor(i / 4)},Q0${1 + (i % 4)},${value()}`);
    expect(proposed(["year,period,y", ...quarters]).settings).toMatchObject({
      time: ["year", "period"],
      time_format: "YYYY Q",
    });
    const short = count(96).map((i) => `${1980 + Math.floor(i / 12)} ${1 + (i % 12)} ${value()}`);
    expect(proposed(["YR MON TEMP", ...short]).settings).toMatchObject({ time: ["YR", "MON"] });
  });

  it("is an unnamed column of years, which is no row number", () => {
    const rows = count(90).map((i) => `${1850 + i},${value()}`);
    expect(proposed([",lynx", ...rows]).settings).toMatchObject({ time: "column 1", horizon: 4 });
    const numbered = count(90).map((i) => `${i},${value()}`);
    expect(proposed([",lynx", ...numbered]).settings).not.toHaveProperty("time");
  });

  it("is in seconds since 1970, also where a row comes every second", () => {
    const rows = count(90).map((i) => `${1_467_331_200 + i},${value()}`);
    expect(proposed(["timestamp,y", ...rows]).settings).toMatchObject({ time: "timestamp" });
  });

  it("is not a column that is only named like one, which is said", () => {
    const rows = count(90).map((i) => `${5 + Math.floor(i / 31)},${1 + (i % 31)},${value()}`);
    const { settings, remarks } = proposed(["Month,Day,temp", ...rows]);
    expect(settings).not.toHaveProperty("time");
    expect(settings.targets).toEqual(["temp"]);
    expect(remarks).toEqual([
      'columns "Month", "Day" are named like times and hold none that can be read ("5", "1" on line 2): rows are taken in the order of the file',
    ]);
  });
});

describe("series in one file", () => {
  it("are told apart by a column beside steps that are no times", () => {
    const rows = count(12).flatMap((step) =>
      count(9).map((chick) => `${value()},${2 * step},${chick},${chick % 3}`),
    );
    const { settings, remarks } = proposed(["weight,time,chick,diet", ...rows]);
    expect(settings).toMatchObject({ group: "chick", targets: ["weight"], static: ["diet"] });
    expect(remarks).toHaveLength(1);
  });
});

describe("several columns that tell series apart", () => {
  const rows = count(30).flatMap((i) =>
    ["A", "B"].flatMap((shop) => [7, 9].map((article) => `${1990 + i},${shop},${article},${value()}`)),
  );

  it("are found where none does alone", () => {
    const { settings, reasons, assumptions } = proposed(["year,shop,article,sold", ...rows]);
    expect(settings).toMatchObject({ time: "year", group: ["shop", "article"], targets: ["sold"] });
    expect(reasons.group).toBe("together they tell rows apart: several series");
    expect(assumptions).toEqual([]);
  });

  it("are not columns that happen to differ where a time comes twice", () => {
    const twice = count(200).map((i) => {
      const pair = Math.floor(i / 2);
      const [a, b] = pair % 2 === 0 ? [i % 6, pair % 7] : [pair % 6, i % 7];
      return `${1800 + pair},${a},${b},${value()}`;
    });
    expect(proposed(["year,a,b,y", ...twice]).settings).not.toHaveProperty("group");
  });
});

describe("a file whose columns are named by times", () => {
  const named = (names: readonly string[]): (() => unknown) => {
    const rows = count(40).map((i) => `Country ${i},${names.map(() => value()).join(",")}`);
    return () => proposed([`country,${names.join(",")}`, ...rows]);
  };

  it.each([
    ["years", count(8).map((i) => `${1990 + i}`)],
    ["years as the World Bank writes them", count(8).map((i) => `${1990 + i} [YR${1990 + i}]`)],
    ["dates", count(8).map((i) => `1/${20 + i}/21`)],
    ["months", count(8).map((i) => `2021-0${1 + i}`)],
  ])("is refused, since a row is a series: %s", (_, names) => {
    expect(named(names)).toThrow(`the columns "${names[0]!}" to "${names[7]!}" are named by times`);
  });

  it("is not one whose columns have other numbers in their names", () => {
    expect(named(count(8).map((i) => `sensor ${i}`))).not.toThrow();
    expect(named(["x1", "x2", "x3", "1990", "1991"])).not.toThrow();
  });
});

describe("times that repeat", () => {
  const hours = (i: number): string =>
    `2013-11-${String(1 + Math.floor(i / 24)).padStart(2, "0")} ${i % 24}:00`;

  it("are those of several series also where a few rows have one twice, as the hour in autumn", () => {
    const rows = ["EWR", "JFK"].flatMap((port) =>
      count(300).map((i) => `${hours(i === 51 ? 50 : i)},${port},${value()}`),
    );
    const { settings, assumptions } = proposed(["time,origin,temp", ...rows]);
    expect(settings).toMatchObject({ group: "origin", duplicates: "mean" });
    expect(assumptions).toHaveLength(1);
  });

  it("are no times of rows where only the year of months is written", () => {
    const rows = count(108).map((i) => `${1981 + Math.floor((i + 3) / 12)},${value()}`);
    const { settings, remarks } = proposed(["year,accidents", ...rows]);
    expect(settings).not.toHaveProperty("time");
    expect(settings).not.toHaveProperty("duplicates");
    expect(settings.targets).toEqual(["accidents"]);
    expect(remarks).toEqual([
      'column "year" has the same value in 12 rows after another, and no column says when each was: rows are taken in the order of the file',
    ]);
  });

  it("of several series are given from the first of all to the last", () => {
    const rows = ["A", "B"].flatMap((shop) =>
      count(60).map((i) => `${(shop === "A" ? 1950 : 1900) + i},${shop},${value()}`),
    );
    expect(proposed(["year,shop,sold", ...rows]).reasons.time).toBe(
      "1900-01-01 to 2009-01-01, a row every 1 year",
    );
  });
});

describe("money and percentages", () => {
  const dates = count(90).map((i) => new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10));

  it("are numbers without their signs", () => {
    const rows = dates.map((date, i) => `${date},"$1,${100 + ((i * 7) % 50)}.50",${i % 30}%`);
    const { settings } = proposed(["date,sales,margin", ...rows]);
    expect(settings).toMatchObject({ thousands: ",", strip: ["$", "%"], targets: ["sales"] });
  });

  it("stay text where one column has two units", () => {
    const rows = dates.map((date, i) => `${date},${i % 9},${i % 2 === 0 ? `${i} kg` : `${i} g`}`);
    expect(proposed(["date,count,weight", ...rows]).settings).not.toHaveProperty("strip");
  });
});

describe("the column to predict", () => {
  it("varies in the rows that are trained on, whatever a column is named", () => {
    const rows = count(100).map((i) => `${value()},${i < 80 ? 0 : 1}`);
    expect(proposed(["driven,label", ...rows]).settings.targets).toEqual(["driven"]);
  });

  it("is the same in all steps of a sample", () => {
    const rows = count(40).flatMap((sample) => {
      const answer = value();
      return count(10).map((step) => `${sample},${step},${value()},${answer}`);
    });
    const { settings } = proposed(["sample,step,value,outcome", ...rows]);
    expect(settings).toMatchObject({ layout: "long", targets: ["outcome"] });
  });
});
