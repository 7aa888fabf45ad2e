import { describe, expect, it } from "vitest";
import { cellText } from "../../../worker/data/file/columns.ts";
import { readCsv } from "../../../worker/data/file/csv.ts";
import { readTable } from "../../../worker/data/file/table.ts";
import { fileSettingsShape } from "../../../worker/protocol/file-settings.ts";
import { rngFor } from "../../../search/random.ts";
import { bytes, count } from "./helpers.ts";

const read = (lines: readonly string[], reading: Parameters<typeof readTable>[1]) =>
  readTable(bytes(`${lines.join("\n")}\n`), reading).columns;

describe("signs and units beside numbers", () => {
  it("are left out where `strip` names them, before or behind the number and its sign", () => {
    const cells = ["€5", "-€5", "€-5", "€ 5.50", "-5 €", "+0.5€", "7", ""];
    const [column] = read(["price,x", ...cells.map((cell) => `${cell},1`)], { strip: ["€"] });
    expect(Array.from(column!.numbers)).toEqual([5, -5, -5, 5.5, -5, 0.5, 7, Number.NaN]);
    expect(column!.counts).toEqual({ number: 7, missing: 1, infinite: 0, text: 0 });
    expect(cellText(column!, 3)).toBe("5.50");
  });

  it("go together with marks of decimals and thousands", () => {
    const [money, share] = read(["m;s", "1.037,50 €;12 %", "-2.000.000,00 €;0,5 %"], {
      strip: ["€", "%"],
      decimal: ",",
      thousands: ".",
    });
    expect(Array.from(money!.numbers)).toEqual([1037.5, -2_000_000]);
    expect(Array.from(share!.numbers)).toEqual([12, 0.5]);
  });

  it("stay text where a column has two of them: 3 kg are not 3 g", () => {
    const [column] = read(["w,x", "3 kg,1", "4 kg,1", "500 g,1", "7 kg,1"], { strip: ["g", "kg"] });
    expect(column!.counts).toMatchObject({ number: 3, text: 1 });
    expect(cellText(column!, 2)).toBe("500 g");
  });

  it("take nothing from words", () => {
    const [column] = read(["code,x", "%,1", "A%,1", "kW12a,1"], { strip: ["%", "kW"] });
    expect(count(3).map((row) => cellText(column!, row))).toEqual(["%", "A%", "kW12a"]);
  });

  it("change no value of a large file, wherever they stand", () => {
    const rng = rngFor(5, "marks");
    const values = count(20_000).map(() => (1000 * rng.normal()).toFixed(2));
    const plain = readCsv(bytes(`a,b\n${values.map((value, i) => `${value},${i}`).join("\n")}\n`));
    const marked = readCsv(bytes(`a,b\n${values.map((value, i) => `${value}%,${i}`).join("\n")}\n`), {
      strip: ["%"],
    });
    expect(marked.columns[0]!.numbers).toEqual(plain.columns[0]!.numbers);
    const texts = (column: Parameters<typeof cellText>[0]) => count(500).map((row) => cellText(column, row));
    expect(texts(marked.columns[0]!)).toEqual(texts(plain.columns[0]!));
  });

  it("are no digits, points or signs of a number", () => {
    for (const mark of ["5", ".", "-", "+", " ", "", "5 €"]) {
      expect(fileSettingsShape.strip.safeParse([mark]).success, mark).toBe(false);
    }
    for (const mark of ["%", "kW", "m3/s", "°C", "US$"]) {
      expect(fileSettingsShape.strip.safeParse([mark]).success, mark).toBe(true);
    }
  });
});
