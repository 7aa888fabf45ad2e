import type { Reading } from "../../protocol/file-settings.ts";
import type { ColumnReading } from "./column-builder.ts";
import { CsvScanner, type CellSink } from "./csv-scanner.ts";
import { dialectOf } from "./dialect.ts";
import { DataError } from "../errors.ts";
import { withoutFooter } from "./footer.ts";
import { columnNames, givenNames } from "./header.ts";
import { readRows, usualChunk } from "./read-rows.ts";
import { Rows, type CsvContent } from "./rows.ts";
import { textBytes } from "./text-bytes.ts";
import { refuseNumbers, refuseUnits } from "./units-row.ts";

/**
 * Reads a CSV file: UTF-8, or UTF-16 with a byte order mark; cells separated by what `reading` or a first line `sep=;`
 * says, or else by comma, semicolon, tab or bar, by looking; quoted or not; lines ended by CR LF, LF or CR, also mixed;
 * blank lines skipped. Where commas do not separate cells, they may be decimal. `chunk` (see `usualChunk`) changes nothing but
 * how fast it is.
 */
export function readCsv(
  bytes: Uint8Array,
  reading: Reading = {},
  chunk = usualChunk(bytes.length),
): CsvContent {
  const whole = textBytes(bytes);
  const { delimiter, start, line } = dialectOf(whole, reading);
  const buffer = withoutFooter(whole, reading.skip_footer ?? 0, delimiter);
  const first = new CsvScanner(buffer, delimiter, new RecordCells(buffer), start, line);
  const header = cellsOf(first, buffer);
  if (header.cells === undefined) {
    throw new DataError("the file holds only blank lines: give a CSV file with a header and rows");
  }
  const names = namesOf(withoutTail(header.cells, first, buffer, delimiter), header.line, reading);
  const forColumns = { ...columnReading(delimiter, reading), delimiter };
  const rows = new Rows(buffer, start, names, forColumns);
  const scanner = reading.header === false ? new CsvScanner(buffer, delimiter, rows, start, line) : first;
  for (let i = 0; i < (reading.skip_rows ?? 0); i++) refuseNumbers(cellsOf(scanner, buffer));
  readRows(buffer, scanner.goOn(rows), rows, forColumns, chunk);
  const content = rows.finish();
  if (reading.skip_rows === undefined) refuseUnits(content);
  return content;
}

/** The next record as texts. */
function cellsOf(scanner: CsvScanner, buffer: Buffer): RecordCells {
  const record = new RecordCells(buffer);
  scanner.goOn(record).scan(1);
  return record;
}

/** Names, without separators at the end of the header that the first row does not have. */
function withoutTail(
  cells: readonly string[],
  { place }: CsvScanner,
  buffer: Buffer,
  delimiter: string,
): readonly string[] {
  if (cells.at(-1)!.trim() !== "") return cells;
  const next = new CsvScanner(buffer, delimiter, new RecordCells(buffer), place.position, place.line);
  const width = cellsOf(next, buffer).cells?.length ?? cells.length;
  const named = cells.findLastIndex((cell) => cell.trim() !== "") + 1;
  return cells.slice(0, Math.max(named, width));
}

function namesOf(cells: readonly string[], line: number, { header, columns }: Reading): readonly string[] {
  if (columns !== undefined) return givenNames(columns, header === false ? cells.length : undefined, line);
  return header === false ? cells.map((_, i) => `column ${i + 1}`) : columnNames(cells, line);
}

function columnReading(
  delimiter: string,
  { decimal, thousands, strip = [], missing_values = [] }: Reading,
): Omit<ColumnReading, "delimiter"> {
  return {
    decimalCommas: decimal === undefined ? delimiter !== "," : decimal === ",",
    certain: decimal !== undefined,
    ...(thousands !== undefined && { thousands }),
    marks: [...strip].sort((a, b) => b.length - a.length),
    missing: {
      texts: new Set(missing_values.map((value) => `${value}`)),
      numbers: missing_values.map(Number).filter((value) => !Number.isNaN(value)),
    },
  };
}

/** Takes one record as texts. */
class RecordCells implements CellSink {
  cells?: readonly string[];
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
