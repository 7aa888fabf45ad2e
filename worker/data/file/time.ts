import { cellText, type Column } from "./columns.ts";
import { DataError } from "../errors.ts";
import { stampText } from "./moments.ts";
import { parseTime } from "./parse-time.ts";
import { formatsOf, timeReader } from "./time-format.ts";
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
    refuseOtherFormat(table, column, bad);
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

/** Names the format of the column where it is another one, or both where day and month could change places. */
function refuseOtherFormat(table: Table, column: Column, row: number): void {
  const texts = new Set<string>();
  for (let at = 0; at < table.rows; at++) texts.add(cellText(column, at) ?? "");
  const [format, other] = formatsOf(texts);
  if (format === undefined) return;
  const text = cellText(column, row) ?? "";
  const line = table.lines[row]!;
  const start = `line ${line}, column "${column.name}", "${text.slice(0, 40)}"`;
  const place = { line, column: column.name, setting: "time_format" };
  if (other === undefined)
    throw new DataError(
      `${start} has another form than 2016-07-01: set \`time_format: "${format}"\` in \`data\`, which fits every row`,
      place,
    );
  const [one, two] = [format, other].map((each) => timeText(timeReader(each)(text)));
  throw new DataError(
    `${start} may be ${one!} or ${two!}: set \`time_format: "${format}"\` or \`time_format: "${other}"\` in \`data\``,
    place,
  );
}

function timesOfTexts({ rows }: Table, column: Column): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => parseTime(cellText(column, row) ?? ""));
}

function timesOfNumbers(table: Table, column: Column): Float64Array {
  const numbers = numbersOf(table, column, "time");
  const format = formatOf(numbers);
  return numbers.map((value) => fromNumber(value, format));
}

/** `2016-07-01`, `2016-07-01 13:00:00` or `2016-07-01 13:00:00.250`, UTC. */
export function timeText(time: number): string {
  return stampText(time).replace(/ 00:00:00$/, "");
}
