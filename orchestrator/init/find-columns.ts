import { cellText, looksNumeric, type Column } from "../../worker/data/file/columns.ts";
import type { Table } from "../../worker/data/file/table.ts";
import { formatsOf } from "../../worker/data/file/time-format.ts";
import { parseTime } from "../../worker/data/file/parse-time.ts";
import { writesTimes } from "../../worker/data/file/time-like.ts";
import { quarterName } from "../../worker/data/file/time-columns.ts";

/** Cells that show what a column is. */
const looked = 200;

/** The first texts of a column. */
function textsOf(column: Column, rows: number, most = looked): string[] {
  const texts: string[] = [];
  for (let row = 0; row < rows && texts.length < most; row++) {
    const text = cellText(column, row);
    if (text !== undefined) texts.push(text);
  }
  return texts;
}

const timeName =
  /^(?:date|time|datetime|timestamp|time ?stamp|ds|year|day|month|week|period|date[ _]?time)$/i;
const parts = ["year", "month", "day", "hour", "minute", "second"] as const;

/** The column that holds the time, or those that do together (year, month, day, hour); none where rows have no time. */
export function findTime(table: Table): readonly string[] {
  const byPart = parts.map((part) =>
    table.columns.find(
      ({ name }) => name.toLowerCase() === part || (part === "month" && quarterName.test(name)),
    ),
  );
  const until = byPart.findIndex((column) => column === undefined || !looksNumeric(column));
  const together = byPart.slice(0, until < 0 ? parts.length : until);
  if (together.length > 1) return together.flatMap((column) => (column === undefined ? [] : [column.name]));
  const dated = table.columns.filter((column) => !looksNumeric(column) && holdsTimes(column, table.rows));
  const [date, clock] = dated;
  if (date !== undefined) {
    const isClock =
      clock !== undefined && textsOf(clock, table.rows).every((text) => /^\d{1,2}[:.]\d{2}/.test(text));
    return isClock ? [date.name, clock.name] : [date.name];
  }
  const numbers = table.columns.filter(looksNumeric);
  const numeric = numbers.find(({ name }) => timeName.test(name)) ?? numbers.find(writesTimes);
  return numeric === undefined || (numeric.running === true && !/year/i.test(numeric.name))
    ? []
    : [numeric.name];
}

function holdsTimes(column: Column, rows: number): boolean {
  const texts = textsOf(column, rows);
  if (texts.length === 0) return false;
  if (texts.every((text) => !Number.isNaN(parseTime(text)) || /^\d{1,2}[:.]\d{2}(?:[:.]\d{2})?$/.test(text)))
    return true;
  return formatsOf(new Set(texts)).length > 0;
}

/** The column of which each value has times of its own, where times repeat; `time`: the columns that hold it. */
export function findGroup(table: Table, time: readonly string[], others: ReadonlySet<string>): string | null {
  const clocks = table.columns.filter(({ name }) => time.includes(name));
  const moments = Array.from({ length: table.rows }, (_, row) =>
    clocks.map((column) => cellText(column, row) ?? "").join(" "),
  );
  if (clocks.length === 0 || new Set(moments).size === moments.length) return null;
  const found = table.columns.find((column) => {
    if (others.has(column.name) || time.includes(column.name)) return false;
    return (!looksNumeric(column) || areWhole(column)) && tellsApart(column, moments);
  });
  return found?.name ?? null;
}

function tellsApart(column: Column, moments: readonly string[]): boolean {
  const pairs = new Set<string>();
  const values = new Set<string>();
  for (const [row, moment] of moments.entries()) {
    const value = cellText(column, row) ?? "";
    values.add(value);
    pairs.add(`${value} ${moment}`);
    if (pairs.size <= row || values.size > moments.length / 5) return false;
  }
  return values.size > 1;
}

function areWhole({ numbers }: Column): boolean {
  return numbers.every((value) => Number.isInteger(value));
}

/** Values that a column takes, at most `most` + 1 of them. */
export function valuesOf(column: Column, rows: number, most: number): ReadonlySet<string> {
  const values = new Set<string>();
  for (let row = 0; row < rows && values.size <= most; row++) {
    const text = cellText(column, row);
    if (text !== undefined) values.add(text);
  }
  return values;
}

/** Columns x1, x2, x3, … or 1, 2, 3, …: the steps of samples that take a row each. Empty where there are few. */
export function findSteps({ columns }: Table): readonly string[] {
  const numbered = columns.flatMap((column) => {
    const [, prefix, digits] = /^(.*?)(\d+)$/.exec(column.name) ?? [];
    return digits === undefined || !looksNumeric(column) ? [] : [{ name: column.name, prefix }];
  });
  const steps = numbered.filter(({ prefix }) => prefix === numbered[0]!.prefix).map(({ name }) => name);
  return steps.length >= 8 && steps.length >= columns.length - 3 ? steps : [];
}

const idName = /^(?:sample|series|unit|case|id|sample_?id|series_?id|unit_?id|case_?id)$/i;
const stepName = /^(?:step|t|frame|time_?step|cycle|index)$/i;

/** The columns of samples that take a row for each step: what names the sample, and what orders its steps. */
export function findSamples({ columns, rows }: Table): { readonly id: string; readonly step: string } | null {
  const id = columns.find(({ name }) => idName.test(name));
  const step = columns.find(
    (column) => stepName.test(column.name) && looksNumeric(column) && column.running !== true,
  );
  if (id === undefined || step === undefined) return null;
  const count = valuesOf(id, rows, rows / 2).size;
  return count > 1 && count <= rows / 2 ? { id: id.name, step: step.name } : null;
}

const partNames = new Set(["train", "validation", "test"]);

/** The column that says of every row whether it is to train, validate or test on. */
export function findSplit({ columns, rows }: Table): string | null {
  const found = columns.find((column) => {
    const values = valuesOf(column, rows, partNames.size);
    return values.has("train") && values.size > 1 && [...values].every((value) => partNames.has(value));
  });
  return found?.name ?? null;
}

const partName = /^(?:is_?)?(?:train|training|test|validation|split|part|subset)$/i;

/** A column of two or three values that is named like one that says which rows to train on: no input, whatever it holds. */
export function isPartLike(column: Column, rows: number): boolean {
  return partName.test(column.name) && valuesOf(column, rows, partNames.size).size <= partNames.size;
}

const monthNames = /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i;

/** A year a row, its months in columns. */
export function monthColumns({ columns }: Table): readonly string[] {
  const found = columns.filter((column) => looksNumeric(column) && monthNames.test(column.name));
  const months = new Set(found.map(({ name }) => name.slice(0, 3).toLowerCase()));
  return months.size === 12 && found.length === 12 ? found.map(({ name }) => name) : [];
}
