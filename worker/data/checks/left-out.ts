import type { DataSettings } from "../../protocol/data-settings.ts";
import { looksNumeric, type Column } from "../file/columns.ts";
import { listed } from "../errors.ts";
import { helperColumns, isClock, isRowNumber, numericColumns } from "../split/feature-columns.ts";
import { isDisguised } from "./disguised-columns.ts";
import { holdsTimes } from "../file/time-texts.ts";
import { isEmpty } from "./empty-columns.ts";
import type { Table } from "../file/table.ts";

/** Sentences on the columns that `features: numeric` passes over: row numbers, times, and text. */
export function leftOutWarnings(table: Table, settings: DataSettings): readonly string[] {
  const { features, categorical, targets } = settings;
  if (features !== "numeric") return [];
  const others = new Set([...helperColumns(settings), ...targets, ...categorical]);
  const columns = table.columns.filter(({ name }) => !others.has(name));
  const inputs = new Set(numericColumns(table, settings));
  const numbered = columns.filter((column) => isRowNumber(column, settings) && !inputs.has(column));
  const clocks = columns.filter(
    (column) =>
      looksNumeric(column) &&
      !inputs.has(column) &&
      !isRowNumber(column, settings) &&
      isClock(column, settings),
  );
  const texts = columns.filter(
    (column) => !looksNumeric(column) && !isEmpty(column) && !isDisguised(column, table.rows),
  );
  const dates = texts.filter((column) => holdsTimes(column, table.rows));
  return [
    ...warning(numbered, "rises by one from row to row", "name it in `features` if it is no row number", [
      "rise by one from row to row",
      "name them in `features` if they are no row numbers",
    ]),
    ...warning(
      clocks,
      "holds times",
      "name it in `time` if it is that of the rows, or in `features` if its numbers are meant as they are",
      ["hold times", "name them in `features` if their numbers are meant as they are"],
    ),
    ...warning(dates, "holds times", "name it in `time` if it is that of the rows", [
      "hold times",
      "name one in `time` if it is that of the rows",
    ]),
    ...warning(
      texts.filter((column) => !dates.includes(column)),
      "is text",
      "name it under `categorical` to use it",
      ["are text", "name them under `categorical` to use them"],
    ),
  ];
}

function warning(
  columns: readonly Column[],
  is: string,
  advice: string,
  [are, adviceForAll]: readonly [string, string],
): string[] {
  if (columns.length === 0) return [];
  const names = listed(columns.map(({ name }) => name));
  return columns.length === 1
    ? [`column ${names} ${is} and is left out of the inputs: ${advice}`]
    : [`columns ${names} ${are} and are left out of the inputs: ${adviceForAll}`];
}
