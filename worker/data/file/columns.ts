import { commaNumber, kindOf, maybeThousand, withoutThousands, type CellKind } from "./cell-kinds.ts";
import { isLongFraction, scanNumber, type NumberBytes } from "./number-bytes.ts";
import { isWhole, saysItAll, WrittenBuilder, type Written } from "./written.ts";

/** One column of a file, typed by looking at its cells. */
export interface Column {
  readonly name: string;
  /** [rows], NaN where the cell is missing or not a finite number. */
  readonly numbers: Float64Array;
  /** Also of columns that are numbers throughout; see `cellText`. */
  readonly written: Written | undefined;
  readonly counts: Readonly<Record<CellKind, number>>;
  /** First row (from 0) that holds such a cell, -1 when none does. */
  readonly first: Readonly<Record<CellKind, number>>;
  /** Rises by one from each row of the file to the next, as a row number does. */
  readonly running?: boolean;
}

/** Of a text that nothing separates from others. */
const notAByte = -1;

/** A longer fraction is a measurement in full precision. */
const maxName = 15;

export interface ColumnReading {
  /** One character. */
  readonly delimiter: string;
  /** Read 0,5 as a number: of files whose cells are not separated by commas. */
  readonly decimalCommas: boolean;
  /** The decimal mark was said, not guessed. */
  readonly certain: boolean;
  /** The mark between thousands. */
  readonly thousands?: string;
  /** Other cells that mean a missing value, as they are written and by value. */
  readonly missing: { readonly texts: ReadonlySet<string>; readonly numbers: readonly number[] };
}

/** Collects the cells of one column in file order. */
export class ColumnBuilder {
  readonly name: string;
  private readonly reading: ColumnReading;
  private numbers: Float64Array;
  private readonly written: WrittenBuilder;
  private rows = 0;
  private readonly counts = { number: 0, missing: 0, infinite: 0, text: 0 };
  private readonly found: NumberBytes = { value: 0, plain: false, closing: 0 };
  private readonly first = { number: -1, missing: -1, infinite: -1, text: -1 };
  /** Rows with a decimal comma, if it is one. */
  private readonly commas: number[] = [];
  private clearCommas = 0;
  private points = 0;
  private readonly delimiter: number;
  /** Numbers are read straight from bytes: points do not stand between thousands, and no part of a number separates cells. */
  private readonly straight: boolean;

  /** `room`: rows, about. */
  constructor(name: string, reading: ColumnReading, room: number) {
    this.name = name;
    this.reading = reading;
    this.numbers = new Float64Array(room);
    this.written = new WrittenBuilder(room);
    this.delimiter = reading.delimiter.charCodeAt(0);
    this.straight = reading.thousands !== "." && !/[\d.-]/.test(reading.delimiter);
  }

  /**
   * Takes the cell that begins at this byte where it is a number at first sight, and returns where it ends; else -1.
   * @internal In no declaration: a project that installs seqtune need not know Node's types.
   */
  takeNumber(buffer: Buffer, start: number): number {
    if (!this.straight) return -1;
    const { found } = this;
    const end = scanNumber(buffer, start, this.delimiter, found);
    if (end < 0 || !(found.plain || found.closing !== 0) || this.isMissing(found.value)) return -1;
    this.keep(found.value);
    if (found.closing !== 0) this.keepClosing(found, buffer, start, end);
    return end;
  }

  /** The cell in these bytes, unquoted UTF-8, which `takeNumber` did not take. @internal */
  pushBytes(buffer: Buffer, start: number, end: number): void {
    if (start === end) this.keepAs("missing", Number.NaN);
    else if (!this.pushLong(buffer, start, end)) this.push(buffer.toString("utf8", start, end));
  }

  private pushLong(buffer: Buffer, start: number, end: number): boolean {
    if (!this.straight || !isLongFraction(buffer, start, end)) return false;
    const value = Number(buffer.toString("latin1", start, end));
    if (this.isMissing(value)) return false;
    this.keep(value);
    return true;
  }

  private keepClosing({ value, closing }: NumberBytes, buffer: Buffer, start: number, end: number): void {
    if (this.reading.decimalCommas && Number.isInteger(value)) this.points++; // else `keep` has counted its point
    this.written.addClosing(this.rows - 1, closing, buffer, start, end);
  }

  push(cell: string): void {
    const text = cell.trim();
    const { missing } = this.reading;
    const asNumber = this.asNumber(text);
    const comma = asNumber.comma;
    let kind = missing.texts.has(text) ? "missing" : kindOf(asNumber.text);
    let value = kind === "number" ? Number(asNumber.text) : Number.NaN;
    if (kind === "number" && this.isMissing(value)) {
      kind = "missing";
      value = Number.NaN;
    }
    this.keepAs(kind, value);
    if (kind === "number") this.keepNumber(text, value, comma);
    else if (kind !== "missing") this.written.add(this.rows - 1, text);
  }

  private asNumber(text: string): { readonly text: string; readonly comma: boolean } {
    const { thousands, decimalCommas } = this.reading;
    const plain = thousands === undefined ? text : withoutThousands(text, thousands);
    const comma = decimalCommas && commaNumber.test(plain);
    return { text: comma ? plain.replace(",", ".") : plain, comma };
  }

  private isMissing(value: number): boolean {
    const { numbers } = this.reading.missing;
    return numbers.length > 0 && numbers.includes(value);
  }

  /** A finite number whose value says all. */
  private keep(value: number): void {
    if (this.counts.number++ === 0) this.first.number = this.rows;
    if (this.rows === this.numbers.length) this.grow();
    this.numbers[this.rows++] = value;
    if (this.reading.decimalCommas && !Number.isInteger(value)) this.points++;
  }

  private keepAs(kind: CellKind, value: number): void {
    if (this.counts[kind]++ === 0) this.first[kind] = this.rows;
    if (this.rows === this.numbers.length) this.grow();
    this.numbers[this.rows++] = value;
  }

  finish(): Column {
    const { name, counts, first, rows } = this;
    const numbers = this.numbers.subarray(0, rows); // a column of a million rows is not to be there twice
    const guessed = !this.reading.certain;
    if (guessed && this.commas.length > 0 && (this.points > 0 || this.clearCommas === 0))
      this.takeCommasBack(numbers);
    return { name, numbers, written: this.written.finish(rows), counts, first, running: isRunning(numbers) };
  }

  private keepNumber(text: string, value: number, comma: boolean): void {
    if (comma) {
      this.commas.push(this.rows - 1);
      if (!maybeThousand.test(text)) this.clearCommas++;
    } else if (this.reading.decimalCommas && text.includes(".")) this.points++;
    if (comma && !this.reading.certain) {
      this.written.add(this.rows - 1, text); // it may turn out to be text
      return;
    }
    const whole = isWhole(text);
    if ((text.length > maxName && !whole) || saysItAll(text, value)) return;
    if (whole) this.written.add(this.rows - 1, text);
    else if (!this.keptClosing(text)) this.written.addFraction(this.rows - 1, text);
  }

  /** As `takeNumber` keeps it, so that 1.50 and "1.50" are one text. */
  private keptClosing(text: string): boolean {
    if (text.length > maxName) return false;
    const bytes = Buffer.from(text, "latin1");
    const { length } = bytes;
    if (scanNumber(bytes, 0, notAByte, this.found) !== length || this.found.closing === 0) return false;
    this.written.addClosing(this.rows - 1, this.found.closing, bytes, 0, length);
    return true;
  }

  /** Commas are text where the same column has decimal points, or where all of them may be thousands. */
  private takeCommasBack(numbers: Float64Array): void {
    const { counts, first, commas } = this;
    for (const row of commas) numbers[row] = Number.NaN;
    counts.number -= commas.length;
    counts.text += commas.length;
    first.text = first.text < 0 ? commas[0]! : Math.min(first.text, commas[0]!);
    first.number = numbers.findIndex((value) => !Number.isNaN(value));
  }

  private grow(): void {
    const larger = new Float64Array(this.numbers.length * 2);
    larger.set(this.numbers);
    this.numbers = larger;
  }
}

/** Fewer rows may rise by one by chance, or by design. */
const leastRunning = 50;

function isRunning(numbers: Float64Array): boolean {
  if (numbers.length < leastRunning) return false;
  for (let row = 1; row < numbers.length; row++) if (numbers[row]! - numbers[row - 1]! !== 1) return false;
  return true;
}

/** Numbers with at most a stray text cell among them. */
export function looksNumeric(column: Column): boolean {
  const { number, infinite, text } = column.counts;
  return number + infinite > text;
}

/**
 * The cell as it is written, undefined when missing: 01 and 1 are two names, and so are 1.5 and 1.50. Of
 * measurements, which are long fractions or very many different ones, the value is name enough.
 */
export function cellText(column: Column, row: number): string | undefined {
  const code = column.written?.codes[row] ?? 0;
  if (code > 0) return column.written!.texts[code];
  const value = column.numbers[row]!;
  return Number.isNaN(value) ? undefined : `${value}`;
}

/** The same column with its rows in another order, or only some of them. `rows` are old row numbers. */
export function takeRows(column: Column, rows: Int32Array): Column {
  const { written, numbers } = column;
  return {
    ...column,
    numbers: Float64Array.from(rows, (row) => numbers[row]!),
    written: written && { ...written, codes: Uint32Array.from(rows, (row) => written.codes[row]!) },
  };
}
