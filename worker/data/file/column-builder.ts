import {
  commaNumber,
  kindOf,
  maybeThousand,
  withoutMark,
  withoutThousands,
  type CellKind,
} from "./cell-kinds.ts";
import { complete, isRunning, type Column } from "./columns.ts";
import { isLongFraction, scanNumber, type NumberBytes } from "./number-bytes.ts";
import { isWhole, saysItAll, WrittenBuilder } from "./written.ts";

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
  /** Signs and units beside numbers, the longest first. */
  readonly marks: readonly string[];
  /** Other cells that mean a missing value, as they are written and by value. */
  readonly missing: { readonly texts: ReadonlySet<string>; readonly numbers: readonly number[] };
}

/** Numbers are read straight from bytes: points do not stand between thousands, and no part of a number separates cells. */
export function readsStraight({ thousands, delimiter }: ColumnReading): boolean {
  return thousands !== "." && !/[\d.-]/.test(delimiter);
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
  /** Numbers with a point, more than 0 where commas might be decimal and there is one. */
  private points = 0;
  /** The one of `reading.marks` that stands in this column. */
  private mark: string | undefined;
  private readonly delimiter: number;
  private readonly straight: boolean;

  /** `room`: rows, about. */
  constructor(name: string, reading: ColumnReading, room: number) {
    this.name = name;
    this.reading = reading;
    this.numbers = new Float64Array(room);
    this.written = new WrittenBuilder(room);
    this.delimiter = reading.delimiter.charCodeAt(0);
    this.straight = readsStraight(reading);
  }

  /**
   * Takes the cell that begins at this byte where it is a number at first sight, and returns where it ends; else -1.
   * @internal In no declaration: a project that installs seqtune need not know Node's types.
   */
  takeNumber(buffer: Buffer, start: number): number {
    if (!this.straight) return -1;
    const { found } = this;
    const end = scanNumber(buffer, start, this.delimiter, found);
    if (end < 0 || !(found.plain || found.closing > 0) || this.isMissing(found.value)) return -1;
    this.keep(found.value);
    if (found.closing > 0) this.keepClosing(this.rows - 1, found.closing);
    return end;
  }

  /**
   * Takes the cells of as many rows: numbers at first sight, NaN for each cell that `replace` is to give. `closings`: their
   * `NumberBytes.closing`, where any has closing zeros.
   */
  takeNumbers(values: Float64Array, closings: Uint8Array | undefined): void {
    const start = this.rows;
    this.rows += values.length;
    if (this.rows > this.numbers.length) this.grow();
    this.numbers.set(values, start);
    this.counts.number += values.length;
    if (this.reading.missing.numbers.length > 0) this.takeMissing(start);
    if (this.reading.decimalCommas && this.points === 0 && values.some(hasPoint)) this.points++;
    if (closings === undefined) return;
    this.points++;
    this.written.addClosings(start, this.numbers.subarray(start, this.rows), closings);
  }

  private takeMissing(start: number): void {
    for (let row = start; row < this.rows; row++) {
      if (!this.isMissing(this.numbers[row]!)) continue;
      this.numbers[row] = Number.NaN;
      this.counts.number--;
      this.count("missing", row);
    }
  }

  /** The cell of a row of `takeNumbers`: in these bytes, unquoted UTF-8. @internal */
  replace(row: number, buffer: Buffer, start: number, end: number): void {
    const { rows } = this;
    this.rows = row;
    this.counts.number--;
    this.pushBytes(buffer, start, end);
    this.rows = rows;
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

  private keepClosing(row: number, closing: number): void {
    this.points++;
    this.written.addClosing(row, this.numbers[row]!, closing);
  }

  push(cell: string): void {
    const text = this.unmarked(cell.trim());
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

  /** The number alone where one of the marks stands beside it, the same in the whole column; else the text. */
  private unmarked(text: string): string {
    const { marks } = this.reading;
    if (marks.length === 0) return text;
    const { mark, number } = withoutMark(text, marks);
    if (mark === undefined || kindOf(this.asNumber(number).text) !== "number") return text;
    this.mark ??= mark;
    return mark === this.mark ? number : text;
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
    this.counts.number++;
    if (this.rows === this.numbers.length) this.grow();
    this.numbers[this.rows++] = value;
    if (this.reading.decimalCommas && !Number.isInteger(value)) this.points++;
  }

  private keepAs(kind: CellKind, value: number): void {
    this.count(kind, this.rows);
    if (this.rows === this.numbers.length) this.grow();
    this.numbers[this.rows++] = value;
  }

  private count(kind: CellKind, row: number): void {
    const { counts, first } = this;
    first[kind] = counts[kind]++ === 0 ? row : Math.min(first[kind], row);
  }

  finish(): Column {
    const { name, counts, first, rows } = this;
    const numbers = this.numbers.subarray(0, rows); // a column of a million rows is not to be there twice
    const guessed = !this.reading.certain;
    if (guessed && this.commas.length > 0 && (this.points > 0 || this.clearCommas === 0))
      this.takeCommasBack(numbers);
    if (counts.number === rows) complete.add(numbers);
    first.number = numbers.findIndex((value) => !Number.isNaN(value));
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
    this.written.addClosing(this.rows - 1, this.found.value, this.found.closing);
    return true;
  }

  /** Commas are text where the same column has decimal points, or where all of them may be thousands. */
  private takeCommasBack(numbers: Float64Array): void {
    const { counts, first, commas } = this;
    for (const row of commas) numbers[row] = Number.NaN;
    counts.number -= commas.length;
    counts.text += commas.length;
    first.text = first.text < 0 ? commas[0]! : Math.min(first.text, commas[0]!);
  }

  private grow(): void {
    const larger = new Float64Array(Math.max(this.rows, this.numbers.length * 2));
    larger.set(this.numbers);
    this.numbers = larger;
  }
}

function hasPoint(value: number): boolean {
  return !Number.isNaN(value) && !Number.isInteger(value);
}
