import { DataError, listed } from "../../worker/data/errors.ts";
import { cellText, looksNumeric, type Column } from "../../worker/data/file/columns.ts";
import { columnOf, type Table } from "../../worker/data/file/table.ts";
import { isPartLike, monthColumns, timeNamed } from "./find-columns.ts";
import type { Arranged } from "../../worker/data/split/arrange.ts";

/** A class with less than this share of the rows is rare. */
const rareShare = 0.1;

/** A sentence where one class is rare; nothing where all are common. */
export function balanceRemark(table: Table, target: string): readonly string[] {
  const counts = new Map<string, number>();
  const column = columnOf(table, target, "targets");
  for (let row = 0; row < table.rows; row++) {
    const name = cellText(column, row);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const [rarest] = [...counts].toSorted((a, b) => a[1] - b[1]);
  if (rarest === undefined || counts.size < 2 || rarest[1] / all >= rareShare / (counts.size / 2)) return [];
  const share = Number(((100 * rarest[1]) / all).toPrecision(2));
  return [
    `the classes of "${target}" are uneven: ${listed([rarest[0]])} has ${share} % of the rows, so accuracy says little; rank by val_balanced_accuracy or val_mcc, and try class_weights: balanced`,
  ];
}

/** Share of the rows in which a column must say what comes for it to give the answer away. */
const almostAll = 0.99;

/** A sentence for each column of a series that holds a later value of the target. */
export function leakRemarks({ table, blocks }: Arranged, target: string, horizon: number): readonly string[] {
  const truth = columnOf(table, target, "targets");
  if (!looksNumeric(truth)) return [];
  return table.columns.flatMap((column) => {
    if (column === truth || !looksNumeric(column)) return [];
    for (let ahead = 1; ahead <= Math.min(horizon, mostAhead); ahead++) {
      if (!holdsFuture(column, truth, blocks, ahead)) continue;
      const rows = ahead === 1 ? "the next row" : `${ahead} rows later`;
      return [
        `column "${column.name}" holds the value that "${target}" has ${rows}, which gives the answer away: leave it out of \`features\``,
      ];
    }
    return [];
  });
}

/** Rows ahead, at most, that are compared. */
const mostAhead = 48;

/** Rows in which the target does not change say nothing. */
function holdsFuture(
  { numbers }: Column,
  { numbers: truth }: Column,
  blocks: Arranged["blocks"],
  ahead: number,
): boolean {
  let same = 0;
  let all = 0;
  for (const { start, end } of blocks) {
    for (let row = start; row + ahead < end; row++) {
      const later = truth[row + ahead]!;
      if (Number.isNaN(later) || Number.isNaN(numbers[row]!) || later === truth[row]) continue;
      all++;
      if (later === numbers[row]) same++;
    }
  }
  return all >= leastRows && same >= almostAll * all;
}

const leastRows = 20;

/** A sentence for each number of samples by which the class is told for certain: every value has one class only. */
export function givenAway(
  table: Table,
  target: string,
  others: ReadonlySet<string>,
  most: number,
): readonly string[] {
  const truth = columnOf(table, target, "targets");
  return table.columns.flatMap((column) => {
    if (column === truth || others.has(column.name) || !looksNumeric(column)) return [];
    const classes = new Map<string, string>();
    for (let row = 0; row < table.rows; row++) {
      const [value, name] = [cellText(column, row), cellText(truth, row)];
      if (value === undefined || name === undefined) continue;
      if ((classes.get(value) ?? name) !== name || classes.size > most) return [];
      classes.set(value, name);
    }
    if (new Set(classes.values()).size < 2) return [];
    return [
      `column "${column.name}" has values of its own for each class of "${target}", which gives the answer away: leave it out of \`features\``,
    ];
  });
}

/** Throws a `DataError` where times stand in the names of columns: rows taken for times would be countries or shops. */
export function refuseTimesInColumns(table: Table, time: readonly string[]): void {
  const names = timeNamed(table);
  if (names.length === 0 || time.length > 0) return;
  throw new DataError(
    `the columns "${names[0]!}" to "${names.at(-1)!}" are named by times, so each row seems to be a series, and a row for each time is needed: turn the table (pandas: melt, R: pivot_longer, Excel: unpivot), or name what to predict with --target if the rows are in order of time`,
    { column: names[0]! },
  );
}

/** Sentences on columns that mean something else than they would be taken for. */
export function shapeRemarks(table: Table): readonly string[] {
  const [part] = table.columns.filter((column) => isPartLike(column, table.rows));
  const [first] = monthColumns(table);
  return [
    ...(part === undefined
      ? []
      : [
          `column "${part.name}" seems to say which rows to train on: it is no input, and \`split: {column: …}\` takes a column that holds train, validation and test`,
        ]),
    ...(first === undefined
      ? []
      : [
          `the columns from "${first}" on look like the months of one series: give each month a row of its own to forecast from month to month`,
        ]),
  ];
}
