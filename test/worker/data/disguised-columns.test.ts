import { describe, expect, it } from "vitest";
import { prepareData } from "../../../worker/data/prepare.ts";
import { bytes, count, csv, settings } from "./helpers.ts";

const rows = count(60);
const y = rows.map((i) => i % 7);
const quoted = (cell: (i: number) => string) => rows.map((i) => `"${cell(i)}"`);
const series = { targets: ["y"], window: 3 };
const warnings = (columns: Parameters<typeof csv>[0], more: Partial<Parameters<typeof settings>[0]> = {}) =>
  prepareData(csv(columns), settings({ ...series, ...more })).warnings;

describe("a text column that is meant as numbers", () => {
  it("is left out of the inputs with a warning", () => {
    expect(warnings({ y, load: quoted((i) => (i % 3 ? `${i},5` : `${i}`)) })).toEqual([
      'column "load" holds numbers with commas ("1,5" on line 3), which is text, and is left out of the inputs: write numbers with a decimal point and nothing between thousands, or set `decimal` or `thousands` in `data`',
    ]);
    expect(warnings({ y, a: quoted((i) => `${i} %`), b: quoted((i) => `${i}.5 kW`) })).toEqual([
      expect.stringMatching(
        /^columns "a", "b" hold numbers with a unit \("0 %" on line 2\).*without its unit, or name the unit in `strip`$/,
      ),
    ]);
  });

  it("is reported in a file with semicolons where the commas are ambiguous", () => {
    const file = bytes(`y;x\n${rows.map((i) => `${i % 7};1,${100 + i}`).join("\n")}\n`);
    expect(prepareData(file, settings(series)).warnings).toEqual([
      expect.stringContaining('column "x" holds numbers with commas ("1,100" on line 2)'),
    ]);
  });

  it("is not mentioned where it is not an input; text that is not a number is named as text", () => {
    const load = quoted((i) => `${i % 4},5`);
    expect(warnings({ y, load }, { features: ["y"] })).toEqual([]);
    expect(warnings({ y, load }, { categorical: ["load"] })).toEqual([]);
    const t = rows.map((i) => `2020-01-01 ${String(i % 24).padStart(2, "0")}:00`);
    const code = rows.map((i) => `${i % 9}A`);
    expect(warnings({ y, t, code, name: quoted((i) => `Hall ${i}`) })).toEqual([
      'column "t" holds times and is left out of the inputs: name it in `time` if it is that of the rows',
      'columns "code", "name" are text and are left out of the inputs: name them under `categorical` to use them',
    ]);
  });

  it("is not taken for amounts where it holds months, quarters or weeks", () => {
    const month = quoted((i) => `${1990 + i} Jul`);
    const quarter = quoted((i) => `Q${1 + (i % 4)} ${1990 + Math.floor(i / 4)}`);
    expect(warnings({ y, month, quarter, amount: quoted((i) => `${i} km`) })).toEqual([
      expect.stringContaining('column "amount" holds numbers with a unit ("0 km" on line 2)'),
      'columns "month", "quarter" hold times and are left out of the inputs: name one in `time` if it is that of the rows',
    ]);
  });
});
