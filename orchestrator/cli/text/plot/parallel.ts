import type { ParallelPanel } from "../../../views/plots/plot.ts";
import { place } from "../../../views/plots/scales.ts";
import { clip, displayWidth } from "../../../views/text-width.ts";
import { Grid } from "./grid.ts";

/** Upright axes side by side, their ends named, and every trial's line across them. */
export function drawParallelPanel({ axes, lines }: ParallelPanel, columns: number, rows: number): Grid {
  const grid = new Grid(columns, rows);
  const gap = (columns - 9) / Math.max(1, axes.length - 1);
  const columnOf = (i: number): number => Math.round(i * gap);
  const names = placeNames(
    axes.map(({ label }) => label),
    columnOf,
    columns,
  );
  const top = 2 + names.reduce((most, { row }) => Math.max(most, row), 0);
  const height = Math.max(6, rows - top - 1);
  const inner = new Grid(columns, height);
  for (const { values, tone, look } of lines) {
    let last: readonly [number, number] | null = null;
    for (const [i, value] of values.entries()) {
      if (!Number.isFinite(value)) {
        last = null;
        continue;
      }
      const share = Math.min(1, Math.max(0, place(axes[i]!.scale, value)));
      const next = [columnOf(i) * 2, Math.round((1 - share) * (height * 4 - 1))] as const;
      inner.line(...(last ?? next), ...next, look === "strong" ? "good" : tone);
      last = next;
    }
  }
  inner.into(grid, 0, top);
  for (const [i, { scale }] of axes.entries()) {
    const column = columnOf(i);
    const name = names[i]!;
    grid.write(name.column, top - 2 - name.row, name.words, null);
    for (let row = top - 1 - name.row; row < top + height; row++) grid.putUnder(column, row, "│", "muted");
    const room = i === axes.length - 1 ? columns - column : Math.floor(gap) - 1;
    const named = scale.ticks.filter(({ at }) => place(scale, at) >= 0 && place(scale, at) <= 1);
    const ends = [named.at(-1), named[0]].map((tick) => clip(tick?.label ?? "", room));
    grid.write(column, top - 1, ends[0]!, "muted");
    if (displayWidth(ends[1]!) > 0) grid.write(column, rows - 1, ends[1]!, "muted");
  }
  return grid;
}

interface AxisName {
  readonly words: string;
  readonly column: number;
  /** Counted from the axes upwards. */
  readonly row: number;
}

const mostRows = 4;

/** Each name begins over its axis, in the lowest row that is free there; the last one stands as far right as it fits. */
function placeNames(
  labels: readonly string[],
  columnOf: (i: number) => number,
  columns: number,
): readonly AxisName[] {
  const taken: (readonly [number, number])[][] = [];
  const isFree = (row: number, from: number, to: number): boolean =>
    taken[row]?.some(([a, b]) => a <= to && from <= b) !== true;
  // From the right: what begins later stands lower, so that no name crosses the line up to another.
  return labels
    .map((label, i) => [label, i] as const)
    .toReversed()
    .map(([label, i]): AxisName => {
      const words = clip(label, columns);
      const column = Math.min(columnOf(i), columns - displayWidth(words));
      const to = column + displayWidth(words);
      let row = 0;
      while (row < mostRows && !isFree(row, column, to)) row++;
      const isFull = row === mostRows;
      const short = isFull ? clip(label, Math.max(1, columnOf(i + 1) - columnOf(i) - 1)) : words;
      const placed = isFull
        ? { words: short, column: columnOf(i), row: mostRows - 1 }
        : { words, column, row };
      taken[placed.row] = [
        ...(taken[placed.row] ?? []),
        [placed.column, placed.column + displayWidth(placed.words)],
      ];
      return placed;
    })
    .toReversed();
}
