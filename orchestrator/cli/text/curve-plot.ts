import asciichart from "asciichart";
import { digits } from "../../views/numbers.ts";
import type { Colors } from "../io.ts";
import { plotScale } from "./plot-scale.ts";

/** A number for every epoch from 1; `null`: reported, but not a finite number; `undefined`: not reported. */
export interface PlotSeries {
  readonly name: string;
  readonly values: readonly (number | null | undefined)[];
}

export interface PlotOptions {
  readonly columns: number;
  readonly colors: Colors;
  /** What the curve counts. */
  readonly unit: "epoch" | "step";
  /** Marked under the axis. */
  readonly bestEpoch: number | null;
}

const height = 10;
const widest = 84;
const widestEpoch = 8;
const solid = ["┼", "┤", "─", "─", "─", "╰", "╭", "╮", "╯", "│"];
const dotted = ["┼", "┤", "·", "·", "·", "·", "·", "·", "·", ":"];

/** Training and validation loss by epoch: `main` as a line, `second` dotted where the line is not. */
export function curvePlot(main: PlotSeries, second: PlotSeries | null, options: PlotOptions): string[] {
  const all = [main, ...(second === null ? [] : [second])];
  const finite = all.flatMap(({ values }) => values.filter((value) => typeof value === "number"));
  if (finite.length === 0) return [`no ${options.unit} has a finite ${main.name}`];
  const scale = plotScale(finite, height);
  const labels = Array.from({ length: height }, (_, row) => digits(scale.valueAt(height - 1 - row)));
  const gutter = labels.reduce((most, label) => Math.max(most, label.length), 0);
  const room = Math.min(options.columns, widest) - gutter - 2;
  const epochs = all.reduce((most, { values }) => Math.max(most, values.length), 0);
  const layout = layoutOf(epochs, Math.max(10, room));

  const rows = ({ values }: PlotSeries): Places =>
    layout.spread(values).map((value) => (typeof value === "number" ? scale.rowOf(value) : value));
  const top = draw(rows(main), solid);
  const under = second === null ? null : draw(rows(second), dotted);
  const lines = labels.map((label, row) => {
    const body = overlay(top[row]!, under?.[row], options.colors);
    return `${label.padStart(gutter)} ┤${body}`.trimEnd();
  });
  return [...lines, ...axis(gutter, layout, options), legend(main, second, scale.log, layout, options)];
}

type Places = readonly (number | null | undefined)[];

interface Layout {
  readonly epochs: number;
  /** Places of one epoch, and epochs of one place; one of the two is 1. */
  readonly places: number;
  readonly bundle: number;
  spread(values: Places): Places;
}

function layoutOf(epochs: number, room: number): Layout {
  const places = Math.min(widestEpoch, Math.max(1, Math.floor(room / epochs)));
  const bundle = Math.ceil(epochs / room);
  return {
    epochs,
    places,
    bundle,
    spread: (values) => {
      const bundles = Array.from({ length: Math.ceil(values.length / bundle) }, (_, i) =>
        bundleValue(values.slice(i * bundle, (i + 1) * bundle)),
      );
      return bundles.flatMap((value) => Array.from({ length: places }, () => value));
    },
  };
}

/** The mean; what is not finite would vanish in a mean, so it is shown instead. */
function bundleValue(values: Places): number | null | undefined {
  if (values.includes(null)) return null;
  const known = values.filter((value) => typeof value === "number");
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** The picture of one series, top row first: a line through every run of numbers, × over what is not finite. */
function draw(places: Places, symbols: readonly string[]): string[][] {
  const grid = Array.from({ length: height }, () => Array.from({ length: places.length }, () => " "));
  for (const { start, rows } of runs(places)) {
    const picture = asciichart.plot([...rows, rows.at(-1)!], {
      min: 0,
      max: height - 1,
      height: height - 1,
      offset: 2,
      symbols,
      format: () => " ",
    });
    for (const [row, line] of picture.split("\n").entries()) {
      for (const [i, character] of Array.from(line)
        .slice(2, 2 + rows.length)
        .entries())
        grid[row]![start + i] = character;
    }
  }
  for (const [place, value] of places.entries()) if (value === null) grid[0]![place] = "×";
  return grid;
}

function runs(places: Places): { readonly start: number; readonly rows: number[] }[] {
  const found: { readonly start: number; readonly rows: number[] }[] = [];
  let open = false;
  for (const [place, row] of places.entries()) {
    if (typeof row === "number" && open) found.at(-1)!.rows.push(row);
    else if (typeof row === "number") found.push({ start: place, rows: [row] });
    open = typeof row === "number";
  }
  return found;
}

function overlay(main: readonly string[], under: readonly string[] | undefined, colors: Colors): string {
  const length = Math.max(main.length, under?.length ?? 0);
  let body = "";
  for (let place = 0; place < length; place++) {
    const over = main[place] ?? " ";
    body += over === " " ? colors.yellow(under?.[place] ?? " ") : colors.cyan(over);
  }
  return body;
}

/** The epochs under the plot: 1 and the last, and a mark at the best one. */
function axis(
  gutter: number,
  { epochs, places, bundle }: Layout,
  { bestEpoch, unit }: PlotOptions,
): string[] {
  const width = Math.ceil(epochs / bundle) * places;
  const left = " ".repeat(gutter + 2);
  const first = `${unit} 1`;
  const last = String(epochs).padStart(Math.max(width - first.length, String(epochs).length + 1));
  const lines = [
    `${" ".repeat(gutter)} └${"─".repeat(width)}`,
    epochs > 1 ? `${left}${first}${last}` : `${left}${first}`,
  ];
  if (bestEpoch === null || bestEpoch > epochs) return lines;
  const place = Math.floor((bestEpoch - 1) / bundle) * places + Math.floor((places - 1) / 2);
  const label = `best: ${unit} ${bestEpoch}`;
  const onTheLeft = place > label.length;
  const mark = onTheLeft ? `${label} ▲`.padStart(place + 1) : `${" ".repeat(place)}▲ ${label}`;
  return [...lines, `${left}${mark}`];
}

function legend(
  main: PlotSeries,
  second: PlotSeries | null,
  log: boolean,
  { bundle }: Layout,
  { colors, unit }: PlotOptions,
): string {
  const series = [main, ...(second === null ? [] : [second])];
  const parts = [`${colors.cyan("──")} ${main.name}`];
  if (second !== null) parts.push(`${colors.yellow("··")} ${second.name}`);
  if (series.some(({ values }) => values.includes(null))) parts.push("× not a finite number");
  if (log) parts.push("log scale");
  if (bundle > 1) parts.push(`a place is ${bundle} ${unit}s (mean)`);
  return parts.join("   ");
}
