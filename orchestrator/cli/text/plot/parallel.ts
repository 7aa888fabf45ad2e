import type { ParallelPanel } from "../../../views/plots/plot.ts";
import { place } from "../../../views/plots/scales.ts";
import { clip, displayWidth } from "../../../views/text-width.ts";
import { Grid } from "./grid.ts";

/** Upright axes side by side, their ends named, and every trial's line across them. */
export function drawParallelPanel({ axes, lines }: ParallelPanel, columns: number, rows: number): Grid {
  const grid = new Grid(columns, rows);
  const [top, height] = [2, rows - 3];
  const inner = new Grid(columns, height);
  const gap = (columns - 9) / Math.max(1, axes.length - 1);
  const columnOf = (i: number): number => Math.round(i * gap);
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
  for (const [i, { label, scale }] of axes.entries()) {
    const column = columnOf(i);
    for (let row = 0; row < height; row++) grid.putUnder(column, top + row, "│", "muted");
    const room = i === axes.length - 1 ? columns - column : Math.floor(gap) - 1;
    grid.write(column, 0, clip(label, room), null);
    const named = scale.ticks.filter(({ at }) => place(scale, at) >= 0 && place(scale, at) <= 1);
    const ends = [named.at(-1), named[0]].map((tick) => clip(tick?.label ?? "", room));
    grid.write(column, 1, ends[0]!, "muted");
    if (displayWidth(ends[1]!) > 0) grid.write(column, rows - 1, ends[1]!, "muted");
  }
  return grid;
}
