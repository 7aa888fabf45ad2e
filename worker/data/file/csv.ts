import { isUtf8 } from "node:buffer";
import { CsvError, parse } from "csv-parse/sync";
import { ColumnBuilder, type Column, type ColumnReading } from "./columns.ts";
import { DataError, plural } from "../errors.ts";

/** The longest record that is read. Anything longer is not a table, and must not cost its size in memory. */
export const maxRecordBytes = 4 * 2 ** 20;

export interface CsvContent {
  readonly columns: readonly Column[];
  readonly rows: number;
  /** [rows] line of the file on which each row ends; the header is line 1. */
  readonly lines: Int32Array;
}

/**
 * Reads a CSV file with a header line: UTF-8, or UTF-16 (little endian) with a byte order mark; cells separated by
 * comma, semicolon or tab (whichever the header uses most) or by what a first line `sep=;` says, quoted or not; lines
 * ended by CR LF, LF or CR, also mixed; blank lines skipped. Where commas do not separate cells, they may be decimal.
 */
export function readCsv(bytes: Uint8Array): CsvContent {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length === 0) throw new DataError("the file is empty: give a CSV file with a header and rows");
  refuseBinary(buffer);
  const { delimiter, headerLine } = formatOf(buffer);
  const reader = new Reader({ decimalCommas: delimiter !== "," });
  try {
    parse(buffer, {
      bom: true,
      delimiter,
      // A header saved with one program over rows added by another has two kinds of line ends.
      record_delimiter: ["\r\n", "\n", "\r"],
      from_line: headerLine,
      skip_empty_lines: true,
      relax_column_count: true,
      max_record_size: maxRecordBytes,
      on_record: (cells: string[], { lines }) => reader.take(cells, lines),
    });
  } catch (error) {
    throw error instanceof CsvError ? inWords(error, reader.line) : error;
  }
  return reader.finish();
}

class Reader {
  /** Line on which the newest record ended. */
  line = 0;
  private readonly reading: ColumnReading;
  private builders: ColumnBuilder[] | undefined;
  private readonly lines: number[] = [];

  constructor(reading: ColumnReading) {
    this.reading = reading;
  }

  /** Returns null: the parser need not keep the record. */
  take(cells: string[], line: number): null {
    this.line = line;
    if (this.builders === undefined) this.builders = this.startColumns(cells, line);
    else this.takeRow(this.builders, cells, line);
    return null;
  }

  finish(): CsvContent {
    if (this.builders === undefined) {
      throw new DataError("the file holds only blank lines: give a CSV file with a header and rows");
    }
    if (this.lines.length === 0) throw new DataError("the file has a header but no rows: add rows to it");
    const columns = this.builders.map((builder) => builder.finish());
    return { columns, rows: this.lines.length, lines: Int32Array.from(this.lines) };
  }

  private startColumns(header: readonly string[], line: number): ColumnBuilder[] {
    return columnNames(header, line).map((name) => new ColumnBuilder(name, this.reading));
  }

  private takeRow(builders: ColumnBuilder[], cells: string[], line: number): void {
    if (cells.length !== builders.length) {
      const found = plural(cells.length, "value");
      throw new DataError(
        `line ${line} has ${found} where the header names ${plural(builders.length, "column")}: correct that line`,
        { line },
      );
    }
    this.lines.push(line);
    for (let i = 0; i < cells.length; i++) builders[i]!.push(cells[i]!);
  }
}

function columnNames(header: readonly string[], line: number): readonly string[] {
  // Spreadsheets and data frames write their row index without a name.
  const names = header.map((cell, i) => cell.trim() || `column ${i + 1}`);
  if (header.every((cell) => cell.trim() !== "" && Number.isFinite(Number(cell)))) {
    throw new DataError(
      `line ${line} holds numbers only: put a header line with column names above the rows`,
      {
        line,
      },
    );
  }
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) {
      throw new DataError(`the header names "${name}" twice: rename one of the columns`, {
        line,
        column: name,
      });
    }
    seen.add(name);
  }
  return names;
}

/** NUL bytes early on mean UTF-16 without a mark, a spreadsheet, an archive, ... anything but text. */
function refuseBinary(buffer: Buffer): void {
  if (isUtf16(buffer)) return;
  if (buffer.subarray(0, 4096).includes(0)) {
    throw new DataError("the file is not text: save the table as CSV in UTF-8");
  }
  if (isUtf8(buffer)) return;
  const line = lineOfBadByte(buffer);
  throw new DataError(
    `line ${line} is not UTF-8, in which letters such as é are written (Windows-1252 or Latin-1, probably): save the file as "CSV UTF-8"`,
    { line },
  );
}

function isUtf16(buffer: Buffer): boolean {
  return buffer.length >= 2 && buffer[0] === 0xff && buffer[1] === 0xfe;
}

function lineOfBadByte(buffer: Buffer): number {
  let line = 1;
  let start = 0;
  for (;;) {
    const end = buffer.indexOf("\n", start);
    if (end < 0 || !isUtf8(buffer.subarray(start, end))) return line;
    line++;
    start = end + 1;
  }
}

interface Format {
  readonly delimiter: string;
  /** Line from which on the table is read. */
  readonly headerLine: number;
}

function formatOf(buffer: Buffer): Format {
  const head = buffer.subarray(0, 65_536).toString(isUtf16(buffer) ? "utf16le" : "utf8");
  // What Excel writes, and reads, to say which separator is meant.
  const said = /^\ufeff?"?sep=([^"\r\n])"?(?:\r?\n|\r)/i.exec(head)?.[1];
  if (said !== undefined) return { delimiter: said, headerLine: 2 };
  const firstLine = /^\s*([^\r\n]*)/.exec(head)?.[1] ?? "";
  return { delimiter: likelyDelimiter(firstLine), headerLine: 1 };
}

function likelyDelimiter(header: string): string {
  const unquoted = header.replaceAll(/"[^"]*"/g, "");
  const count = (delimiter: string): number => unquoted.split(delimiter).length;
  return [",", ";", "\t"].reduce((best, next) => (count(next) > count(best) ? next : best));
}

function inWords(error: CsvError, lineBefore: number): DataError {
  const line = lineBefore + 1;
  return new DataError(
    problems[error.code]?.(line) ?? `line ${line} is not CSV (${error.message}): correct it`,
    {
      line,
    },
  );
}

const strayQuote = (line: number): string =>
  `line ${line} has a quote in the middle of a value: double it or remove it`;

const problems: Readonly<Record<string, (line: number) => string>> = {
  CSV_MAX_RECORD_SIZE: (line) =>
    `the record that starts on line ${line} is longer than ${maxRecordBytes / 2 ** 20} MiB: look for an open quote there, or give a CSV file with one row a line`,
  CSV_QUOTE_NOT_CLOSED: (line) => `a quote opened on line ${line} or later is never closed: close it`,
  CSV_INVALID_CLOSING_QUOTE: strayQuote,
  INVALID_OPENING_QUOTE: strayQuote,
};
