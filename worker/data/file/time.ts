import { cellText, type Column } from "./columns.ts";
import { DataError } from "../errors.ts";
import { parseTime } from "./parse-time.ts";
import { timeReader } from "./time-format.ts";
import { refuseOtherFormat } from "./time-advice.ts";
import { numbersOf, type Table } from "./table.ts";
import { formatOf, fromNumber } from "./time-numbers.ts";

const allowed =
  "write times as 2016-07-01, 2016-07-01 13:00:00, 20160701, 2016070113, a year, or seconds or milliseconds since 1970";

/** The time of every row [rows], in milliseconds since 1970; text, numbers and missing cells checked. */
export function timesOf(table: Table, column: Column, format?: string): Float64Array {
  if (column.counts.missing > 0) {
    const line = table.lines[column.first.missing]!;
    throw new DataError(`line ${line}, column "${column.name}", has no time: fill it in or remove that row`, {
      line,
      column: column.name,
      setting: "time",
    });
  }
  if (format !== undefined) return timesByFormat(table, column, format);
  const times = column.counts.text === 0 ? timesOfNumbers(table, column) : timesOfTexts(table, column);
  const bad = times.findIndex(Number.isNaN);
  if (bad >= 0) {
    const line = table.lines[bad]!;
    const found = cellText(column, bad) ?? "";
    refuseOtherFormat(`line ${line}, column "${column.name}",`, textsOf(table, column), found, {
      line,
      column: column.name,
    });
    throw new DataError(
      `line ${line}, column "${column.name}", "${found.slice(0, 40)}" is not a time: ${allowed}`,
      {
        line,
        column: column.name,
        setting: "time",
      },
    );
  }
  return times;
}

function timesByFormat(table: Table, column: Column, format: string): Float64Array {
  const read = timeReader(format);
  return Float64Array.from({ length: table.rows }, (_, row) => {
    const text = cellText(column, row) ?? "";
    const time = read(text);
    if (!Number.isNaN(time)) return time;
    const line = table.lines[row]!;
    throw new DataError(
      `line ${line}, column "${column.name}", "${text.slice(0, 40)}" is not written as \`time_format: ${format}\` says: correct it, or set the format of the column`,
      { line, column: column.name, setting: "time_format" },
    );
  });
}

function textsOf({ rows }: Table, column: Column): ReadonlySet<string> {
  const texts = new Set<string>();
  for (let row = 0; row < rows; row++) texts.add(cellText(column, row) ?? "");
  return texts;
}

function timesOfTexts({ rows }: Table, column: Column): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => parseTime(cellText(column, row) ?? ""));
}

function timesOfNumbers(table: Table, column: Column): Float64Array {
  const numbers = numbersOf(table, column, "time");
  const format = formatOf(numbers);
  return numbers.map((value) => fromNumber(value, format));
}
