/**
 * The plot model: what a plot shows, apart from where it is drawn. Pure data, so that a terminal, an SVG file and a browser
 * page draw the same plot. Coordinates are those of the data; `place` (scales.ts) turns them into shares of an axis.
 */

/** A colour by its meaning, or a place from 0 (best) to 1 (worst) on the ramp for values. */
export type Tone = "main" | "second" | "good" | "bad" | "warn" | "ink" | "muted" | "faint" | number;

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** `band`: categories at 0, 1, 2, ... with their names as ticks; its ends are -0.5 and n - 0.5. */
export interface Scale {
  readonly kind: "linear" | "log" | "band";
  /** The ends of the axis, `low` < `high`; above 0 on a log scale. */
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly Tick[];
}

export interface Axis {
  /** Empty: the axis needs no words. */
  readonly label: string;
  readonly scale: Scale;
}

/** A polyline; NaN in `ys` breaks it. */
export interface LineMark {
  readonly kind: "line";
  readonly xs: ArrayLike<number>;
  readonly ys: ArrayLike<number>;
  readonly tone: Tone;
  readonly look: "strong" | "plain" | "faded" | "dashed";
  /** For the hover: the trial it belongs to, or what it is. */
  readonly trial?: number;
  readonly name?: string;
}

export interface PointsMark {
  readonly kind: "points";
  readonly xs: ArrayLike<number>;
  readonly ys: ArrayLike<number>;
  readonly tone: Tone;
  /** One for each point, in place of `tone`. */
  readonly tones?: readonly Tone[];
  readonly shape: "dot" | "small" | "ring" | "cross";
  readonly trials?: ArrayLike<number>;
}

/** A line across the whole panel at one value of an axis. */
export interface RuleMark {
  readonly kind: "rule";
  readonly axis: "x" | "y";
  readonly at: number;
  readonly tone: Tone;
  /** Written at the line; empty: nothing. */
  readonly label: string;
}

/** A box. */
export interface BarMark {
  readonly kind: "bar";
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
  readonly tone: Tone;
  /** Written after the end of the bar, or in it where there is room. */
  readonly label?: string;
  /** Written above the bar. */
  readonly above?: string;
  readonly trial?: number;
}

/** The area between two lines. */
export interface AreaMark {
  readonly kind: "area";
  readonly xs: ArrayLike<number>;
  readonly lows: ArrayLike<number>;
  readonly highs: ArrayLike<number>;
  readonly tone: Tone;
}

/** A grid over the whole panel, row 0 lowest; NaN: nothing there. Values are places on the ramp. */
export interface CellsMark {
  readonly kind: "cells";
  readonly columns: number;
  readonly rows: number;
  /** [rows × columns], row by row. */
  readonly values: ArrayLike<number>;
  /** Written in the cells, as many as `values`. */
  readonly labels?: readonly string[];
}

export type Mark = LineMark | PointsMark | RuleMark | BarMark | AreaMark | CellsMark;

export interface XyPanel {
  readonly kind: "xy";
  /** Empty where the plot has one panel. */
  readonly title: string;
  /** Takes a row of its own where there are several. */
  readonly wide?: boolean;
  readonly x: Axis;
  readonly y: Axis;
  /** In the order in which they are painted. */
  readonly marks: readonly Mark[];
  /** What lies beyond the axes: "3 trials outside"; empty: nothing does. */
  readonly outside: string;
}

/** One line for each trial across several upright axes. */
export interface ParallelPanel {
  readonly kind: "parallel";
  readonly title: string;
  readonly axes: readonly Axis[];
  readonly lines: readonly ParallelLine[];
  readonly outside: string;
}

export interface ParallelLine {
  readonly trial: number;
  /** A value of each axis; NaN where the trial has none, which breaks the line. */
  readonly values: readonly number[];
  readonly tone: Tone;
  readonly look: "strong" | "plain" | "faded";
}

export type Panel = XyPanel | ParallelPanel;

export interface LegendEntry {
  readonly label: string;
  readonly tone: Tone;
  readonly mark: "line" | "dashed" | "dot" | "ring" | "cross" | "bar" | "ramp";
}

export type Cell = string | number | null;

/** The same data to read, to copy and for screen readers. */
export interface PlotTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export const plotKinds = [
  "history",
  "curves",
  "importance",
  "parallel",
  "slice",
  "contour",
  "forecast",
  "timeline",
  "lr",
  "failures",
  "edf",
  "pareto",
] as const;
export type PlotKind = (typeof plotKinds)[number];

export interface Plot {
  readonly kind: PlotKind;
  readonly heading: string;
  /** One sentence that says what it shows; where there is nothing to show, why, and no panels. */
  readonly sentence: string;
  readonly panels: readonly Panel[];
  /** Colours stand for this, from 0 to 1 of the ramp; absent: nothing is on the ramp. */
  readonly ramp?: { readonly label: string; readonly best: string; readonly worst: string };
  readonly legend: readonly LegendEntry[];
  readonly table: PlotTable;
}

/** A plot that has nothing to show, and says why. */
export function emptyPlot(kind: PlotKind, heading: string, sentence: string): Plot {
  return { kind, heading, sentence, panels: [], legend: [], table: { columns: [], rows: [] } };
}
