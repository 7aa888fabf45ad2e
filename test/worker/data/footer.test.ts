import { describe, expect, it } from "vitest";
import { readCsv } from "../../../worker/data/file/csv.ts";
import { bytes, count, dataError } from "./helpers.ts";

const rows = count(12).map((i) => `2020-01-${String(i + 1).padStart(2, "0")},${i},north`);
const file = (...footer: readonly string[]): Uint8Array =>
  bytes(["day,sales,shop", ...rows, ...footer, ""].join("\r\n"));

describe("lines at the end of a file that are no rows", () => {
  it("are left out by `skip_footer`, whatever cells they have; blank ones do not count", () => {
    const content = readCsv(file("Total,66,", "", "Source: till, main street"), { skip_footer: 2 });
    expect(content.rows).toBe(12);
    expect(content.columns[1]!.counts).toMatchObject({ number: 12, text: 0 });
    expect(content.lines.at(-1)).toBe(13);
  });

  it("are proposed where the last lines have other cells", () => {
    expect(dataError(() => readCsv(file("", "Source: till", "(c) 2020"))).message).toBe(
      "line 15 has 1 value where the header names 3 columns: correct that line, or set `skip_footer: 2` in `data` if the table ends above it",
    );
  });

  it("are no rows as the one above them: those are refused, so that no row is lost once the total is gone", () => {
    expect(dataError(() => readCsv(file(), { skip_footer: 1 })).message).toBe(
      'the file\'s end, "2020-01-12,11,north", is a row as the one above it, and `skip_footer: 1` says that it is none: change `skip_footer`',
    );
  });

  it("are no row that was cut off", () => {
    expect(dataError(() => readCsv(file("2020-01-13"))).message).toMatch(
      /^line 14 has 1 value where the header names 3 columns: correct that line; if/,
    );
  });

  it("do not stand in the middle: many lines from a ragged one on are no footer", () => {
    const many = count(30).map((i) => `note ${i}`);
    expect(dataError(() => readCsv(file(...many))).message).toMatch(
      /: correct that line; if "day", "sales", "shop" are no column names, set `header` in `data` to the line that holds them$/,
    );
  });
});
