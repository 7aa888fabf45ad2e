import { powers } from "./number-bytes.ts";
import { NumberCodes } from "./number-codes.ts";

/** How the cells of a column are written where their number does not say it: text, and numbers such as 01 or 1.50. */
export interface Written {
  /** [rows] place in `texts`, 0 where the number says it all or the cell is missing. */
  readonly codes: Uint32Array;
  readonly texts: readonly string[];
}

/** Different texts of a column that are looked up, so that each is kept once; later ones are kept as they come. */
const maxShared = 65_536;

/**
 * Different fractions, at most, that are kept as they are written: far more than a column of names or categories has. A column with
 * more holds measurements, of which the value is enough.
 */
const maxFractions = 4096;

/** Rows, at first, that there is room for: where fractions are soon too many, there need not be more. */
const firstRoom = 65_536;

/** Collects what the cells of one column say, in file order. Costs nothing until there is something to keep. */
export class WrittenBuilder {
  private codes: Uint32Array | undefined;
  private readonly room: number;
  private readonly texts: string[] = [""];
  private readonly codeOf = new Map<string, number>();
  /** Of fractions with closing zeros, by `closingKey`. */
  private closingCodes = new NumberCodes();
  /** The codes of other fractions. */
  private readonly fractionCodes = new Set<number>();
  private tooManyFractions = false;

  /** `room`: rows, about. */
  constructor(room: number) {
    this.room = room;
  }

  /** A number that is no whole one. */
  addFraction(row: number, text: string): void {
    if (this.tooManyFractions) return;
    const code = this.codeFor(text);
    this.set(row, code);
    this.fractionCodes.add(code);
    this.limitFractions(row);
  }

  /**
   * The same of fractions with closing zeros: `values`, NaN for cells that are none, are those of the rows from `row` on, and `closings` their
   * `NumberBytes.closing`.
   */
  addClosings(row: number, values: Float64Array, closings: Uint8Array): void {
    for (let i = 0; i < closings.length && !this.tooManyFractions; i++) {
      const closing = closings[i]!;
      if (closing > 0 && !Number.isNaN(values[i]!)) this.addClosing(row + i, values[i]!, closing);
    }
  }

  addClosing(row: number, value: number, closing: number): void {
    if (this.tooManyFractions) return;
    const fresh = this.texts.length;
    const code = this.closingCodes.codeOf(closingKey(value, closing), fresh);
    this.set(row, code);
    if (code !== fresh) return;
    this.texts.push(""); // written by `finish`: most columns of fractions have too many to be kept
    this.limitFractions(row);
  }

  add(row: number, text: string): void {
    this.set(row, this.codeFor(text));
  }

  private set(row: number, code: number): void {
    this.codes ??= new Uint32Array(Math.max(Math.min(this.room, firstRoom), row + 1));
    if (row >= this.codes.length) this.codes = longer(this.codes, Math.max(2 * this.codes.length, row + 1));
    this.codes[row] = code;
  }

  /** Forgets those up to this row, too, where it has one too many: a column is to name its values in one way. */
  private limitFractions(last: number): void {
    const { codes, closingCodes, fractionCodes } = this;
    if (codes === undefined || closingCodes.size + fractionCodes.size <= maxFractions) return;
    this.tooManyFractions = true;
    if (this.texts.length - 1 > closingCodes.size + fractionCodes.size) this.forget(codes, last);
    else this.codes = undefined;
    this.closingCodes = new NumberCodes();
    fractionCodes.clear();
  }

  /** Of fractions; other texts stay. */
  private forget(codes: Uint32Array, last: number): void {
    const forgotten = new Uint8Array(this.texts.length);
    this.closingCodes.forEach((code) => (forgotten[code] = 1));
    for (const code of this.fractionCodes) forgotten[code] = 1;
    let others = false;
    for (let row = 0; row <= last; row++) {
      if (forgotten[codes[row]!]! > 0) codes[row] = 0;
      else others ||= codes[row]! > 0;
    }
    if (!others) this.codes = undefined;
  }

  finish(rows: number): Written | undefined {
    const { codes, texts } = this;
    this.closingCodes.forEach((code, key) => (texts[code] = closingText(key)));
    return codes && { codes: codes.length < rows ? longer(codes, rows) : codes.subarray(0, rows), texts };
  }

  private codeFor(text: string): number {
    const known = this.codeOf.get(text);
    if (known !== undefined) return known;
    const code = this.texts.push(text) - 1;
    if (this.codeOf.size < maxShared) this.codeOf.set(text, code);
    return code;
  }
}

/** Tells a fraction with closing zeros from all others: 16 · 150 + 2 for 1.50. The digits are fewer than 2^48, so that it is exact. */
function closingKey(value: number, closing: number): number {
  const key = 16 * Math.round(Math.abs(value) * powers[closing]!) + closing;
  return value < 0 ? -key : key;
}

/** The fraction that has this key. */
function closingText(key: number): string {
  const size = Math.abs(key);
  const part = size % 16;
  const digits = `${(size - part) / 16}`.padStart(part + 1, "0");
  return `${key < 0 ? "-" : ""}${digits.slice(0, -part)}.${digits.slice(-part)}`;
}

function longer(codes: Uint32Array, length: number): Uint32Array {
  const result = new Uint32Array(length);
  result.set(codes);
  return result;
}

const shortNumber = /^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;
const digitsOnly = /^-?\d+$/;

/** Whether `${value}` is the very text. */
export function saysItAll(text: string, value: number): boolean {
  // Fifteen digits always survive, and only tiny numbers and huge ones get an exponent.
  if (text.length <= 15 && (value === 0 || Math.abs(value) >= 1e-6)) return shortNumber.test(text);
  return `${value}` === text;
}

/** As identifiers are. */
export function isWhole(text: string): boolean {
  return digitsOnly.test(text);
}

/**
 * Finds the level (class, category) that a cell means: the one that is written the same, or else the only one of the
 * same value. So 01 is not 1 where both were trained on, and 1.0 is 1 where only 1 was.
 */
export function levelFinder(levels: readonly string[]): (text: string) => string | undefined {
  const written = new Set(levels);
  const byValue = new Map<string, string | undefined>();
  for (const level of levels) {
    const value = plainNumber(level);
    if (value !== undefined) byValue.set(value, byValue.has(value) ? undefined : level);
  }
  return (text) => (written.has(text) ? text : byValue.get(plainNumber(text) ?? ""));
}

const decimal = /^([+-]?)0*(\d*)(?:[.,](\d*?)0*)?$/;
const withExponent = /^[+-]?(?:\d+\.?\d*|\.\d+)e[+-]?\d+$/i;

/** A number in one form only, with all its digits: 1 for 1.0, 01 and +1. Undefined for other texts. */
function plainNumber(text: string): string | undefined {
  if (withExponent.test(text)) return `${Number(text)}`;
  const [, sign, whole, part] = decimal.exec(text) ?? [];
  if (whole === undefined || !/\d/.test(text)) return undefined;
  const digits = `${whole || "0"}${part ? `.${part}` : ""}`;
  return sign === "-" && digits !== "0" ? `-${digits}` : digits;
}
