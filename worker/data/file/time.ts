import { cellText, type Column } from "./columns.ts";
import { DataError } from "../errors.ts";
import { parseTime } from "./parse-time.ts";
import { timeReader, usualFormat } from "./time-format.ts";
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
    refuseOtherFormat(`line ${line}, column "${column.name}",`, new Set(textsOf(table, column)), found, {
      line,
      column: column.name,
    });
    refuseOddOne(table, column);
    const advice = isTotal(table, bad, found)
      ? "set `skip_footer: 1` in `data` if it holds a total, or correct it"
      : allowed;
    throw new DataError(
      `line ${line}, column "${column.name}", "${found.slice(0, 40)}" is not a time: ${advice}`,
      { line, column: column.name, setting: "time" },
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
      `line ${line}, column "${column.name}", "${text.slice(0, 40)}" is not written as \`time_format: ${format}\` says: ${isTotal(table, row, text) ? "set `skip_footer: 1` in `data` if it holds a total, or correct it" : "correct it, or set the format of the column"}`,
      { line, column: column.name, setting: "time_format" },
    );
  });
}

/** A word at the end of the file, such as Total. */
function isTotal({ rows }: Table, row: number, text: string): boolean {
  return row === rows - 1 && !/\d/.test(text);
}

/** Throws a `DataError` that names the first row written otherwise than most, where those have one format that is not read by itself. */
function refuseOddOne(table: Table, column: Column): void {
  const texts = textsOf(table, column);
  const format = usualFormat(texts);
  if (format === undefined || !Number.isNaN(parseTime(texts[0]!))) return;
  const read = timeReader(format);
  const odd = texts.findIndex((text) => Number.isNaN(read(text)));
  if (odd < 0) return;
  const line = table.lines[odd]!;
  const total = isTotal(table, odd, texts[odd]!) ? " (`skip_footer: 1` leaves out a total)" : "";
  throw new DataError(
    `line ${line}, column "${column.name}", "${texts[odd]!.slice(0, 40)}" is not a time, where most rows have the form ${format}: correct that line or remove it${total}, and set \`time_format: "${format}"\``,
    { line, column: column.name, setting: "time" },
  );
}

/** By row. */
function textsOf({ rows }: Table, column: Column): readonly string[] {
  return Array.from({ length: rows }, (_, row) => cellText(column, row) ?? "");
}

function timesOfTexts({ rows }: Table, column: Column): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => parseTime(cellText(column, row) ?? ""));
}

function timesOfNumbers(table: Table, column: Column): Float64Array {
  const numbers = numbersOf(table, column, "time");
  const format = formatOf(numbers);
  return numbers.map((value) => fromNumber(value, format));
}
