import type { DataSettings } from "../../protocol/data-settings.ts";
import type { Column } from "../file/columns.ts";
import { listed, plural } from "../errors.ts";
import { numericColumns } from "../split/feature-columns.ts";
import { columnOf, type Table } from "../file/table.ts";

/** A value that may stand for "missing" in a column. */
export interface Sentinel {
  readonly column: string;
  readonly value: number;
  readonly count: number;
  /** First row that holds it. */
  readonly row: number;
  /** The smallest and largest of all other values. */
  readonly others: readonly [low: number, high: number];
}

/** Sentences on values such as -999 that repeat far from all others: one for each such value. */
export function sentinelWarnings(table: Table, settings: DataSettings): readonly string[] {
  const targets = settings.task === "regression" ? settings.targets : [];
  const columns = new Set([
    ...numericColumns(table, settings),
    ...targets.map((name) => columnOf(table, name, "targets")),
  ]);
  const all = findSentinels([...columns]);
  return [...new Set(all.map(({ value }) => value))].map(
    (value) =>
      `${whereabouts(table, all, value)}: if it stands for a missing value, set \`missing_values: [${value}]\``,
  );
}

/** "-200 stands in 86 cells of column "load" (first on line 3), far from all other values (13 to 26)". */
export function whereabouts(table: Table, all: readonly Sentinel[], value: number): string {
  const found = all.filter((sentinel) => sentinel.value === value);
  const { row, others } = found[0]!;
  const cells = found.reduce((sum, { count }) => sum + count, 0);
  const names = listed(found.map(({ column }) => column));
  return `${value} stands in ${plural(cells, "cell")} of ${found.length === 1 ? "column" : "columns"} ${names} (first on line ${table.lines[row]!}), far from all other values (${others[0]} to ${others[1]})`;
}

/** Also those of a column that lie less far away, where another column has the same. */
export function findSentinels(columns: readonly Column[]): readonly Sentinel[] {
  const candidates = columns.flatMap((column) => extremesOf(column));
  const clear = new Set(candidates.filter(({ far }) => far).map(({ sentinel }) => sentinel.value));
  return candidates.filter(({ sentinel }) => clear.has(sentinel.value)).map(({ sentinel }) => sentinel);
}

interface Candidate {
  readonly sentinel: Sentinel;
  /** Further from the next value than all others lie apart. */
  readonly far: boolean;
}

/** Smaller codes such as -1 are too often real. */
const smallest = 9;

function extremesOf(column: Column): Candidate[] {
  const { numbers } = column;
  const [low, high] = rangeOf(numbers);
  return [low, high].flatMap((value) => {
    if (!Number.isInteger(value) || Math.abs(value) < smallest) return [];
    const found = countOf(numbers, value);
    const others = rangeOf(numbers, value);
    const span = others[1] - others[0];
    if (found.count < 3 || !(span > 0)) return [];
    const gap = value === low ? others[0] - value : value - others[1];
    const negative = value === low && value < 0 && others[0] >= 0;
    if (gap < span / 10 || !(negative || gap > span)) return [];
    return [{ sentinel: { column: column.name, value, ...found, others }, far: gap > span }];
  });
}

/** Smallest and largest value, `except` aside. */
function rangeOf(numbers: Float64Array, except = Number.NaN): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of numbers) {
    if (value === except) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function countOf(numbers: Float64Array, wanted: number): { count: number; row: number } {
  let count = 0;
  for (const value of numbers) if (value === wanted) count++;
  return { count, row: numbers.indexOf(wanted) };
}
