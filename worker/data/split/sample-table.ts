import type { DataSettings } from "../../protocol/data-settings.ts";
import { groupRows, type Arranged, type Block } from "./arrange.ts";
import { cellText, type Column } from "../file/columns.ts";
import { DataError } from "../errors.ts";
import { numericColumns, requireComplete } from "./feature-columns.ts";
import { length, type RowRange } from "./split.ts";
import { columnOf, numbersOf, rowsOf, type Table } from "../file/table.ts";

/** A file of samples, whichever its layout: their steps one after another, and one row of facts for each. */
export interface SampleTable {
  /** Steps: one block a sample, in rising order of step. */
  readonly steps: Arranged;
  /** The settings by which inputs are read from `steps`. */
  readonly settings: DataSettings;
  /** One row a sample: targets and split. */
  readonly samples: Table;
  /** Layout wide: the columns that became steps. */
  readonly stepColumns?: readonly string[];
}

export function sampleTable(table: Table, settings: DataSettings): SampleTable {
  return settings.layout === "wide" ? wideSamples(table, settings) : longSamples(table, settings);
}

/** Name of the one input that the columns of layout wide become. */
export const wideInput = "value";

function wideSamples(table: Table, settings: DataSettings): SampleTable {
  const columns = numericColumns(table, settings);
  if (settings.missing === "error") requireComplete(table, columns, "features");
  const width = columns.length;
  const rows = table.rows * width;
  const numbers = new Float64Array(rows);
  for (const [step, column] of columns.entries()) {
    for (let sample = 0; sample < table.rows; sample++)
      numbers[sample * width + step] = column.numbers[sample]!;
  }
  const missing = columns.reduce((sum, column) => sum + column.counts.missing, 0);
  const value: Column = {
    name: wideInput,
    numbers,
    written: undefined,
    counts: { number: rows - missing, missing, infinite: 0, text: 0 },
    first: { number: 0, missing: numbers.findIndex(Number.isNaN), infinite: -1, text: -1 },
  };
  const lines = Int32Array.from({ length: rows }, (_, row) => table.lines[Math.floor(row / width)]!);
  const blocks = Array.from({ length: table.rows }, (_, i) => ({ start: i * width, end: (i + 1) * width }));
  return {
    steps: { table: { columns: [value], rows, lines }, blocks },
    settings: { ...settings, features: [wideInput], categorical: [], calendar: "none" },
    samples: table,
    stepColumns: columns.map(({ name }) => name),
  };
}

function longSamples(file: Table, settings: DataSettings): SampleTable {
  if (settings.series_id === undefined) {
    throw new DataError(
      "`layout: long` needs the column that tells the samples apart: name it in `series_id`",
      {
        setting: "series_id",
      },
    );
  }
  const groups = groupRows(file, [columnOf(file, settings.series_id, "series_id")], "series_id");
  const table = rowsOf(file, Int32Array.from([...groups.values()].flat()));
  const blocks: Block[] = [];
  let start = 0;
  for (const [name, rows] of groups) {
    blocks.push({ name, start, end: start + rows.length });
    start += rows.length;
  }
  requireSteps(table, blocks, settings.step);
  const samples = rowsOf(
    table,
    Int32Array.from(blocks, (block) => block.start),
  );
  return { steps: { table, blocks }, settings: { ...settings, calendar: "none" }, samples };
}

/** Steps rise within each sample. */
function requireSteps(table: Table, blocks: readonly Block[], step: string | undefined): void {
  if (step === undefined) return;
  const column = columnOf(table, step, "step");
  const steps = numbersOf(table, column, "step");
  for (const { name, start, end } of blocks) {
    for (let row = start + 1; row < end; row++) {
      if (steps[row]! > steps[row - 1]!) continue;
      const line = table.lines[row]!;
      throw new DataError(
        `line ${line}, column "${step}", step ${cellText(column, row) ?? "missing"} of the sample "${name}" does not come after that of line ${table.lines[row - 1]!}: sort the rows of each sample by step`,
        { line, column: step, setting: "step" },
      );
    }
  }
}

/** Refuses targets and split parts that differ between the rows of one sample. */
export function requireOneTruth(
  { steps, stepColumns }: SampleTable,
  { targets, split, task }: DataSettings,
): void {
  if (stepColumns !== undefined) return;
  const { table, blocks } = steps;
  for (const name of targets) {
    const column = columnOf(table, name, "targets");
    const valueOf =
      task === "regression" ? (row: number) => column.numbers[row] : (row: number) => cellText(column, row);
    requireOneValue(table, blocks, column, "targets", valueOf);
  }
  const parted = "column" in split ? split.column : "by" in split ? split.by : undefined;
  if (parted !== undefined) {
    const column = columnOf(table, parted, "split");
    requireOneValue(table, blocks, column, "split", (row) => cellText(column, row));
  }
}

function requireOneValue(
  table: Table,
  blocks: readonly Block[],
  column: Column,
  setting: string,
  valueOf: (row: number) => number | string | undefined,
): void {
  for (const { name, start, end } of blocks) {
    for (let row = start + 1; row < end; row++) {
      if (Object.is(valueOf(row), valueOf(start))) continue;
      const line = table.lines[row]!;
      throw new DataError(
        `line ${line}, column "${column.name}", differs from line ${table.lines[start]!} of the same sample ("${name}"): give every row of a sample the same value`,
        { line, column: column.name, setting },
      );
    }
  }
}

/** Refuses samples of which `missing: drop` left nothing; `blocks` are their rows after dropping. */
export function requireSomeStep({ samples, steps }: SampleTable, blocks: readonly RowRange[]): void {
  const empty = blocks.findIndex((block) => length(block) === 0);
  if (empty < 0) return;
  const { name } = steps.blocks[empty]!;
  const line = samples.lines[empty]!;
  const which = name === undefined ? `the sample on line ${line}` : `the sample "${name}" (line ${line})`;
  throw new DataError(
    `${which} has no complete step, so \`missing: drop\` leaves nothing of it: set \`missing\` to ffill or mask, or remove it`,
    { line, setting: "missing" },
  );
}
