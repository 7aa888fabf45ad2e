import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { workbookToCsv } from "../../../worker/data/formats/workbook.ts";
import { plainMoments } from "../../../worker/data/formats/workbook-times.ts";

/** 60 hours from 1 March 2023 on, written by a spreadsheet library: a stamp, a day, a time of day, a length, 10 ms steps. */
async function sheet(file: string): Promise<readonly (readonly string[])[]> {
  const bytes = readFileSync(new URL(`foreign-files/${file}`, import.meta.url));
  const csv = await workbookToCsv(bytes, undefined);
  const [, ...lines] = csv.toString("utf8").trim().split("\n");
  return lines.map((line) => line.split(","));
}

describe.each(["sheet-hours.xlsx", "sheet-hours-1904.xlsx"])("times of a workbook: %s", (file) => {
  it("every full hour is read as one", async () => {
    const first = Date.UTC(2023, 2, 1);
    const hours = (await sheet(file)).map(([stamp]) => Date.parse(`${stamp}Z`));
    expect(hours).toEqual(Array.from({ length: 60 }, (_, i) => first + i * 3_600_000));
  });

  it("a column of days has no time, one of times of day has no date", async () => {
    const rows = await sheet(file);
    expect(rows.map(([, date, clock]) => `${date} ${clock}`)).toEqual(rows.map(([stamp]) => stamp));
  });

  it("steps of ten milliseconds are even", async () => {
    const fine = (await sheet(file)).map(([, , , , at]) => Date.parse(`${at}Z`));
    expect(fine.slice(1).map((time, i) => time - fine[i]!)).toEqual(Array.from({ length: 59 }, () => 10));
  });
});

it("lengths of time are the numbers of days that are stored", async () => {
  const lengths = (await sheet("sheet-hours.xlsx")).map(([, , , running]) => Number(running) * 24);
  for (const [i, hours] of lengths.entries()) expect(hours).toBeCloseTo(i + 1, 9);
});

it("moments to the millisecond stay as they are where no step fits, and so does what is no moment", () => {
  const odd = [1, 7, 993].map((ms) => new Date(Date.UTC(2024, 0, 1, 0, 0, 0, ms)));
  expect(plainMoments([[odd[0], "a", 1], [odd[1], null, true], [odd[2]]])).toEqual([
    [odd[0], "a", 1],
    [odd[1], null, true],
    [odd[2]],
  ]);
});
