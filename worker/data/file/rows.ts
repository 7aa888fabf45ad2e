import { ColumnBuilder, type ColumnReading } from "./column-builder.ts";
import type { Column } from "./columns.ts";
import type { CellSink } from "./csv-scanner.ts";
import { DataError, listed, plural } from "../errors.ts";
import { footerFrom } from "./footer.ts";
import type { RowSink } from "./row-kernel.ts";

export interface CsvContent {
  readonly columns: readonly Column[];
  readonly rows: number;
  /** [rows] line of the file on which each row ends; the header is line 1. */
  readonly lines: Int32Array;
}

/**
 * Rows to make room for: somewhat more than the file has, if all are as long as its first ones. Memory that is never
 * written to costs nothing.
 */
function likelyRows(buffer: Buffer, start: number, columns: number): number {
  const sample = buffer.subarray(start, start + 65_536);
  let ends = 1;
  for (let i = 0; i < sample.length; i++) if (sample[i] === 0x0a || sample[i] === 0x0d) ends++;
  const bytes = buffer.length - start;
  const guess = Math.ceil((1.1 * ends * bytes) / Math.max(1, sample.length)) + 16;
  return Math.min(guess, Math.ceil(bytes / columns) + 1); // a row takes a byte for each cell at least
}

/** Lines above a table, at most, that look like rows. */
const mostAbove = 30;

/** Takes the rows, one column builder for each cell of the header. */
export class Rows implements CellSink, RowSink {
  private readonly buffer: Buffer;
  private readonly builders: readonly ColumnBuilder[];
  private readonly delimiter: string;
  private cell = 0;
  /** The last cell was empty. */
  private empty = false;
  private rows = 0;
  private lineEnds: Int32Array;

  /** `start`: the byte at which the table begins. */
  constructor(buffer: Buffer, start: number, names: readonly string[], reading: ColumnReading) {
    this.buffer = buffer;
    this.delimiter = reading.delimiter;
    const room = likelyRows(buffer, start, names.length);
    this.lineEnds = new Int32Array(room);
    this.builders = names.map((name) => new ColumnBuilder(name, reading, room));
  }

  /** Cells of a row. */
  get width(): number {
    return this.builders.length;
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
    this.makeRoom(this.rows + 1);
    this.lineEnds[this.rows++] = line;
  }

  numbers(column: number, values: Float64Array, closings: Uint8Array | undefined): void {
    this.builders[column]!.takeNumbers(values, closings);
  }

  unread(column: number, row: number, start: number, end: number): void {
    this.builders[column]!.replace(this.rows + row, this.buffer, start, end);
  }

  lines(values: Int32Array): void {
    this.makeRoom(this.rows + values.length);
    this.lineEnds.set(values, this.rows);
    this.rows += values.length;
  }

  private makeRoom(rows: number): void {
    if (rows <= this.lineEnds.length) return;
    const longer = new Int32Array(Math.max(rows, 2 * this.lineEnds.length));
    longer.set(this.lineEnds);
    this.lineEnds = longer;
  }

  finish(): CsvContent {
    if (this.rows === 0) throw new DataError("the file has a header but no rows: add rows to it");
    const columns = this.builders.map((builder) => builder.finish());
    return { columns, rows: this.rows, lines: this.lineEnds.subarray(0, this.rows) };
  }

  /** The last lines of a file may be notes, and the first ones not the table yet. */
  private advice(line: number): string {
    const last = this.rows > 1 ? footerFrom(this.buffer, line, this.delimiter) : undefined;
    if (last !== undefined) return `, or set \`skip_footer: ${last}\` in \`data\` if the table ends above it`;
    if (this.rows >= mostAbove) return "";
    const names = listed(
      this.builders.map(({ name }) => name),
      3,
    );
    return `; if ${names} are no column names, set \`header\` in \`data\` to the line that holds them`;
  }

  private ragged(line: number): DataError {
    const width = this.builders.length;
    const found = plural(this.cell, "value");
    const cause =
      this.rows > 0 || this.cell < width
        ? `correct that line${this.advice(line)}`
        : this.cell === width + 1
          ? `if the rows begin with a name, as R writes them, set \`columns: ${JSON.stringify(["row name", ...this.builders.map(({ name }) => name)])}\` in \`data\`; otherwise correct that line`
          : `if line ${line} holds the names, set \`header: ${line}\` in \`data\`; otherwise correct that line`;
    return new DataError(
      `line ${line} has ${found} where the header names ${plural(width, "column")}: ${cause}`,
      { line },
    );
  }
}
