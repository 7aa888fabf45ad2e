import { cellText, looksNumeric, type Column } from "../../worker/data/file/columns.ts";
import type { Table } from "../../worker/data/file/table.ts";
import { parseTime } from "../../worker/data/file/parse-time.ts";
import { formatsOf } from "../../worker/data/file/time-format.ts";

/** What several columns say in a row, as one text that tells rows apart. */
export function rowKey(columns: readonly Column[], row: number): string {
  return columns.map((column) => cellText(column, row) ?? "").join("\t");
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

const yearName = /^(?:1[5-9]|20)\d\d(?:\s*\[YR\d{4}\])?$/;
/** Fewer columns with such names may be years that were measured. */
const fewestTimes = 6;

/** Columns that are named by years or dates, most of those with numbers: a series a row. Empty where there are few. */
export function timeNamed({ columns }: Table): readonly string[] {
  const names = columns.filter(looksNumeric).map(({ name }) => name);
  const years = names.filter((name) => yearName.test(name));
  const others = names.filter(
    (name) => /\d/.test(name) && !/^\d+(?:\.\d+)?$/.test(name) && !yearName.test(name),
  );
  const dates =
    others.every((name) => !Number.isNaN(parseTime(name))) || formatsOf(others).length > 0 ? others : [];
  const found = dates.length > years.length ? dates : years;
  return found.length >= fewestTimes && 2 * found.length > names.length ? found : [];
}

const monthNames = /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i;

/** A year a row, its months in columns. */
export function monthColumns({ columns }: Table): readonly string[] {
  const found = columns.filter((column) => looksNumeric(column) && monthNames.test(column.name));
  const months = new Set(found.map(({ name }) => name.slice(0, 3).toLowerCase()));
  return months.size === 12 && found.length === 12 ? found.map(({ name }) => name) : [];
}
