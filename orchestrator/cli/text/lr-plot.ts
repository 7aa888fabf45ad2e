import asciichart from "asciichart";
import { ceilingOf, type RangeAnalysis } from "../../../search/lr-range/analyse.ts";
import type { SmoothedPoint } from "../../../search/lr-range/curve.ts";
import { digits } from "../../views/numbers.ts";
import { plotScale } from "./plot-scale.ts";

/** A learning rate to point at under the axis. */
export interface RateMark {
  readonly letter: string;
  readonly rate: number;
}

const height = 12;
const widest = 90;

/**
 * The averaged loss over the learning rate, which rises by the same factor from column to column; powers of ten are
 * named under the axis, and below them stand the marks. An explosion leaves the picture at the top.
 */
export function rangePlot(analysis: RangeAnalysis, marks: readonly RateMark[], columns: number): string[] {
  const ceiling = ceilingOf(analysis);
  const drawn = analysis.points
    .filter(({ smoothed }) => Number.isFinite(smoothed))
    .map((point) => ({ ...point, smoothed: Math.min(point.smoothed, ceiling) }));
  if (drawn.length < 2) return ["there is no curve to draw: the loss is not a finite number"];
  const scale = plotScale(
    drawn.map(({ smoothed }) => smoothed),
    height,
  );
  const labels = Array.from({ length: height }, (_, row) => digits(scale.valueAt(row)));
  const gutter = Math.max(...labels.map(({ length }) => length));
  const width = Math.max(20, Math.min(columns, widest) - gutter - 3);
  const picture = asciichart.plot(
    Array.from({ length: width }, (_, column) => scale.rowOf(lossAt(drawn, column / (width - 1)))),
    {
      min: 0,
      max: height - 1,
      height: height - 1,
      format: (row) => (labels[Math.round(row)] ?? "").padStart(gutter),
    },
  );
  const axis = new RateAxis(drawn[0]!.rate, drawn.at(-1)!.rate, width);
  const indent = " ".repeat(gutter + 2);
  return [
    ...picture.split("\n").map((line) => line.trimEnd()),
    ...[axis.line(), axis.labels(), axis.marks(marks)].map((line) => `${indent}${line}`.trimEnd()),
    `${indent}averaged training loss${scale.log ? " (log scale)" : ""} over learning rate`,
  ].filter((line) => line.trim() !== "");
}

/** The averaged loss at a place along the curve, 0 to 1. */
function lossAt(points: readonly SmoothedPoint[], share: number): number {
  const place = share * (points.length - 1);
  const left = points[Math.floor(place)]!.smoothed;
  const right = points[Math.ceil(place)]!.smoothed;
  return left + (right - left) * (place - Math.floor(place));
}

/** Columns of a logarithmic axis. */
class RateAxis {
  private readonly from: number;
  private readonly to: number;
  private readonly width: number;

  constructor(from: number, to: number, width: number) {
    this.from = Math.log10(from);
    this.to = Math.log10(to);
    this.width = width;
  }

  line(): string {
    const cells = this.blank("─");
    for (const { column } of this.decades()) cells[column] = "┬";
    return cells.join("");
  }

  labels(): string {
    const cells = this.blank(" ");
    for (const { column, exponent } of this.decades()) write(cells, column, `1e${exponent}`);
    return cells.join("");
  }

  /** Marks that share a column stand side by side. */
  marks(marks: readonly RateMark[]): string {
    const cells = this.blank(" ");
    for (const { letter, rate } of [...marks].sort((a, b) => a.rate - b.rate)) {
      let column = Math.max(0, this.column(Math.log10(rate)));
      while (cells[column] !== undefined && cells[column] !== " ") column++;
      cells[column] = letter;
    }
    return cells.join("");
  }

  private decades(): readonly { readonly exponent: number; readonly column: number }[] {
    const first = Math.ceil(this.from - 1e-9);
    const count = Math.max(0, Math.floor(this.to + 1e-9) - first + 1);
    return Array.from({ length: count }, (_, i) => ({
      exponent: first + i,
      column: this.column(first + i),
    }));
  }

  private column(exponent: number): number {
    return Math.round(((exponent - this.from) / (this.to - this.from)) * (this.width - 1));
  }

  private blank(fill: string): string[] {
    return Array.from({ length: this.width }, () => fill);
  }
}

/** Writes a label beginning at a column, or ending with the axis, unless it would run into an earlier one. */
function write(cells: string[], column: number, text: string): void {
  const start = Math.min(column, cells.length - text.length);
  if (start > 0 && cells[start - 1] !== " ") return;
  for (const [i, character] of Array.from(text).entries()) cells[start + i] = character;
}
