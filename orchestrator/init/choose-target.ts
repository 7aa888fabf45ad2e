import { disguiseRemark, isDisguised } from "../../worker/data/checks/disguised-columns.ts";
import { cellText, looksNumeric, type Column } from "../../worker/data/file/columns.ts";
import { columnOf, type Table } from "../../worker/data/file/table.ts";
import { DataError } from "../../worker/data/errors.ts";
import { rowKey, valuesOf } from "./find-columns.ts";

/** Of the rows, by default. */
const trainedShare = 0.7;

/** The column to predict. Throws `DataError` where there is none, or one of numbers that are text. */
export function targetOf(
  table: Table,
  others: ReadonlySet<string>,
  wished: string | undefined,
  suits?: (column: Column) => boolean,
): Column {
  const name = wished ?? targetCandidates(table, others, suits)[0];
  if (name === undefined) {
    const meant = table.columns.flatMap((each) => disguiseRemark(table, each));
    const why = meant.length > 0 ? meant.join("; ") : "name one with --target";
    throw new DataError(`the file has no column of numbers or classes that changes: ${why}`);
  }
  const column = columnOf(table, name, "targets");
  const [meant] = disguiseRemark(table, column);
  if (meant !== undefined) throw new DataError(meant, { column: name });
  return column;
}

/** More than half of its cells hold the same value. */
function isMostlyOne(column: Column, rows: number): boolean {
  const counts = new Map<number, number>();
  for (const value of column.numbers) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Math.max(...counts.values()) > rows / 2;
}

const targetName = /^(?:target|y|value|label|class|demand|load|sales|price|ot|close|count|cnt)$/i;

/** Columns that could be predicted and that suit, the likeliest first: by its name, else the last. All where none suits. */
export function targetCandidates(
  table: Table,
  others: ReadonlySet<string>,
  suits: (column: Column) => boolean = () => true,
): readonly string[] {
  const free = table.columns.filter(
    (column) =>
      !others.has(column.name) && column.running !== true && valuesOf(column, table.rows, 1).size > 1,
  );
  const isNamed = (column: Column): boolean =>
    valuesOf(column, table.rows, 50).size <= 50 && !isDisguised(column, table.rows);
  const possible = free.filter((column) => looksNumeric(column) || isNamed(column));
  const suitable = possible.filter(suits);
  const usable = suitable.length > 0 ? suitable : possible;
  const named = usable.filter(({ name }) => targetName.test(name)).map(({ name }) => name);
  const rest = usable
    .filter(({ name }) => !named.includes(name))
    .toSorted((a, b) => Number(looksNumeric(b)) - Number(looksNumeric(a)))
    .map(({ name }) => name);
  const isNumber = (column: Column): boolean => looksNumeric(column) && !isMostlyOne(column, table.rows);
  const numeric = rest.filter((name) => isNumber(usable.find((column) => column.name === name)!));
  return [...named, ...numeric.toReversed(), ...rest.filter((name) => !numeric.includes(name))];
}

/** Takes more than one value in the first part of the rows, which are to train on. */
export function variesEarly(column: Column, rows: number): boolean {
  return valuesOf(column, Math.floor(trainedShare * rows), 1).size > 1;
}

/** Has one value in all rows of each sample or series, which the columns `ids` tell apart; the answer of a sample must. */
export function isSameWithin(column: Column, ids: readonly Column[]): boolean {
  const values = new Map<string, string>();
  return Array.from(column.numbers.keys()).every((row) => {
    const [name, value] = [rowKey(ids, row), cellText(column, row) ?? ""];
    const first = values.get(name) ?? value;
    values.set(name, first);
    return first === value;
  });
}
