import { describe, expect, it } from "vitest";
import { rngFor, type Rng } from "../../../search/random.ts";
import { DataError } from "../../../worker/data/errors.ts";
import { cellText } from "../../../worker/data/file/columns.ts";
import { readCsv } from "../../../worker/data/file/csv.ts";
import { rowModule } from "../../../worker/data/file/row-kernel.ts";
import type { Reading } from "../../../worker/protocol/file-settings.ts";
import { bytes, count } from "./helpers.ts";

/** Everything that is known of a file, number for number to the bit, or the sentence that refuses it. */
function known(text: string, reading: Reading, chunk: number): string {
  try {
    const { columns, rows, lines } = readCsv(bytes(text), reading, chunk);
    const found = columns.map((column) => ({
      ...column,
      numbers: Array.from(new BigUint64Array(column.numbers.slice().buffer), String),
      texts: count(rows).map((row) => cellText(column, row)),
      written: column.written?.texts.length,
    }));
    return JSON.stringify({ rows, lines: Array.from(lines), found }, null, 1);
  } catch (error) {
    if (error instanceof DataError) return `refused: ${error.message}`;
    throw error;
  }
}

function digits(rng: Rng, most: number): string {
  return Array.from({ length: 1 + rng.int(most) }, () => rng.int(10)).join("");
}

/** Cells that are numbers at first sight, and such that seem to be or are in another way. */
const plain: readonly ((rng: Rng) => string)[] = [
  (rng) => `${rng.int(1000)}`,
  (rng) => `${-rng.int(1000)}`,
  (rng) => (200 * rng.normal()).toFixed(rng.int(5)),
  (rng) => `${digits(rng, 12)}.${digits(rng, 12)}`,
  (rng) => `-${digits(rng, 8)}.${digits(rng, 8)}`,
  (rng) => digits(rng, 17),
  (rng) => `${rng.int(10)}.${rng.int(10)}0`,
  (rng) => `${rng.normal()}`,
];
const odd: readonly ((rng: Rng) => string)[] = [
  () => "",
  (rng) => `${rng.normal() / 1e4}e${rng.int(30) - 15}`,
  (rng) => `${digits(rng, 3)}E+${rng.int(400)}`,
  (rng) => `+${digits(rng, 4)}`,
  (rng) => `0.000000${digits(rng, 4)}`,
  (rng) =>
    ["-0", "0.0", "-0.00", "00", "007", ".5", "5.", "-", ".", "-.", "1.2.3", "1-2", "--1", "Inf", "-200"][
      rng.int(15)
    ]!,
  (rng) =>
    ["NA", "nan", "?", " 1.5", "2 ", "text", "é", "1 000", "1'000", "12 %", "2020-01-01", '5" of'][
      rng.int(12)
    ]!,
  (rng) => `"${digits(rng, 3)}.${digits(rng, 2)}"`,
  (rng) => ['"a,b;c"', '"two\nlines"', '"say ""x"""', '""'][rng.int(4)]!,
  (rng) => `a note of ${digits(rng, 90)} ${"more ".repeat(rng.int(30))}words`,
];

const readings: readonly Reading[] = [
  {},
  {},
  { missing_values: [-200, "text", 0.5] },
  { decimal: "," },
  { decimal: "." },
  { thousands: "," },
  { thousands: "." },
  { header: false },
];

/** Rows of numbers, of which one in `rarely` cells, line ends and widths is another one. */
function file(rng: Rng, delimiter: string): string {
  const rarely = [2, 10, 60, 100_000][rng.int(4)]!;
  const width = 1 + rng.int(5);
  const seldom = (): boolean => rng.int(rarely) === 0;
  const comma = (): string => `${digits(rng, 3)},${digits(rng, 3)}`;
  const cell = (): string => {
    if (delimiter !== "," && rarely < 100 && rng.int(20) === 0) return comma();
    const kinds = seldom() ? odd : plain;
    return kinds[rng.int(kinds.length)]!(rng);
  };
  const usual = ["\n", "\r\n", "\r"][rng.int(3)]!;
  const closed = rng.int(4) === 0 ? delimiter : "";
  const ragged = rng.int(4) === 0;
  const lines = Array.from({ length: 1 + rng.int(80) }, () => {
    const cells = Array.from(
      { length: width + (ragged && rng.int(300) === 0 ? 1 - 2 * rng.int(2) : 0) },
      cell,
    );
    const end = seldom() ? ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n"][rng.int(5)]! : usual;
    return `${cells.join(delimiter)}${closed}${end}`;
  });
  const header = Array.from({ length: width }, (_, c) => `c${c}`).join(delimiter);
  const text = `${header}${usual}${lines.join("")}`;
  return rng.int(3) === 0 ? text.trimEnd() : text;
}

describe("the row kernel", () => {
  it("is there", () => {
    expect(rowModule()).toBeDefined();
  });

  it("reads 600 files of numbers of all forms, in pieces of any size, as the scanner of cells does", () => {
    const rng = rngFor(3, "row kernel");
    let refused = 0;
    for (let i = 0; i < 600; i++) {
      const delimiter = [",", ";", "\t", "|"][rng.int(4)]!;
      const text = file(rng, delimiter);
      const reading = { ...readings[rng.int(readings.length)]!, delimiter };
      const alone = known(text, reading, 0);
      if (alone.startsWith("refused")) refused++;
      const chunk = [16, 40, 64, 333, 4096][rng.int(5)]!;
      expect(known(text, reading, chunk), JSON.stringify({ text, reading, chunk })).toBe(alone);
    }
    expect(refused).toBeGreaterThan(10);
    expect(refused).toBeLessThan(200);
  });
});
