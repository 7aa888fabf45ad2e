import { cellText, looksNumeric, type Column } from "../../worker/data/file/columns.ts";
import type { Table } from "../../worker/data/file/table.ts";
import { formatsOf } from "../../worker/data/file/time-format.ts";
import { writesTimes } from "../../worker/data/file/time-like.ts";
import { formatOf, fromNumber } from "../../worker/data/file/time-numbers.ts";
import { holdsTimes, textsOf } from "../../worker/data/file/time-texts.ts";
import { listed } from "../../worker/data/errors.ts";
import { rowKey } from "./find-columns.ts";

const timeName =
  /^(?:date|time|datetime|timestamp|time ?stamp|ds|year|month|day|week|period|date[ _]?time)$/i;
const stepName = /^(?:step|t|frame|time_?step|cycle|age)$/i;

/** Names of the columns that hold a time in parts, the largest first. */
const parts = [
  /^(?:year|yr|yyyy)$/i,
  /^(?:month|mon|mo|quarter|qtr|q|period)$/i,
  /^(?:day|dd|mday|dom)$/i,
  /^(?:hour|hr|hh)$/i,
  /^(?:minute|min)$/i,
  /^(?:second|sec)$/i,
];

/** Named like a part of the calendar, which nobody predicts. */
export function isCalendarPart({ name }: Column): boolean {
  return timeName.test(name) || parts.some((part) => part.test(name)) || /^week_?day$/i.test(name);
}

/** The column that holds the time, or those that do together (year, month, day, hour); none where rows have no time. */
export function findTime(table: Table): readonly string[] {
  const together = findParts(table);
  if (together.length > 1) return together.map(({ name }) => name);
  const dated = table.columns.filter((column) => !looksNumeric(column) && holdsTimes(column, table.rows));
  const [date, clock] = dated;
  if (date !== undefined) {
    const isClock =
      clock !== undefined && textsOf(clock, table.rows).every((text) => /^\d{1,2}[:.]\d{2}/.test(text));
    return isClock ? [date.name, clock.name] : [date.name];
  }
  const numbers = table.columns.filter(
    (column) =>
      looksNumeric(column) && (column.running !== true || writesTimes(column) || holdsYears(column)),
  );
  const numeric =
    numbers.find((column) => timeName.test(column.name) && readsAsTimes(column)) ??
    numbers.find(writesTimes) ??
    numbers.find((column) => column.running === true && holdsYears(column) && isUnnamed(column));
  return numeric === undefined ? [] : [numeric.name];
}

function findParts(table: Table): readonly Column[] {
  const byPart = parts.map((part) => table.columns.find(({ name }) => part.test(name)));
  const [year, month] = byPart;
  if (year === undefined || month === undefined || !looksNumeric(year)) return [];
  if (!looksNumeric(month)) {
    const joined = Array.from(
      { length: table.rows },
      (_, row) => `${cellText(year, row) ?? ""} ${cellText(month, row) ?? ""}`,
    );
    return formatsOf(new Set(joined)).length > 0 ? [year, month] : [];
  }
  if (/^period$/i.test(month.name)) return [];
  const until = byPart.findIndex((column) => column === undefined || !looksNumeric(column));
  return byPart.slice(0, until < 0 ? parts.length : until).filter((column) => column !== undefined);
}

/** Most of its numbers are times, as they are read where a column is named in `time`. */
function readsAsTimes({ numbers }: Column): boolean {
  const known = numbers.filter((value) => !Number.isNaN(value));
  const format = formatOf(known);
  const times = known.map((value) => fromNumber(value, format));
  return 2 * times.filter((time) => !Number.isNaN(time)).length > known.length;
}

const [earliestYear, latestYear] = [1500, 2100];

function holdsYears({ numbers }: Column): boolean {
  return numbers.every((value) => Number.isInteger(value) && value >= earliestYear && value <= latestYear);
}

function isUnnamed({ name }: Column): boolean {
  return /^column \d+$/.test(name);
}

/** A sentence where columns are named like times and cannot be read as such; nothing where rows have a time. */
export function timeRemarks(table: Table, time: readonly string[]): readonly string[] {
  const named = table.columns.filter(
    (column) => timeName.test(column.name) && column.running !== true && looksNumeric(column),
  );
  if (time.length > 0 || named.length === 0) return [];
  const names = listed(named.map(({ name }) => name));
  const cells = listed(named.map((column) => cellText(column, 0) ?? ""));
  const [are, hold] =
    named.length === 1
      ? ["column", "is named like a time and holds"]
      : ["columns", "are named like times and hold"];
  return [
    `${are} ${names} ${hold} none that can be read (${cells} on line ${table.lines[0]!}): rows are taken in the order of the file`,
  ];
}

/**
 * The column of which each value has times of its own, where times repeat, or two that tell rows apart only together; `time`: the
 * columns that hold it. Without a time the column of which each value has steps of its own that rise.
 */
export function findGroup(
  table: Table,
  time: readonly string[],
  others: ReadonlySet<string>,
): readonly string[] {
  const clocks =
    time.length > 0
      ? table.columns.filter(({ name }) => time.includes(name))
      : table.columns.filter((column) => isStep(column)).slice(0, 1);
  const moments = momentsOf(table, clocks);
  if (clocks.length === 0 || new Set(moments).size === moments.length) return [];
  const columns = table.columns.filter((column) => mayTellApart(column, clocks, others));
  const alone = columns.find(
    (column) => tellsApart([column], moments) && (time.length > 0 || risesWithin(column, clocks[0]!)),
  );
  if (alone !== undefined) return [alone.name];
  if (time.length === 0) return [];
  const pair = findPair(columns, moments);
  return pair.length > 0 ? pair : findNearly(columns, moments);
}

function findPair(columns: readonly Column[], moments: readonly string[]): readonly string[] {
  for (const [i, one] of columns.entries()) {
    const other = columns
      .slice(i + 1)
      .find((each) => tellsApart([one, each], moments) && mostlyFull([one, each], moments));
    if (other !== undefined) return [one.name, other.name];
  }
  return [];
}

/** Rows, as a share, that may have the time and name of another: the hour that comes twice in autumn, a row entered twice. */
const mayRepeat = 0.01;

/** The column that tells apart all but a few of the rows, where many times repeat. */
function findNearly(columns: readonly Column[], moments: readonly string[]): readonly string[] {
  const allowed = Math.floor(mayRepeat * moments.length);
  if (moments.length - new Set(moments).size < 10 * allowed) return [];
  const found = columns.find((one) => tellsApart([one], moments, allowed) && mostlyFull([one], moments));
  return found === undefined ? [] : [found.name];
}

/**
 * Rows that have each time, one after another, where that is the same number of rows throughout: months of which only the year
 * is written. Undefined where times differ in that.
 */
export function rowsATime(table: Table, time: readonly string[]): number | undefined {
  const clocks = table.columns.filter(({ name }) => time.includes(name));
  const seen = new Set<string>();
  let each: number | undefined;
  let start = 0;
  let last = rowKey(clocks, 0);
  for (let row = 1; row < table.rows; row++) {
    const moment = rowKey(clocks, row);
    if (moment === last) continue;
    // The first and the last may be there in part.
    if (seen.size > 0) {
      each ??= row - start;
      if (each < fewestATime || each !== row - start) return undefined;
    }
    seen.add(last);
    if (seen.has(moment)) return undefined;
    [start, last] = [row, moment];
  }
  return seen.size > fewestATime ? each : undefined;
}

/** Two rows with the same time may be one that was entered twice. */
const fewestATime = 3;

function momentsOf(table: Table, clocks: readonly Column[]): readonly string[] {
  return Array.from({ length: table.rows }, (_, row) => rowKey(clocks, row));
}

function isStep(column: Column): boolean {
  const isNamed = timeName.test(column.name) || stepName.test(column.name);
  return isNamed && looksNumeric(column) && column.running !== true;
}

function mayTellApart(column: Column, clocks: readonly Column[], others: ReadonlySet<string>): boolean {
  if (others.has(column.name) || clocks.includes(column) || timeName.test(column.name)) return false;
  return !looksNumeric(column) || areWhole(column);
}

function tellsApart(columns: readonly Column[], moments: readonly string[], allowed = 0): boolean {
  const pairs = new Set<string>();
  const values = new Set<string>();
  for (const [row, moment] of moments.entries()) {
    const value = rowKey(columns, row);
    values.add(value);
    pairs.add(`${value} ${moment}`);
    if (pairs.size + allowed <= row || values.size > moments.length / 5) return false;
  }
  return values.size > 1;
}

/** Most series have a row at most times: of columns that happen to differ, few of the pairs would. */
function mostlyFull(columns: readonly Column[], moments: readonly string[]): boolean {
  const names = moments.map((_, row) => rowKey(columns, row));
  return 2 * moments.length > new Set(names).size * new Set(moments).size;
}

function risesWithin(group: Column, step: Column): boolean {
  const last = new Map<string, number>();
  return step.numbers.every((value, row) => {
    const name = cellText(group, row) ?? "";
    const isLater = !(value <= (last.get(name) ?? -Infinity));
    last.set(name, value);
    return isLater;
  });
}

function areWhole({ numbers }: Column): boolean {
  return numbers.every((value) => Number.isInteger(value));
}
