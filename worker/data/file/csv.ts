import type { Reading } from "../../protocol/file-settings.ts";
import { ColumnBuilder, type Column, type ColumnReading } from "./columns.ts";
import { CsvScanner, type CellSink } from "./csv-scanner.ts";
import { dialectOf } from "./dialect.ts";
import { DataError, plural } from "../errors.ts";
import { columnNames, givenNames } from "./header.ts";
import { textBytes } from "./text-bytes.ts";

export interface CsvContent {
  readonly columns: readonly Column[];
  readonly rows: number;
  /** [rows] line of the file on which each row ends; the header is line 1. */
  readonly lines: Int32Array;
}

/**
 * Reads a CSV file: UTF-8, or UTF-16 with a byte order mark; cells separated by what `reading` or a first line `sep=;`
 * says, or else by comma, semicolon, tab or bar, by looking; quoted or not; lines ended by CR LF, LF or CR, also mixed;
 * blank lines skipped. Where commas do not separate cells, they may be decimal.
 */
export function readCsv(bytes: Uint8Array, reading: Reading = {}): CsvContent {
  const buffer = textBytes(bytes);
  const { delimiter, start, line } = dialectOf(buffer, reading);
  const header = new HeaderCells(buffer);
  const first = new CsvScanner(buffer, delimiter, header, start, line);
  first.scan(1);
  if (header.cells === undefined) {
    throw new DataError("the file holds only blank lines: give a CSV file with a header and rows");
  }
  const names = namesOf(header.cells, header.line, reading);
  const rows = new Rows(buffer, start, names, { ...columnReading(delimiter, reading), delimiter });
  const scanner =
    reading.header === false ? new CsvScanner(buffer, delimiter, rows, start, line) : first.goOn(rows);
  scanner.scan();
  return rows.finish();
}

/**
 * Rows to make room for: somewhat more than the file has, if all are as long as its first ones. Memory that is never
 * written to costs nothing.
 */
function likelyRows(buffer: Buffer, start: number, columns: number): number {
  const sample = buffer.subarray(start, start + 65_536);
  let ends = 1;
  for (const byte of sample) if (byte === 0x0a || byte === 0x0d) ends++;
  const bytes = buffer.length - start;
  const guess = Math.ceil((1.1 * ends * bytes) / Math.max(1, sample.length)) + 16;
  return Math.min(guess, Math.ceil(bytes / columns) + 1); // a row takes a byte for each cell at least
}

function namesOf(cells: readonly string[], line: number, { header, columns }: Reading): readonly string[] {
  if (columns !== undefined) return givenNames(columns, header === false ? cells.length : undefined, line);
  return header === false ? cells.map((_, i) => `column ${i + 1}`) : columnNames(cells, line);
}

function columnReading(
  delimiter: string,
  { decimal, thousands, missing_values = [] }: Reading,
): Omit<ColumnReading, "delimiter"> {
  return {
    decimalCommas: decimal === undefined ? delimiter !== "," : decimal === ",",
    certain: decimal !== undefined,
    ...(thousands !== undefined && { thousands }),
    missing: {
      texts: new Set(missing_values.map((value) => `${value}`)),
      numbers: missing_values.map(Number).filter((value) => !Number.isNaN(value)),
    },
  };
}

/** Takes one record as texts. */
class HeaderCells implements CellSink {
  cells: readonly string[] | undefined;
  line = 0;
  private readonly buffer: Buffer;
  private readonly taken: string[] = [];

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  bytes(start: number, end: number): void {
    this.taken.push(this.buffer.toString("utf8", start, end));
  }

  text(cell: string): void {
    this.taken.push(cell);
  }

  record(line: number): void {
    this.cells = this.taken;
    this.line = line;
  }
}

/** Takes the rows, one column builder for each cell of the header. */
class Rows implements CellSink {
  private readonly buffer: Buffer;
  private readonly builders: readonly ColumnBuilder[];
  private cell = 0;
  /** The last cell was empty. */
  private empty = false;
  private rows = 0;
  private lines: Int32Array;

  /** `start`: the byte at which the table begins. */
  constructor(buffer: Buffer, start: number, names: readonly string[], reading: ColumnReading) {
    this.buffer = buffer;
    const room = likelyRows(buffer, start, names.length);
    this.lines = new Int32Array(room);
    this.builders = names.map((name) => new ColumnBuilder(name, reading, room));
  }

  number(start: number): number {
    const end = this.builders[this.cell]?.takeNumber(this.buffer, start) ?? -1;
    if (end < 0) return -1;
    this.empty = false;
    this.cell++;
    return end;
  }

  bytes(start: number, end: number): void {
    this.empty = start === end;
    this.builders[this.cell++]?.pushBytes(this.buffer, start, end);
  }

  text(cell: string): void {
    this.empty = false;
    this.builders[this.cell++]?.push(cell);
  }

  record(line: number): void {
    const width = this.builders.length;
    // Some programs end each row, though not the header, with a separator.
    if (this.cell !== width && !(this.cell === width + 1 && this.empty)) throw this.ragged(line);
    this.cell = 0;
    if (this.rows === this.lines.length) {
      const longer = new Int32Array(2 * this.rows);
      longer.set(this.lines);
      this.lines = longer;
    }
    this.lines[this.rows++] = line;
  }

  finish(): CsvContent {
    if (this.rows === 0) throw new DataError("the file has a header but no rows: add rows to it");
    const columns = this.builders.map((builder) => builder.finish());
    return { columns, rows: this.rows, lines: this.lines.subarray(0, this.rows) };
  }

  private ragged(line: number): DataError {
    const width = this.builders.length;
    const found = plural(this.cell, "value");
    const cause =
      this.rows > 0 || this.cell < width
        ? "correct that line"
        : this.cell === width + 1
          ? `if the rows begin with a name, as R writes them, set \`columns: ${JSON.stringify(["row name", ...this.builders.map(({ name }) => name)])}\` in \`data\`; otherwise correct that line`
          : `if line ${line} holds the names, set \`header: ${line}\` in \`data\`; otherwise correct that line`;
    return new DataError(
      `line ${line} has ${found} where the header names ${plural(width, "column")}: ${cause}`,
      { line },
    );
  }
}
