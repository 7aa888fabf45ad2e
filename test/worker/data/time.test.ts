import { describe, expect, it } from "vitest";
import { arrange } from "../../../worker/data/split/arrange.ts";
import { readTable } from "../../../worker/data/file/table.ts";
import { parseTime } from "../../../worker/data/file/parse-time.ts";
import { timeText } from "../../../worker/data/file/moments.ts";
import { timeReader } from "../../../worker/data/file/time-format.ts";
import { Zone } from "../../../worker/data/file/zone.ts";
import { bytes, csv, dataError, settings } from "./helpers.ts";

const parsed = (text: string): string => timeText(parseTime(text));

function times(columns: Parameters<typeof csv>[0], time: string | string[]): string[] {
  const { times } = arrange(readTable(csv(columns)), settings({ time, targets: ["y"] }));
  return Array.from(times!, timeText);
}

describe("times", () => {
  it("are read in the usual forms, as UTC unless a zone is written", () => {
    expect(parsed("2016-07-01")).toBe("2016-07-01");
    expect(parsed("2016-07-01 13:05")).toBe("2016-07-01 13:05:00");
    expect(parsed("2016/7/1 13:05:09")).toBe("2016-07-01 13:05:09");
    expect(parsed("2016-07-01T13:05:09.250Z")).toBe("2016-07-01 13:05:09.250");
    expect(parsed("2016-07-01T13:05:00+02:00")).toBe("2016-07-01 11:05:00");
    expect(parsed("20160701")).toBe("2016-07-01");
    expect(parsed("20160701 13:05")).toBe("2016-07-01 13:05:00");
    expect(parsed("1999")).toBe("1999-01-01");
    expect(parsed("1467331200")).toBe("2016-07-01");
    expect(parsed("1467331200000")).toBe("2016-07-01");
  });

  it("keep microseconds, before 1970 and in a time zone too", () => {
    expect(parsed("2016-07-01T13:05:09.000125Z")).toBe("2016-07-01 13:05:09.000125");
    expect(parsed("2016-07-01 13:05:09.0001")).toBe("2016-07-01 13:05:09.000100");
    expect(parsed("1969-12-31 23:59:59.999999")).toBe("1969-12-31 23:59:59.999999");
    expect(parsed("2016-07-01 13:05:09.999999999")).toBe("2016-07-01 13:05:09.999999");
    expect(parsed("1467378309000125")).toBe("2016-07-01 13:05:09.000125");
    expect(timeText(timeReader("D/M/YYYY H:mm:ss.S")("1/7/2016 13:05:09.000125"))).toBe(
      "2016-07-01 13:05:09.000125",
    );
    expect(new Zone("Europe/Berlin").text(parseTime("2016-07-01 13:05:09.0005Z"))).toBe(
      "2016-07-01 15:05:09.000500+02:00",
    );
  });

  it("are not guessed", () => {
    for (const text of [
      "",
      "yesterday",
      "01/07/2016",
      "2016-02-30",
      "2016-13-01",
      "2016-01-01 25:00",
      "12",
    ]) {
      expect(parseTime(text), text).toBeNaN();
    }
  });

  it("come from one column in one format", () => {
    expect(times({ t: [1700, 1701], y: [1, 2] }, "t")).toEqual(["1700-01-01", "1701-01-01"]);
    expect(times({ t: [19580329, 19580405], y: [1, 2] }, "t")).toEqual(["1958-03-29", "1958-04-05"]);
  });

  it("are years and fractions of them, as R writes months, quarters, weeks and days", () => {
    const y = [1, 2, 3];
    expect(times({ t: ["1949", "1949.08333333333", "1949.91666666667"], y }, "t")).toEqual([
      "1949-01-01",
      "1949-02-01",
      "1949-12-01",
    ]);
    expect(times({ t: ["2001.5", "2001.75", "2002"], y }, "t")).toEqual([
      "2001-07-01",
      "2001-10-01",
      "2002-01-01",
    ]);
    expect(times({ t: ["1999.92", "2000.00", "2000.08"], y }, "t")).toEqual([
      "1999-12-01",
      "2000-01-01",
      "2000-02-01",
    ]);
    expect(times({ t: ["2000", `${2000 + 1 / 366}`, `${2000 + 60 / 366}`], y }, "t")).toEqual([
      "2000-01-01",
      "2000-01-02",
      "2000-03-01",
    ]);
    expect(dataError(() => times({ t: ["1200.5", "1201.5", "1202.5"], y }, "t")).message).toContain(
      '"1200.5" is not a time',
    );
  });

  it("are quarters and weeks by a format", () => {
    const read = (format: string, text: string): string => timeText(timeReader(format)(text));
    expect(read("YYYYQ", "1974Q4")).toBe("1974-10-01");
    expect(read("Q/YYYY", "q1/1974")).toBe("1974-01-01");
    expect(read("YYYY W", "2021 W01")).toBe("2021-01-04");
    expect(read("YYYY-W", "2020-W53")).toBe("2020-12-28");
    expect(timeReader("YYYY-W")("2021-W53")).toBeNaN();
    expect(timeReader("YYYYQ")("1974Q5")).toBeNaN();
    expect(read("YYYY[M]MM", "2015M03")).toBe("2015-03-01");
  });

  it.each([
    ["1991 Jul", "YYYY MMM"],
    ["1977-Jan", "YYYY-MMM"],
    ["Jan-1-1995", "MMM-D-YYYY"],
    ["01JAN2013", "DMMMYYYY"],
    ["Jan/95", "MMM/YY"],
    ["September 1995", "MMM YYYY"],
    ["1970 Q1", "YYYY Q"],
    ["Q3-1970", "Q-YYYY"],
    ["2015-W05", "YYYY-W"],
    ["2015M12", "YYYY[M]MM"],
  ])("such as %s are refused with the format that reads them", (text, format) => {
    expect(dataError(() => times({ t: [text], y: [1] }, "t")).message).toContain(
      `set \`time_format: "${format}"\``,
    );
  });

  it("that may be day or month first are shown by a row in which that differs", () => {
    const refused = (t: string[]): string =>
      dataError(() => times({ t, y: t.map((_, i) => i) }, "t")).message;
    expect(refused(["01/01/2010", "01/02/2010", "01/03/2010"])).toBe(
      'line 2, column "t", "01/01/2010" has another form than 2016-07-01, and "01/02/2010" may be 2010-02-01 or 2010-01-02: set `time_format: "D/M/YYYY"` or `time_format: "M/D/YYYY"` in `data`',
    );
    expect(refused(["01/01/2010", "01/01/2011"])).toContain(
      'set `time_format: "D/M/YYYY"` in `data`, which fits every row',
    );
  });

  it("of which one is written otherwise are refused with the line of that one", () => {
    const days = ["01.02.2020", "02.02.2020", "03.02.2020", "13.02.2020", "14.02.2020", "15.02.2020"];
    const more = [...days, ...days.map((day) => day.replace("2020", "2021"))];
    const refused = (t: string[]): string =>
      dataError(() => times({ t, y: t.map((_, i) => i) }, "t")).message;
    expect(refused([...more, "Summe"])).toBe(
      'line 14, column "t", "Summe" is not a time, where most rows have the form D.M.YYYY: correct that line or remove it (`skip_footer: 1` leaves out a total), and set `time_format: "D.M.YYYY"`',
    );
    expect(refused([...more.slice(0, 6), "31.02.2020", ...more.slice(6)])).toContain(
      'line 8, column "t", "31.02.2020" is not a time, where most',
    );
    expect(refused(["2020-01-01", "2020-01-02", "Total"])).toBe(
      'line 4, column "t", "Total" is not a time: set `skip_footer: 1` in `data` if it holds a total, or correct it',
    );
  });

  it("come from year, month, day and hour columns, or a date and a time of day", () => {
    const columns = { year: [2010, 2010], month: [1, 1], day: [1, 2], hour: [23, 0], y: [1, 2] };
    expect(times(columns, ["year", "month", "day", "hour"])).toEqual(["2010-01-01 23:00:00", "2010-01-02"]);
    expect(times({ d: ["2010-01-01", "2010-01-01"], h: ["00:00", "00:30"], y: [1, 2] }, ["d", "h"])).toEqual([
      "2010-01-01",
      "2010-01-01 00:30:00",
    ]);
    expect(times({ d: [20100101, 20100101], h: ["00:00", "00:30"], y: [1, 2] }, ["d", "h"])).toEqual([
      "2010-01-01",
      "2010-01-01 00:30:00",
    ]);
  });

  it.each([
    [
      "t,y\n2020-01-01,1\n2020-01-03,2\n2020-01-02,3\n",
      4,
      "line 4 is earlier (2020-01-02) than line 3 (2020-01-03)",
    ],
    ["t,y\n2020-01-01,1\n\n2020-01-01,2\n", 4, "lines 2 and 4 have the same time (2020-01-01)"],
    ["t,y\n2020-01-01,1\nsoon,2\n", 3, '"soon" is not a time'],
    ["t,y\n2020-01-01,1\n,2\n", 3, "has no time"],
    ["t,y\n5,1\n6,2\n", 2, '"5" is not a time'],
  ])("refuse %j, naming the line", (text, line, sentence) => {
    const error = dataError(() => arrange(readTable(bytes(text)), settings({ time: "t", targets: ["y"] })));
    expect(error.message).toContain(sentence);
    expect(error).toMatchObject({ line, column: "t" });
  });

  it.each([
    [
      { y: [2010, 2010, 2010], m: [1, 2, "x"] },
      'line 4, column "m", holds the text "x"',
      "correct that cell or",
    ],
    [
      { y: [2010, 2010, 2010], m: ["J", "F", "M"] },
      'line 2, columns y, m, "2010 J"',
      "a date and a time of day",
    ],
  ])("in several columns of which one is wrong are refused: %j", (columns, place, advice) => {
    const error = dataError(() => times({ ...columns, v: [1, 2, 3] }, ["y", "m"]));
    expect(error.message).toContain(place);
    expect(error.message).toContain(advice);
  });

  it("that do not exist in the calendar are refused with the columns they come from", () => {
    const columns = { year: [2010, 2010], month: [1, 2], day: [1, 30], y: [1, 2] };
    const error = dataError(() => times(columns, ["year", "month", "day"]));
    expect(error.message).toContain('line 3, columns year, month, day, "2010 2 30" is not a time');
  });
});
