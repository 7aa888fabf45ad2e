import { describe, expect, it } from "vitest";
import { cellText } from "../../../worker/data/file/columns.ts";
import { readTable } from "../../../worker/data/file/table.ts";
import { bytes, count, dataError } from "./helpers.ts";

const days = count(30).map((i) => `2020-01-${String(i + 1).padStart(2, "0")}`);
const rows = days.map((day, i) => `${day},${i}.5,${i * 2}`);
const read = (lines: readonly string[], reading = {}) => readTable(bytes(`${lines.join("\n")}\n`), reading);
const refused = (lines: readonly string[]): string => dataError(() => read(lines)).message;

describe("rows right below the column names", () => {
  it.each([
    ["units", ["date,temp,wind", ",°C,m/s"], 1],
    ["units beside a time's form", ["date,temp,wind", "YYYY-MM-DD,degC,m s-1"], 1],
    ["units of some columns", ["date,temp,wind", ",°C,"], 1],
    ["names of a second and third level", ["Price,Close,Open", "Ticker,AAPL,AAPL", "Date,,"], 2],
  ])("are recognised where they hold %s, and left out where they are said to", (_, head, skipped) => {
    expect(refused([...head, ...rows])).toMatch(
      new RegExp(`^lines? 2.* probably no row of the table .*set \`skip_rows: ${skipped}\``),
    );
    const { columns, lines, rows: found } = read([...head, ...rows], { skip_rows: skipped });
    expect([found, lines[0], columns[1]!.counts.number]).toEqual([30, head.length + 1, 30]);
    expect(cellText(columns[0]!, 0)).toBe("2020-01-01");
  });

  it("are not left out where they hold numbers, as in a new file without units", () => {
    expect(dataError(() => read(["date,temp,wind", ...rows], { skip_rows: 1 }))).toMatchObject({
      line: 2,
      message: expect.stringContaining("line 2 holds the number 0.5, and `skip_rows` says"),
    });
  });

  it("are rows where a word in them stands for a missing value, or numbers follow", () => {
    expect(read(["date,temp,wind", "2019-12-31,n.a.,n.a.", ...rows]).rows).toBe(31);
    expect(read(["name,temp,wind", "x,off,off", "y,off,1", ...rows]).rows).toBe(32);
    expect(read(["code,temp", "A1,x", ...rows.map((_, i) => `${i},${i}`)], { skip_rows: 0 }).rows).toBe(31);
    expect(read(["date,temp,wind", ",,3", ...rows]).rows).toBe(31);
    expect(read(["date,temp,wind", ",°C,m/s", "2020-01-01,1,2"]).rows).toBe(2);
  });
});

describe("the header", () => {
  it("may end with a separator that the rows do not have", () => {
    const { columns } = read(["id,year,value,", ...rows]);
    expect(columns.map(({ name }) => name)).toEqual(["id", "year", "value"]);
    const titled = ["Rate of unemployment", "", "date,a,b,", ...rows];
    expect(refused(titled)).toContain("set `header: 3`");
    expect(read(titled, { header: 3 }).columns).toHaveLength(3);
  });

  it("keeps an unnamed last column that the rows have", () => {
    expect(read(["id,year,", ...rows]).columns.map(({ name }) => name)).toEqual(["id", "year", "column 3"]);
  });

  it("that names a column twice is refused with names for all", () => {
    const lines = ["NINO1+2,ANOM,ANOM", ...rows];
    expect(refused(lines)).toBe(
      'the header (line 1) names "ANOM" twice: rename one of the columns, or name them all: set `columns: ["NINO1+2","ANOM","ANOM 2"]`',
    );
    const columns = ["NINO1+2", "ANOM", "ANOM 2"];
    expect(read(lines, { columns }).columns.map(({ name }) => name)).toEqual(columns);
  });
});
