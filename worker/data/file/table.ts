import type { Reading } from "../../protocol/file-settings.ts";
import { distance } from "fastest-levenshtein";
import { cellText, looksNumeric, takeRows, type Column } from "./columns.ts";
import { readCsv } from "./csv.ts";
import { disguiseOf, unmasking } from "./disguised-numbers.ts";
import { DataError, listed } from "../errors.ts";

/** A data file in memory: columns typed by looking, rows in file order. Reading is the slow part; keep it. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: number;
  /** [rows] line of the file, for messages. */
  readonly lines: Int32Array;
}

/** A table from the bytes of a CSV file. */
export function readTable(bytes: Uint8Array, reading: Reading = {}): Table {
  return readCsv(bytes, reading);
}

/** The column of that name; `setting` is the data setting that names it. */
export function columnOf(table: Table, name: string, setting: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return column;
  const names = table.columns.map((candidate) => candidate.name);
  const far = (other: string): number => distance(name.toLowerCase(), other.toLowerCase());
  const near = names.reduce((best, next) => (far(next) < far(best) ? next : best));
  const hint = far(near) <= name.length / 3 ? `did you mean "${near}"? ` : "";
  throw new DataError(
    `\`${setting}\` names the column "${name}", which the file does not have: ${hint}its columns are ${listed(names)}`,
    { column: name, setting },
  );
}

/** The column's numbers, NaN where missing; text and infinite values are refused. */
export function numbersOf(table: Table, column: Column, setting: string): Float64Array {
  const { first, counts, name } = column;
  if (counts.infinite > 0) {
    const line = table.lines[first.infinite]!;
    throw new DataError(
      `line ${line}, column "${name}", holds an infinite value: correct or remove that row`,
      {
        line,
        column: name,
      },
    );
  }
  if (counts.text > 0) throw textError(table, column, setting);
  if (counts.number === 0) throw emptyError(name, setting);
  return column.numbers;
}

/** Of a column that `setting` names and that is empty in every row. */
export function emptyError(name: string, setting: string): DataError {
  return new DataError(`column "${name}" has no value in any row: leave it out of \`${setting}\``, {
    column: name,
    setting,
  });
}

function textError(table: Table, column: Column, setting: string): DataError {
  const { first, name } = column;
  const line = table.lines[first.text]!;
  const text = cellText(column, first.text) ?? "";
  const advice = adviceOn(text, column, setting);
  return new DataError(
    `line ${line}, column "${name}", holds the text ${JSON.stringify(text.slice(0, 40))} where a number is needed: ${advice}`,
    {
      line,
      column: name,
      setting,
    },
  );
}

function adviceOn(text: string, column: Column, setting: string): string {
  const disguise = disguiseOf(text);
  if (disguise !== undefined) return unmasking[disguise];
  if (looksNumeric(column)) {
    if (setting === "time" || setting === "step") return "correct that cell or remove that row";
    return /\d/.test(text)
      ? "correct that cell, or write NA where a value is missing"
      : `correct that cell, or set \`missing_values: ${JSON.stringify([text])}\` in \`data\` if it means that a value is missing`;
  }
  switch (setting) {
    case "features":
      return "name it under `categorical`, or leave it out of `features`";
    case "time":
      return "name columns of numbers in the order year, month, day, hour, minute, second, or a date and a time of day";
    case "step":
      return "name a column of numbers in `step`, or leave `step` out where the rows of each sample are in order";
    default:
      return "choose a numeric column, or set `task` to a kind of classification";
  }
}

/** The same table with its rows in another order, or only some of them. */
export function rowsOf(table: Table, rows: Int32Array): Table {
  return {
    columns: table.columns.map((column) => takeRows(column, rows)),
    rows: rows.length,
    lines: rows.map((row) => table.lines[row]!),
  };
}
