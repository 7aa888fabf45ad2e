import type { CellKind } from "./cell-kinds.ts";
import type { Written } from "./written.ts";

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

/** Numbers of columns that are known to miss nothing. A column that is read is not written to. */
export const complete = new WeakSet<Float64Array>();

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

/** Fewer rows may rise by one by chance, or by design. */
const leastRunning = 50;

/** Rises by one from each row to the next. */
export function isRunning(numbers: Float64Array): boolean {
  if (numbers.length < leastRunning) return false;
  for (let row = 1; row < numbers.length; row++) if (numbers[row]! - numbers[row - 1]! !== 1) return false;
  return true;
}
