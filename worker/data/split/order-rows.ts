import type { DataSettings } from "../../protocol/data-settings.ts";
import type { Column } from "../file/columns.ts";
import { rowsOf } from "../file/table.ts";
import type { Arranged, Block } from "./blocks.ts";

/** Arranged rows with times. */
export type Timed = Arranged & Required<Pick<Arranged, "times">>;

/** The rows of each series by time; rows of one time keep their order. */
export function sortRows(arranged: Timed): Timed {
  const { blocks, times } = arranged;
  const rows = Int32Array.from(times.keys());
  for (const { start, end } of blocks)
    rows.subarray(start, end).sort((a, b) => times[a]! - times[b]! || a - b);
  return takeRows(arranged, rows, blocks);
}

/** One row for each time of a series: the first or last one of several, or their mean. */
export function mergeRows(arranged: Timed, how: NonNullable<DataSettings["duplicates"]>): Timed {
  if (how === "error") return arranged;
  const { times, table } = arranged;
  const kept: number[] = [];
  const groups: [first: number, end: number][] = [];
  const blocks = arranged.blocks.map((block) => {
    const start = groups.length;
    for (let row = block.start; row < block.end;) {
      let end = row + 1;
      while (end < block.end && times[end] === times[row]) end++;
      groups.push([row, end]);
      kept.push(how === "last" ? end - 1 : row);
      row = end;
    }
    return { ...block, start, end: groups.length };
  });
  if (kept.length === table.rows) return arranged;
  const merged = takeRows(arranged, Int32Array.from(kept), blocks);
  if (how !== "mean") return merged;
  const columns = merged.table.columns.map((column, i) => averaged(column, table.columns[i]!, groups));
  return { ...merged, table: { ...merged.table, columns } };
}

/** Means of the numbers that are there; text is that of the first row. */
function averaged(column: Column, all: Column, groups: readonly [number, number][]): Column {
  const numbers = column.numbers.map((first, i) => {
    const [start, end] = groups[i]!;
    if (end === start + 1) return first;
    const there = all.numbers.subarray(start, end).filter((value) => !Number.isNaN(value));
    return there.length === 0 ? Number.NaN : there.reduce((sum, value) => sum + value, 0) / there.length;
  });
  return { ...column, numbers };
}

/** Adds rows of missing values where times are left out, at the usual distance `step` of a series. */
export function fillRows(arranged: Timed, step: (block: Block) => number | undefined): Timed {
  const { times, table } = arranged;
  const rows: number[] = [];
  const filled: number[] = [];
  const added = new Set<number>();
  const blocks = arranged.blocks.map((block) => {
    const start = rows.length;
    const usual = step(block) ?? Infinity;
    for (let row = block.start; row < block.end; row++) {
      const left = row === block.start ? 0 : Math.round((times[row]! - times[row - 1]!) / usual) - 1;
      for (let i = 1; i <= left; i++) {
        added.add(rows.length);
        rows.push(row - 1);
        filled.push(times[row - 1]! + i * usual);
      }
      rows.push(row);
      filled.push(times[row]!);
    }
    return { ...block, start, end: rows.length };
  });
  if (added.size === 0) return arranged;
  const longer = rowsOf(table, Int32Array.from(rows));
  const columns = longer.columns.map((column) => emptied(column, added));
  return { table: { ...longer, columns }, blocks, times: Float64Array.from(filled) };
}

function emptied(column: Column, rows: ReadonlySet<number>): Column {
  const numbers = column.numbers.slice();
  const codes = column.written?.codes.slice();
  for (const row of rows) {
    numbers[row] = Number.NaN;
    if (codes !== undefined) codes[row] = 0;
  }
  const [first = -1] = rows;
  return {
    ...column,
    numbers,
    written: column.written && codes && { ...column.written, codes },
    counts: { ...column.counts, missing: column.counts.missing + rows.size },
    first: {
      ...column.first,
      missing: column.first.missing < 0 ? first : Math.min(first, column.first.missing),
    },
  };
}

/** A series for each stretch without a gap; `continues` marks those after which the series goes on. */
export function cutRows(arranged: Timed, step: (block: Block) => number | undefined): Timed {
  const { times } = arranged;
  const blocks = arranged.blocks.flatMap((block) => {
    const usual = step(block) ?? Infinity;
    const cuts: number[] = [];
    for (let row = block.start + 1; row < block.end; row++) {
      if (times[row]! - times[row - 1]! > 1.5 * usual) cuts.push(row);
    }
    const starts = [block.start, ...cuts];
    return starts.map((start, i) => {
      const end = starts[i + 1];
      return { ...block, start, end: end ?? block.end, ...(end !== undefined && { continues: true }) };
    });
  });
  return { ...arranged, blocks };
}

function takeRows({ table, times }: Timed, rows: Int32Array, blocks: readonly Block[]): Timed {
  if (rows.length === table.rows && rows.every((row, i) => row === i)) return { table, times, blocks };
  return { table: rowsOf(table, rows), times: Float64Array.from(rows, (row) => times[row]!), blocks };
}
