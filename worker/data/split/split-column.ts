import type { SplitSettings } from "../../protocol/data-settings.ts";
import { cellText, type Column } from "../file/columns.ts";
import { DataError } from "../errors.ts";
import type { RowRange, SplitName, SplitRanges } from "./split.ts";
import { columnOf, type Table } from "../file/table.ts";

export type ColumnSplit = Extract<SplitSettings, { column: string }>;

const words: Readonly<Record<string, SplitName>> = {
  train: "train",
  training: "train",
  validation: "validation",
  valid: "validation",
  val: "validation",
  test: "test",
  testing: "test",
};
const order: readonly SplitName[] = ["train", "validation", "test"];

export function splitColumn(table: Table, split: ColumnSplit): Column {
  return columnOf(table, split.column, "split");
}

/** The part that the split column names on a row. */
export function partOf(table: Table, column: Column, row: number): SplitName {
  const text = cellText(column, row) ?? "";
  const part = words[text.toLowerCase()];
  if (part !== undefined) return part;
  const line = table.lines[row]!;
  throw new DataError(
    `line ${line}, column "${column.name}", says "${text.slice(0, 40)}": write train, validation or test there`,
    { line, column: column.name, setting: "split" },
  );
}

/** The parts of one series by its split column: training rows first, then validation, then test. */
export function splitByColumn(table: Table, split: ColumnSplit, block: RowRange): SplitRanges {
  const column = splitColumn(table, split);
  const counts = { train: 0, validation: 0, test: 0 };
  let reached = 0;
  for (let row = block.start; row < block.end; row++) {
    const part = partOf(table, column, row);
    if (order.indexOf(part) < reached) throw outOfOrder(table, column, row, part);
    reached = order.indexOf(part);
    counts[part]++;
  }
  if (counts.validation === 0) {
    counts.validation = Math.round(split.validation * counts.train);
    counts.train -= counts.validation;
  }
  const train = block.start + counts.train;
  const validation = train + counts.validation;
  return {
    train: { start: block.start, end: train },
    validation: { start: train, end: validation },
    test: { start: validation, end: block.end },
  };
}

function outOfOrder(table: Table, column: Column, row: number, part: SplitName): DataError {
  const line = table.lines[row]!;
  return new DataError(
    `line ${line}, column "${column.name}", says ${part} after later parts have begun: in a series training rows come first, then validation, then test; correct the column or split by date`,
    { line, column: column.name, setting: "split" },
  );
}
