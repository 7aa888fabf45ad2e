import { cellText, type Column } from "./columns.ts";
import { DataError } from "../errors.ts";
import { dateOf, timeOfDay } from "./moments.ts";
import { numbersOf, type Table } from "./table.ts";
import { formatOf, fromNumber } from "./time-numbers.ts";

const isoTime =
  /^(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?|(\d{2})(\d{2})(?=[T ]))(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;

const allowed =
  "write times as 2016-07-01, 2016-07-01 13:00:00, 20160701, 2016070113, a year, or seconds or milliseconds since 1970";

/** Milliseconds since 1970 (UTC unless a zone is written), NaN when the text is not a time. */
export function parseTime(text: string): number {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return fromNumber(Number(trimmed), formatOf([Number(trimmed)]));
  const parts = isoTime.exec(trimmed);
  if (parts === null) return Number.NaN;
  const [, year, month, day, compactMonth, compactDay, hour, minute, second, fraction, zone] = parts;
  const clock = timeOfDay(Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0));
  const milliseconds = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
  return (
    dateOf(Number(year), Number(month ?? compactMonth), Number(day ?? compactDay ?? 1)) +
    clock +
    milliseconds -
    zoneOf(zone)
  );
}

/** The time of every row [rows], in milliseconds since 1970; text, numbers and missing cells checked. */
export function timesOf(table: Table, column: Column): Float64Array {
  if (column.counts.missing > 0) {
    const line = table.lines[column.first.missing]!;
    throw new DataError(`line ${line}, column "${column.name}", has no time: fill it in or remove that row`, {
      line,
      column: column.name,
      setting: "time",
    });
  }
  const times = column.counts.text === 0 ? timesOfNumbers(table, column) : timesOfTexts(table, column);
  const bad = times.findIndex(Number.isNaN);
  if (bad >= 0) {
    const line = table.lines[bad]!;
    const found = cellText(column, bad) ?? "";
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

function timesOfTexts({ rows }: Table, column: Column): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => parseTime(cellText(column, row) ?? ""));
}

function timesOfNumbers(table: Table, column: Column): Float64Array {
  const numbers = numbersOf(table, column, "time");
  const format = formatOf(numbers);
  return numbers.map((value) => fromNumber(value, format));
}

function zoneOf(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const sign = zone.startsWith("-") ? -1 : 1;
  const digits = zone.slice(1).replace(":", "");
  return sign * timeOfDay(Number(digits.slice(0, 2)), Number(digits.slice(2)), 0);
}

/** Refuses rows that are not in strictly rising order of time, from row `start` to `end`. */
export function requireRising(
  table: Table,
  times: Float64Array,
  name: string,
  start: number,
  end: number,
): void {
  for (let row = start + 1; row < end; row++) {
    if (times[row]! > times[row - 1]!) continue;
    const line = table.lines[row]!;
    const before = table.lines[row - 1]!;
    const place = { line, column: name, setting: "time" };
    if (times[row] === times[row - 1]) {
      throw new DataError(
        `lines ${before} and ${line} have the same time (${timeText(times[row]!)}) in column "${name}": remove one, or name the column that tells the series apart in \`group\``,
        place,
      );
    }
    throw new DataError(
      `line ${line} is earlier (${timeText(times[row]!)}) than line ${before} (${timeText(times[row - 1]!)}) in column "${name}": sort the rows by time, or name the column that tells the series apart in \`group\``,
      place,
    );
  }
}

/** `2016-07-01` or `2016-07-01 13:00:00`, UTC. */
export function timeText(time: number): string {
  const text = new Date(time)
    .toISOString()
    .replace("T", " ")
    .replace(/\.000Z$/, "")
    .replace(/Z$/, "");
  return text.replace(/ 00:00:00$/, "");
}
