import type { Reading } from "../../protocol/file-settings.ts";
import { CsvScanner, type CellSink } from "../file/csv-scanner.ts";
import { dialectOf } from "../file/dialect.ts";
import { textBytes } from "../file/text-bytes.ts";
import { DataError, listed } from "../errors.ts";
import { csvOf } from "./text-table.ts";

export interface NamedFile {
  readonly name: string;
  /** CSV, as `asCsv` gives it. */
  readonly bytes: Uint8Array;
}

/**
 * Several CSV files of the same columns as one, in order, with a column `file` that says which one each row is from: its
 * name without the ending. Where all names say train, validation or test, a column `part` says that, and they are in this order.
 */
export function joinFiles(given: readonly NamedFile[], reading: Reading): Uint8Array {
  for (const setting of ["header", "columns", "skip_rows", "skip_footer"] as const) {
    if (reading[setting] === undefined) continue;
    throw new DataError(
      `\`${setting}\` does not go with several files: give each a header as its first line, and only rows below`,
      { setting },
    );
  }
  const parted = given.every(({ name }) => partOf(name) !== undefined);
  const files = parted ? given.toSorted((a, b) => placeOf(a.name) - placeOf(b.name)) : given;
  const tables = files.map(({ name, bytes }) => ({ name, ...cellsOf(bytes, reading) }));
  const [first] = tables;
  for (const { name, header } of tables) {
    if (header.join("\n") === first!.header.join("\n")) continue;
    throw new DataError(
      `${name} has other columns (${listed(header)}) than ${first!.name} (${listed(first!.header)}): give all files the same, in one order`,
    );
  }
  const delimiter = reading.delimiter === String.raw`\t` ? "\t" : (reading.delimiter ?? first!.delimiter);
  function* rows(): Generator<readonly string[]> {
    for (const { name, rows: own } of tables) {
      const added = [stem(name), ...(parted ? [partOf(name)!] : [])];
      for (const row of own) yield [...row, ...added];
    }
  }
  return csvOf([...first!.header, "file", ...(parted ? ["part"] : [])], rows(), delimiter);
}

function stem(name: string): string {
  return name.replace(/\.[^.]*(?:\.(?:gz|zst))?$/, "");
}

function partOf(name: string): string | undefined {
  return /(?<![a-z])(train|valid|test)/i.exec(name)?.[1]?.toLowerCase();
}

const parts = ["train", "valid", "test"];

function placeOf(name: string): number {
  return parts.indexOf(partOf(name) ?? "");
}

function cellsOf(
  bytes: Uint8Array,
  reading: Reading,
): { header: string[]; rows: string[][]; delimiter: string } {
  const buffer = textBytes(bytes);
  const { delimiter, start, line } = dialectOf(buffer, reading);
  const [header = [], ...rows] = new Cells(buffer).read(delimiter, start, line);
  return { header, rows, delimiter };
}

class Cells implements CellSink {
  private readonly buffer: Buffer;
  private readonly records: string[][] = [];
  private cells: string[] = [];

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  read(delimiter: string, start: number, line: number): string[][] {
    new CsvScanner(this.buffer, delimiter, this, start, line).scan();
    return this.records;
  }

  bytes(start: number, end: number): void {
    this.cells.push(this.buffer.toString("utf8", start, end));
  }

  text(cell: string): void {
    this.cells.push(cell);
  }

  record(): void {
    this.records.push(this.cells);
    this.cells = [];
  }
}
