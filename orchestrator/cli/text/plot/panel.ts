import type { BarMark, CellsMark, Mark, RuleMark, Scale, XyPanel } from "../../../views/plots/plot.ts";
import { isOn, place } from "../../../views/plots/scales.ts";
import { clip, displayWidth } from "../../../views/text-width.ts";
import { Grid } from "./grid.ts";

/** Where the axes lie in a grid: columns from `left`, rows from 0 to `rows` - 1. */
interface Frame {
  readonly grid: Grid;
  readonly left: number;
  readonly columns: number;
  readonly rows: number;
  readonly x: Scale;
  readonly y: Scale;
}

const widestLabel = 22;

/** A panel of `columns` by `rows` characters, axes included. */
export function drawXyPanel(panel: XyPanel, columns: number, rows: number): Grid {
  const { x, y } = panel;
  const above = panel.marks.some(({ kind }) => kind === "rule") ? rulesAbove(panel) : 0;
  const gutter = y.scale.ticks.reduce((most, { label }) => Math.max(most, displayWidth(label)), 0);
  const left = Math.min(widestLabel, gutter) + 2;
  const beside = Math.min(
    24,
    acrossLabels(panel).reduce((most, { label }) => Math.max(most, displayWidth(label) + 1), 0),
  );
  const area = { left, columns: Math.max(8, columns - left - beside), rows: rows - 2 - above };
  const grid = new Grid(columns, rows);
  const frame: Frame = { grid, ...area, x: x.scale, y: y.scale };
  const inner = new Grid(area.columns, area.rows);
  drawMarks({ ...frame, grid: inner, left: 0 }, panel.marks);
  inner.into(grid, left, above);
  drawAxes(frame, panel, above);
  drawRuleLabels(frame, panel, above);
  return grid;
}

function acrossLabels(panel: XyPanel): readonly RuleMark[] {
  return rules(panel, "y").filter(({ label }) => label !== "");
}

function rules({ marks, x, y }: XyPanel, axis: "x" | "y"): readonly RuleMark[] {
  return marks
    .filter((mark): mark is RuleMark => mark.kind === "rule" && mark.axis === axis)
    .filter(({ at }) => isOn(axis === "x" ? x.scale : y.scale, at))
    .toSorted((a, b) => a.at - b.at);
}

function rulesAbove(panel: XyPanel): number {
  return Math.min(8, rules(panel, "x").filter(({ label }) => label !== "").length);
}

function columnOf({ columns, x }: Frame, value: number): number {
  return Math.min(columns - 1, Math.floor(place(x, value) * columns));
}

function rowOf({ rows, y }: Frame, value: number): number {
  return Math.min(rows - 1, Math.floor((1 - place(y, value)) * rows));
}

function drawAxes(frame: Frame, { x, y }: XyPanel, top: number): void {
  const { grid, left, columns, rows } = frame;
  const named = new Map(y.scale.ticks.map((tick) => [rowOf(frame, tick.at), tick.label]));
  for (let row = 0; row < rows; row++) {
    const label = named.get(row);
    grid.put(left - 1, top + row, label === undefined ? "│" : "┤", "muted");
    if (label === undefined) continue;
    const words = clip(label, left - 2);
    grid.write(left - 2 - displayWidth(words), top + row, words, null);
  }
  const foot = top + rows;
  grid.put(left - 1, foot, "└", "muted");
  for (let column = 0; column < columns; column++) grid.put(left + column, foot, "─", "muted");
  let free = 0;
  for (const tick of x.scale.ticks) {
    if (!isOn(x.scale, tick.at)) continue;
    const column = columnOf(frame, tick.at);
    grid.put(left + column, foot, "┬", "muted");
    const room =
      x.scale.kind === "band" ? Math.max(1, Math.floor(columns / x.scale.ticks.length) - 1) : widestLabel;
    const words = clip(tick.label, room);
    const half = Math.floor(displayWidth(words) / 2);
    const start = Math.max(0, Math.min(left + column - half, left + columns - displayWidth(words)));
    if (start < free) continue;
    grid.write(start, foot + 1, words, null);
    free = start + displayWidth(words) + 1;
  }
}

function drawRuleLabels(frame: Frame, panel: XyPanel, top: number): void {
  const { grid, left, columns, rows } = frame;
  let free = Infinity;
  for (const { at, label, tone } of acrossLabels(panel)) {
    const row = Math.min(rowOf(frame, at), free);
    free = row - 1;
    grid.write(left + columns + 1, top + row, clip(label, grid.columns - left - columns - 1), tone);
  }
  if (rows <= 0) return;
  for (const [i, { at, label, tone }] of rules(panel, "x")
    .filter(({ label: one }) => one !== "")
    .slice(0, 8)
    .entries()) {
    const column = columnOf(frame, at);
    const words = clip(label, columns);
    const start = Math.min(left + column + 1, left + columns - displayWidth(words));
    for (let row = i; row < top; row++) grid.putUnder(left + column, row, "┊", tone);
    grid.write(start, i, words, tone === "faint" ? "muted" : tone);
  }
}

function drawMarks(frame: Frame, marks: readonly Mark[]): void {
  for (const mark of marks) {
    switch (mark.kind) {
      case "cells":
        shade(frame, mark);
        break;
      case "bar":
        if (frame.y.kind === "band") drawBar(frame, mark);
        else drawColumn(frame, mark);
        break;
      case "rule":
        drawRule(frame, mark);
        break;
      case "line":
        drawLine(frame, mark);
        break;
      case "points":
        drawPoints(frame, mark);
        break;
      case "area":
        break;
      default:
        mark satisfies never;
    }
  }
}

const shades = ["█", "▓", "▒", "░", "·"] as const;

function shade({ grid, columns, rows }: Frame, cells: CellsMark): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = Math.floor((1 - (row + 0.5) / rows) * cells.rows);
      const value =
        cells.values[from * cells.columns + Math.floor(((column + 0.5) / columns) * cells.columns)]!;
      if (Number.isNaN(value)) continue;
      grid.put(column, row, shades[Math.min(4, Math.floor(value * 5))]!, value);
    }
  }
  for (const [i, label] of (cells.labels ?? []).entries()) {
    const words = clip(label, Math.floor(columns / cells.columns));
    const middle = (((i % cells.columns) + 0.5) / cells.columns) * columns;
    const row = Math.floor((1 - (Math.floor(i / cells.columns) + 0.5) / cells.rows) * rows);
    grid.write(Math.max(0, Math.round(middle - displayWidth(words) / 2)), row, ` ${words} `, null);
  }
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;
const heights = ["", "▁", "▂", "▃", "▄", "▅", "▆", "▇"] as const;

/** A bar across on the line of its category. */
function drawBar(frame: Frame, { x0, x1, y0, y1, tone, label, trial }: BarMark): void {
  const { grid, columns, x } = frame;
  const row = rowOf(frame, (y0 + y1) / 2);
  const [from, to] = [place(x, x0) * columns, place(x, x1) * columns];
  const first = Math.max(0, Math.floor(from));
  const last = Math.min(columns, Math.floor(to));
  for (let column = first; column < last; column++) grid.put(column, row, "█", tone);
  // Attempts that follow one another can be distinguished.
  if (trial !== undefined && last - first > 1) grid.put(last - 1, row, "▌", tone);
  const part = eighths[Math.floor((to - last) * 8)] ?? "";
  if (part !== "" && trial === undefined) grid.put(last, row, part, tone);
  if (last === first && part === "") grid.putUnder(first, row, "▏", tone);
  if (label === undefined || trial !== undefined) return;
  const words = clip(label, columns - last - 2);
  grid.write(last + 2, row, words, null);
}

/** A bar upright. */
function drawColumn(frame: Frame, { x0, x1, y1, tone }: BarMark): void {
  const { grid, columns, rows, x, y } = frame;
  const first = Math.max(0, Math.round(place(x, x0) * columns));
  const last = Math.min(columns, Math.max(first + 1, Math.round(place(x, x1) * columns) - 1));
  const height = Math.max(0, place(y, y1)) * rows;
  for (let column = first; column < last; column++) {
    for (let row = 0; row < Math.floor(height); row++) grid.put(column, rows - 1 - row, "█", tone);
    const part = heights[Math.floor((height % 1) * 8)] ?? "";
    if (part !== "") grid.put(column, rows - 1 - Math.floor(height), part, tone);
    if (height < 0.125) grid.put(column, rows - 1, "▁", "faint");
  }
}

function drawRule(frame: Frame, { axis, at, tone }: RuleMark): void {
  if (!isOn(axis === "x" ? frame.x : frame.y, at)) return;
  const { grid, columns, rows } = frame;
  if (axis === "y")
    for (let column = 0; column < columns; column++) grid.putUnder(column, rowOf(frame, at), "╌", tone);
  else for (let row = 0; row < rows; row++) grid.putUnder(columnOf(frame, at), row, "┊", tone);
}

type LineOf = Extract<Mark, { kind: "line" }>;
type PointsOf = Extract<Mark, { kind: "points" }>;

function dotAt({ columns, rows, x, y }: Frame, at: number, value: number): readonly [number, number] {
  const [across, up] = [place(x, at), place(y, value)];
  const bounded = Math.min(3, Math.max(-2, up));
  return [Math.round(across * (columns * 2 - 1)), Math.round((1 - bounded) * (rows * 4 - 1))];
}

function drawLine(frame: Frame, { xs, ys, tone, look }: LineOf): void {
  let last: readonly [number, number] | null = null;
  const ink = look === "faded" && typeof tone !== "number" && tone !== "bad" ? "muted" : tone;
  for (let i = 0; i < xs.length; i++) {
    if (!Number.isFinite(ys[i]!)) {
      last = null;
      continue;
    }
    const next = dotAt(frame, xs[i]!, ys[i]!);
    frame.grid.line(...(last ?? next), ...next, ink);
    last = next;
  }
}

const shapes = { dot: "●", ring: "○", cross: "×", small: "" } as const;

function drawPoints(frame: Frame, { xs, ys, tone, tones, shape }: PointsOf): void {
  for (let i = 0; i < xs.length; i++) {
    if (!Number.isFinite(ys[i]!) || !isOn(frame.x, xs[i]!) || !isOn(frame.y, ys[i]!)) continue;
    const ink = tones?.[i] ?? tone;
    if (shape === "small" || xs.length > 400) frame.grid.dot(...dotAt(frame, xs[i]!, ys[i]!), ink);
    else frame.grid.put(columnOf(frame, xs[i]!), rowOf(frame, ys[i]!), shapes[shape], ink);
  }
}
