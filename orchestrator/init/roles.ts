/** What each column of a series is for: its time, its name, what is predicted, and what the rest says. */
import { isDisguised } from "../../worker/data/checks/disguised-columns.ts";
import { listed } from "../../worker/data/errors.ts";
import { looksNumeric, type Column } from "../../worker/data/file/columns.ts";
import { columnOf, type Table } from "../../worker/data/file/table.ts";
import { isSameWithin, targetOf, variesEarly } from "./choose-target.ts";
import { isPartLike, valuesOf } from "./find-columns.ts";
import { findGroup, findTime, isCalendarPart, rowsATime, timeRemarks } from "./find-time.ts";

/** Values, at most, that classes and categories have. */
export const mostClasses = 20;

/** What the columns of a series are for. */
export interface Roles {
  readonly time: readonly string[];
  /** What a person should know of the time. */
  readonly remarks: readonly string[];
  /** The columns that tell series apart; none where there is one. */
  readonly series: readonly Column[];
  readonly target: Column;
  readonly helpers: ReadonlySet<string>;
  readonly categorical: readonly string[];
  readonly fixed: readonly string[];
}

export function rolesOf(table: Table, wished: string | undefined): Roles {
  const clock = findTime(table);
  const group = findGroup(table, clock, new Set(wished === undefined ? [] : [wished]));
  const each = group.length > 0 ? undefined : rowsATime(table, clock);
  const time = each === undefined ? clock : [];
  const helpers = new Set([...time, ...group]);
  const series = group.map((name) => columnOf(table, name, "group"));
  const target = targetOf(table, helpers, wished, (one) => {
    if (isCalendarPart(one)) return false;
    return series.length === 0 ? variesEarly(one, table.rows) : !isSameWithin(one, series);
  });
  const used = new Set([...helpers, target.name]);
  return {
    time,
    remarks:
      each === undefined
        ? timeRemarks(table, time)
        : [
            `column ${listed(clock)} has the same value in ${each} rows after another, and no column says when each was: rows are taken in the order of the file`,
          ],
    series,
    target,
    helpers,
    categorical: categoriesOf(table, used),
    fixed: series.length === 0 ? [] : fixedColumns(table, series, used),
  };
}

/** Text columns of few values. */
function categoriesOf(table: Table, others: ReadonlySet<string>): readonly string[] {
  return table.columns
    .filter((column) => {
      if (others.has(column.name) || looksNumeric(column) || isPartLike(column, table.rows)) return false;
      if (isDisguised(column, table.rows)) return false;
      const count = valuesOf(column, table.rows, mostClasses).size;
      return count > 1 && count <= mostClasses;
    })
    .map(({ name }) => name);
}

/** Columns of numbers that are the same in all rows of a series, and differ between series. */
function fixedColumns(
  table: Table,
  series: readonly Column[],
  others: ReadonlySet<string>,
): readonly string[] {
  return table.columns
    .filter((column) => {
      if (others.has(column.name) || !looksNumeric(column) || column.counts.missing > 0) return false;
      return valuesOf(column, table.rows, 1).size > 1 && isSameWithin(column, series);
    })
    .map(({ name }) => name);
}
