import type { DataSettings } from "../../protocol/data-settings.ts";
import { cellText, type Column } from "../file/columns.ts";
import { DataError } from "../errors.ts";
import { columnOf, rowsOf, type Table } from "../file/table.ts";
import { timesOf } from "../file/time.ts";
import { combinedTimes } from "../file/time-columns.ts";
import type { Arranged, Block } from "./blocks.ts";
import { momentsOf } from "./local-times.ts";
import { cutRows, fillRows, mergeRows, sortRows, type Timed } from "./order-rows.ts";
import { requireRising } from "./rising.ts";
import { usualStep } from "./usual-step.ts";

export type { Arranged, Block };

/** How a file's rows were arranged, and by which settings. */
export interface Arrangement {
  readonly key: string;
  readonly arranged: Arranged;
}

/** What a file's rows were arranged to last, where that moved none of them: times are read once a file. */
const arrangedLast = new WeakMap<Table, Arrangement>();

/** What is known of a table after `arrange`, for a copy of both in another thread; undefined where rows were moved. */
export function arrangementOf(file: Table): Arrangement | undefined {
  return arrangedLast.get(file);
}

/** Spares `arrange` what it has done before. */
export function keepArrangement(arrangement: Arrangement): void {
  arrangedLast.set(arrangement.arranged.table, arrangement);
}

/** Puts the rows of each series together and checks that time rises within each. */
export function arrange(file: Table, settings: DataSettings): Arranged {
  const { group, time, time_format, time_zone, sort, duplicates, gaps } = settings;
  const key = JSON.stringify([group, time, time_format, time_zone, sort, duplicates, gaps]);
  const last = arrangedLast.get(file);
  if (last?.key === key) return last.arranged;
  const arranged = arrangeRows(file, settings);
  if (arranged.table === file) arrangedLast.set(file, { key, arranged });
  return arranged;
}

function arrangeRows(file: Table, settings: DataSettings): Arranged {
  const groups = groupColumns(settings);
  const { table, blocks } = groups.length === 0 ? oneSeries(file) : bySeries(file, groups);
  const names = timeColumns(settings);
  if (names.length === 0) return { table, blocks };
  const columns = names.map((name) => columnOf(table, name, "time"));
  const { time_format: format, time_zone: zone } = settings;
  const local =
    columns.length === 1 ? timesOf(table, columns[0]!, format) : combinedTimes(table, columns, format);
  const times = zone === undefined ? local : momentsOf(table, local, blocks, zone);
  return orderRows({ table, blocks, times }, names.join(", "), settings);
}

/** What `sort`, `duplicates` and `gaps` ask for. */
function orderRows(read: Timed, name: string, { sort, duplicates = "error", gaps }: DataSettings): Timed {
  const sorted = sort === true ? sortRows(read) : read;
  const merged = mergeRows(sorted, duplicates);
  const { table, blocks, times } = merged;
  requireRising(table, times, name, blocks);
  const step = (block: Block): number | undefined => usualStep({ times, blocks: [block] });
  if (gaps === "fill") return fillRows(merged, step);
  return gaps === "cut" ? cutRows(merged, step) : merged;
}

/** Names of the columns that hold the time, none when rows are taken in file order. */
export function timeColumns({ time }: Pick<DataSettings, "time">): readonly string[] {
  return time === undefined ? [] : [time].flat();
}

function oneSeries(table: Table): { table: Table; blocks: readonly Block[] } {
  return { table, blocks: [{ start: 0, end: table.rows }] };
}

/** Names of the columns that tell the series apart, none where there is one. */
export function groupColumns({ group }: Pick<DataSettings, "group">): readonly string[] {
  return group === undefined ? [] : [group].flat();
}

/** What each of the `groups` columns says of a series. */
export function seriesNames(table: Table, { start }: Block, groups: readonly string[]): readonly string[] {
  return groups.map((name) => cellText(columnOf(table, name, "group"), start) ?? "");
}

function bySeries(file: Table, groups: readonly string[]): { table: Table; blocks: readonly Block[] } {
  const columns = groups.map((name) => columnOf(file, name, "group"));
  const rowsByName = groupRows(file, columns, "group");
  const order = new Int32Array(file.rows);
  const blocks: Block[] = [];
  let start = 0;
  for (const [name, rows] of rowsByName) {
    order.set(rows, start);
    blocks.push({ name, start, end: start + rows.length });
    start += rows.length;
  }
  const inOrder = order.every((row, i) => row === i);
  return { table: inOrder ? file : rowsOf(file, order), blocks };
}

/** Rows by the text of a column, or of several together ("Oslo, rain"), in order of first appearance. A missing cell is refused. */
export function groupRows(
  table: Table,
  columns: readonly Column[],
  setting: string,
): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  for (let row = 0; row < table.rows; row++) {
    const texts = columns.map((column) => cellText(column, row) ?? refuseEmpty(table, column, row, setting));
    const name = texts.length === 1 ? texts[0]! : texts.map(quoted).join(", ");
    const rows = groups.get(name);
    if (rows === undefined) groups.set(name, [row]);
    else rows.push(row);
  }
  return groups;
}

/** In quotation marks where it has a comma, so that no two series share a name. */
function quoted(text: string): string {
  return /[",]/.test(text) ? JSON.stringify(text) : text;
}

function refuseEmpty(table: Table, column: Column, row: number, setting: string): never {
  const line = table.lines[row]!;
  throw new DataError(
    `line ${line}, column "${column.name}", is empty: \`${setting}\` needs a value in every row`,
    {
      line,
      column: column.name,
      setting,
    },
  );
}
