import type { DataSettings } from "../../protocol/data-settings.ts";
import { groupColumns, timeColumns, type Arranged } from "./arrange.ts";
import { looksNumeric, type Column } from "../file/columns.ts";
import { DataError, plural } from "../errors.ts";
import { columnOf, numbersOf, type Table } from "../file/table.ts";
import { writesTimes } from "../file/time-like.ts";

/**
 * Columns whose numbers go in as they are (scaled), in file order unless listed, without the categorical ones.
 * The targets are among them where inputs are their past (layout series), and never where they are the answer.
 */
export function numericColumns(table: Table, settings: DataSettings): readonly Column[] {
  const { categorical } = settings;
  const own = settings.layout === "series" ? settings.static : [];
  const columns = namedColumns(table, settings).filter(
    ({ name }) => !categorical.includes(name) && !own.includes(name),
  );
  for (const column of columns) {
    refuseAnswer(column.name, settings);
    numbersOf(table, column, "features");
  }
  for (const name of settings.categorical) refuseAnswer(name, settings);
  return columns;
}

function namedColumns(table: Table, settings: DataSettings): readonly Column[] {
  const { features, targets, layout } = settings;
  if (features === "targets") return targets.map((name) => columnOf(table, name, "targets"));
  if (features !== "numeric") return [...new Set(features)].map((name) => columnOf(table, name, "features"));
  const left = new Set([...helperColumns(settings), ...(layout === "series" ? [] : targets)]);
  const found = table.columns.filter((column) => looksNumeric(column) && !left.has(column.name));
  const values = found.filter((column) => !isRowNumber(column, settings) && !isClock(column, settings));
  if (values.length > 0) return values;
  if (found.length > 0 || settings.categorical.length > 0) return found;
  // A target that is meant as a number says best what is wrong with it.
  if (settings.task === "regression")
    for (const name of targets) numbersOf(table, columnOf(table, name, "targets"), "targets");
  throw new DataError("the file has no numeric column to learn from: name the input columns in `features`", {
    setting: "features",
  });
}

/** Numbers the rows: as an input it would say how late it is, and nothing else. */
export function isRowNumber(column: Column, { targets }: DataSettings): boolean {
  return column.running === true && !targets.includes(column.name);
}

/** Holds times, which as an input say how late it is, too. */
export function isClock(column: Column, { targets }: DataSettings): boolean {
  return !targets.includes(column.name) && writesTimes(column);
}

function refuseAnswer(name: string, { layout, targets }: DataSettings): void {
  if (layout === "series" || !targets.includes(name)) return;
  throw new DataError(
    `the target "${name}" is named as an input too, which would give the answer away: leave it out of \`features\` and \`categorical\``,
    { column: name, setting: "features" },
  );
}

/** Columns that arrange the rows and are no inputs. */
export function helperColumns(settings: DataSettings): readonly string[] {
  const { series_id, step, split } = settings;
  const names = [
    ...timeColumns(settings),
    ...groupColumns(settings),
    series_id,
    step,
    "column" in split ? split.column : "by" in split ? split.by : undefined,
  ];
  return names.filter((name) => name !== undefined);
}

export function categoricalColumns(table: Table, settings: DataSettings): readonly Column[] {
  return [...new Set(settings.categorical)].map((name) => columnOf(table, name, "categorical"));
}

/** Columns whose values over the horizon are inputs. */
export function knownColumns(table: Table, settings: DataSettings): readonly Column[] {
  const { known_future: names, targets, layout, missing } = settings;
  if (layout !== "series" || names.length === 0) return [];
  if (missing === "drop") {
    throw new DataError(
      "`known_future` counts rows ahead, and `missing: drop` leaves rows out: set `missing` to ffill, linear or mask",
      { setting: "missing" },
    );
  }
  const answer = names.find((name) => targets.includes(name));
  if (answer !== undefined) {
    throw new DataError(
      `the target "${answer}" is named in \`known_future\`, which would give the answer away: leave it out`,
      { column: answer, setting: "known_future" },
    );
  }
  return numbersNamed(table, names, "known_future");
}

/** Columns that say something of a whole series. */
export function staticColumns({ table, blocks }: Arranged, settings: DataSettings): readonly Column[] {
  if (settings.layout !== "series") return [];
  const columns = numbersNamed(table, settings.static, "static");
  for (const { name, numbers } of columns) {
    for (const { start, end } of blocks) {
      const first = numbers[start]!;
      const other = numbers
        .subarray(start, end)
        .findIndex((value) => value !== first && !Number.isNaN(value));
      if (other < 0 || Number.isNaN(first)) continue;
      const line = table.lines[start + other]!;
      throw new DataError(
        `line ${line}, column "${name}", is ${numbers[start + other]!} where its series begins with ${first}: \`static\` is for columns that never change within a series, leave it out there`,
        { line, column: name, setting: "static" },
      );
    }
  }
  return columns;
}

function numbersNamed(table: Table, names: readonly string[], setting: string): readonly Column[] {
  const columns = [...new Set(names)].map((name) => columnOf(table, name, setting));
  for (const column of columns) numbersOf(table, column, setting);
  return columns;
}

/** Refuses missing cells in these columns. */
export function requireComplete(table: Table, columns: readonly Column[], setting: string): void {
  for (const column of columns) {
    const count = column.counts.missing;
    if (count === 0) continue;
    const line = table.lines[column.first.missing]!;
    const verb = count === 1 ? "is missing" : "are missing";
    throw new DataError(
      `${plural(count, "value")} of column "${column.name}" ${verb}, the first on line ${line}: set \`missing\` to ffill, linear, drop or mask, or ${setting === "targets" ? "choose another target" : `leave the column out of \`${setting}\``}`,
      { line, column: column.name, setting: "missing" },
    );
  }
}
