import { cellText, looksNumeric, type Column } from "./columns.ts";
import { DataError } from "../errors.ts";
import { numbersOf, type Table } from "./table.ts";
import { dateOf, timeOfDay } from "./moments.ts";
import { refuseOtherFormat } from "./time-advice.ts";
import { timeReader, type TimeReader } from "./time-format.ts";
import { parseTime } from "./parse-time.ts";

/**
 * The time of every row from several columns: numbers in the order year, month, day, hour, minute, second
 * (as many as there are; a second one named quarter, qtr or q counts quarters), or a date and a time of day as text.
 */
export function combinedTimes(table: Table, columns: readonly Column[], format?: string): Float64Array {
  const times =
    format === undefined && columns.every(looksNumeric)
      ? fromUnits(table, columns)
      : fromTexts(table, columns, format === undefined ? parseTime : timeReader(format));
  const bad = times.findIndex(Number.isNaN);
  if (bad < 0) return times;
  const line = table.lines[bad]!;
  const found = joined(columns, bad);
  const names = columns.map((column) => column.name).join(", ");
  if (format === undefined && !columns.every(looksNumeric)) {
    const texts = new Set(Array.from({ length: table.rows }, (_, row) => joined(columns, row)));
    refuseOtherFormat(`line ${line}, columns ${names},`, texts, found, { line, column: columns[0]!.name });
  }
  throw new DataError(
    `line ${line}, columns ${names}, "${found}" is not a time: name the columns in the order year, month, day, hour, minute, second, or a date and a time of day such as 2016-07-01 and 13:00 (or set \`time_format\` to the form that both have, a space between)`,
    { line, column: columns[0]!.name, setting: "time" },
  );
}

const quarterName = /^(?:quarter|qtr|q)$/i;

function fromUnits(table: Table, columns: readonly Column[]): Float64Array {
  const quarters = quarterName.test(columns[1]?.name ?? "");
  const [year, month, day, hour, minute, second] = columns.map((column) => numbersOf(table, column, "time"));
  return Float64Array.from({ length: table.rows }, (_, row) => {
    const at = (unit: Float64Array | undefined, start: number): number =>
      unit === undefined ? start : unit[row]!;
    const first = quarters ? 3 * at(month, 1) - 2 : at(month, 1);
    return dateOf(at(year, 1970), first, at(day, 1)) + timeOfDay(at(hour, 0), at(minute, 0), at(second, 0));
  });
}

function fromTexts(table: Table, columns: readonly Column[], read: TimeReader): Float64Array {
  return Float64Array.from({ length: table.rows }, (_, row) => read(joined(columns, row)));
}

function joined(columns: readonly Column[], row: number): string {
  return columns.map((column) => cellText(column, row) ?? "").join(" ");
}
