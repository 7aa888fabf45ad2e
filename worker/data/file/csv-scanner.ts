import { DataError } from "../errors.ts";

/** The longest record that is read. Anything longer is not a table, and must not cost its size in memory. */
export const maxRecordBytes = 4 * 2 ** 20;

/** Where the cells of a record go, in order: as bytes where they stand unquoted, else as text. */
export interface CellSink {
  /** Takes the cell that begins here if it is a plain number, and returns where it ends; else -1. */
  number?(start: number): number;
  bytes(start: number, end: number): void;
  text(cell: string): void;
  /** The record has ended on this line. */
  record(line: number): void;
}

/** Where a walk through a file stands: at the beginning of a record. */
export interface Place {
  /** Byte of the file. */
  readonly position: number;
  readonly line: number;
}

const quote = 0x22;
const lf = 0x0a;
const cr = 0x0d;
const space = 0x20;
const tab = 0x09;

/**
 * Walks through the records of a CSV file (RFC 4180) in UTF-8 without decoding what is not quoted. Records end with
 * LF, CR or CR LF, also mixed; empty lines are passed over. A space as delimiter stands for any run of spaces and tabs.
 */
export class CsvScanner {
  private readonly buffer: Buffer;
  private readonly delimiter: number;
  private readonly runs: boolean;
  private sink: CellSink;
  private position: number;
  private line: number;
  private recordStart = 0;
  private recordLine = 0;

  /** `start`: byte at which line number `line` begins. */
  constructor(buffer: Buffer, delimiter: string, sink: CellSink, start = 0, line = 1) {
    this.buffer = buffer;
    this.delimiter = delimiter.charCodeAt(0);
    this.runs = delimiter === " ";
    this.sink = sink;
    this.position = start;
    this.line = line;
  }

  /** Up to `most` records. Throws `DataError` for quotes in the wrong place and records that never end. */
  scan(most = Infinity): void {
    let records = 0;
    while (records < most && this.position < this.buffer.length) {
      if (this.runs) this.skipRun();
      if (this.skipLineEnd()) continue;
      this.recordStart = this.position;
      this.recordLine = this.line;
      this.scanRecord();
      records++;
    }
  }

  /** The same scanner, from here on for `sink`. */
  goOn(sink: CellSink): this {
    this.sink = sink;
    return this;
  }

  get place(): Place {
    return { position: this.position, line: this.line };
  }

  get atEnd(): boolean {
    return this.position >= this.buffer.length;
  }

  /** Goes on from the beginning of another record. */
  goTo({ position, line }: Place): void {
    this.position = position;
    this.line = line;
  }

  private scanRecord(): void {
    do this.scanCell();
    while (this.skipDelimiter());
    const line = this.line;
    this.skipLineEnd();
    this.sink.record(line);
  }

  private scanCell(): void {
    const { buffer, delimiter } = this;
    const start = this.position;
    const taken = this.sink.number?.(start) ?? -1;
    if (taken >= 0) {
      this.position = taken;
      if (taken - this.recordStart > maxRecordBytes) throw this.tooLong();
      return;
    }
    if (buffer[start] === quote) {
      this.scanQuoted();
      return;
    }
    let at = start;
    for (; at < buffer.length; at++) {
      const byte = buffer[at]!;
      if (byte > quote && byte !== delimiter) continue;
      if (byte === delimiter || byte === lf || byte === cr || (this.runs && byte === tab)) break;
      if (byte === quote) throw this.strayQuote();
    }
    this.position = at;
    if (at - this.recordStart > maxRecordBytes) throw this.tooLong();
    this.sink.bytes(start, at);
  }

  private scanQuoted(): void {
    const { buffer } = this;
    const start = this.position + 1;
    let from = start;
    let doubled = false;
    for (;;) {
      const end = buffer.indexOf(quote, from);
      if ((end < 0 ? buffer.length : end) - this.recordStart > maxRecordBytes) throw this.tooLong();
      if (end < 0) throw this.neverClosed();
      from = end + 2;
      if (buffer[end + 1] === quote) {
        doubled = true;
        continue;
      }
      this.position = end + 1;
      this.requireCellEnd();
      const cell = buffer.toString("utf8", start, end);
      this.line += lineEnds(cell);
      this.sink.text(doubled ? cell.replaceAll('""', '"') : cell);
      return;
    }
  }

  /** True when another cell follows. */
  private skipDelimiter(): boolean {
    if (this.runs) {
      const before = this.position;
      this.skipRun();
      return this.position > before && !this.atLineEnd();
    }
    if (this.position >= this.buffer.length || this.buffer[this.position] !== this.delimiter) return false;
    this.position++;
    return true;
  }

  private skipRun(): void {
    const { buffer } = this;
    while (buffer[this.position] === space || buffer[this.position] === tab) this.position++;
  }

  private skipLineEnd(): boolean {
    const byte = this.buffer[this.position];
    if (byte !== lf && byte !== cr) return false;
    this.position += byte === cr && this.buffer[this.position + 1] === lf ? 2 : 1;
    this.line++;
    return true;
  }

  private atLineEnd(): boolean {
    const byte = this.buffer[this.position];
    return byte === undefined || byte === lf || byte === cr;
  }

  private requireCellEnd(): void {
    const byte = this.buffer[this.position];
    if (this.atLineEnd() || byte === this.delimiter || (this.runs && byte === tab)) return;
    throw this.strayQuote();
  }

  private strayQuote(): DataError {
    const { line } = this;
    return new DataError(`line ${line} has a quote in the middle of a value: double it or remove it`, {
      line,
    });
  }

  private neverClosed(): DataError {
    const line = this.recordLine;
    return new DataError(`a quote opened on line ${line} or later is never closed: close it`, { line });
  }

  private tooLong(): DataError {
    const line = this.recordLine;
    return new DataError(
      `the record that starts on line ${line} is longer than ${maxRecordBytes / 2 ** 20} MiB: look for an open quote there, or give a CSV file with one row per line`,
      { line },
    );
  }
}

function lineEnds(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}
