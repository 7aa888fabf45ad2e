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
 * name without the ending. Where all names say train, validation or test, a column `part` says that.
 */
export function joinFiles(files: readonly NamedFile[], reading: Reading): Uint8Array {
  if (reading.header !== undefined || reading.columns !== undefined) {
    throw new DataError(
      "`header` and `columns` do not go with several files: give each a header as its first line",
      {
        setting: "header",
      },
    );
  }
  const tables = files.map(({ name, bytes }) => ({ name, ...cellsOf(bytes, reading) }));
  const [first] = tables;
  for (const { name, header } of tables) {
    if (header.join("\n") === first!.header.join("\n")) continue;
    throw new DataError(
      `${name} has other columns (${listed(header)}) than ${first!.name} (${listed(first!.header)}): give all files the same, in one order`,
    );
  }
  const parts = files.map(({ name }) => partOf(name));
  const parted = parts.every((part) => part !== undefined);
  const delimiter = reading.delimiter === String.raw`\t` ? "\t" : (reading.delimiter ?? first!.delimiter);
  function* rows(): Generator<readonly string[]> {
    for (const [i, { name, rows: own }] of tables.entries()) {
      const added = [stem(name), ...(parted ? [parts[i]!] : [])];
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
