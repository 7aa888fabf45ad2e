import type { Task } from "../../protocol/data-settings.ts";
import { cellText, type Column } from "../file/columns.ts";
import type { ClassTask, Labels } from "./class-outputs.ts";
import { DataError, listed } from "../errors.ts";
import { sortLevels } from "../inputs/fit-features.ts";
import type { Table } from "../file/table.ts";

const maxClasses = 1000;

/** Refuses a number of target columns that the task has no place for. */
export function requireTargetCount(task: Task, targets: readonly string[]): void {
  if (task !== "binary" && task !== "multiclass") return;
  if (targets.length === 1) return;
  throw new DataError(
    `\`task: ${task}\` predicts one column but \`targets\` names ${targets.length}: name one, or set \`task: multilabel\` for several yes/no labels`,
    { setting: "targets" },
  );
}

/**
 * Codes the classes of a target column. `rows` are the rows that hold a label and `training` says which of them
 * are trained on: every class must occur there.
 */
export function fitLabels(
  table: Table,
  column: Column,
  task: ClassTask,
  rows: Iterable<number>,
  training: (row: number) => boolean,
): Labels {
  const firstRow = new Map<string, number>();
  const trained = new Set<string>();
  for (const row of rows) {
    const text = cellText(column, row);
    if (text === undefined) continue;
    if (!firstRow.has(text)) firstRow.set(text, row);
    if (training(row)) trained.add(text);
  }
  for (const [name, row] of firstRow) if (!trained.has(name)) throw untrained(table, column, name, row);
  const names = sortLevels([...firstRow.keys()]);
  requireClasses(column, task, names);
  return { column: column.name, names, codes: labelCodes(table, column, names) };
}

/** [rows] index into `names`, -1 where missing or unknown. */
export function labelCodes(table: Table, column: Column, names: readonly string[]): Int32Array {
  const codeOf = new Map(names.map((name, code) => [name, code]));
  return Int32Array.from({ length: table.rows }, (_, row) => codeOf.get(cellText(column, row) ?? "") ?? -1);
}

function untrained(table: Table, column: Column, name: string, row: number): DataError {
  const line = table.lines[row]!;
  return new DataError(
    `the class "${name}" of column "${column.name}" (line ${line}) does not occur in the training rows: change \`split\` so that training sees every class, or remove its rows`,
    { line, column: column.name, setting: "split" },
  );
}

function requireClasses({ name }: Column, task: ClassTask, names: readonly string[]): void {
  const place = { column: name, setting: "targets" };
  if (names.length < 2) {
    const what = names.length === 0 ? "no value" : `one class only (${listed(names)})`;
    throw new DataError(`the target "${name}" has ${what}: choose a column with at least two classes`, place);
  }
  if (task === "multiclass" && names.length > maxClasses) {
    throw new DataError(
      `the target "${name}" takes ${names.length} different values: set \`task: regression\` for numbers, or choose a column of classes`,
      place,
    );
  }
  if (task !== "multiclass" && names.length > 2) {
    throw new DataError(
      `the target "${name}" has ${names.length} classes (${listed(names, 4)}) where \`task: ${task}\` allows two: set \`task: multiclass\``,
      { ...place, setting: "task" },
    );
  }
}
