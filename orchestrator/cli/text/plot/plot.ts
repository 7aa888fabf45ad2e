import type { LegendEntry, Panel, Plot } from "../../../views/plots/plot.ts";
import { clip, displayWidth, printable } from "../../../views/text-width.ts";
import type { Colors } from "../../io.ts";
import { fold } from "../fold.ts";
import { painted } from "./grid.ts";
import { drawParallelPanel } from "./parallel.ts";
import { drawXyPanel } from "./panel.ts";

export interface PlotStyle {
  /** Width of the terminal; Infinity for a pipe. */
  readonly columns: number;
  readonly colors: Colors;
}

const widest = 110;
const rows = 18;
const smallRows = 11;
const leastPanel = 36;

/** A plot in characters: heading, sentence, panels, and what the colours mean. */
export function plotText(plot: Plot, { columns, colors }: PlotStyle): string {
  const width = Math.max(40, Math.min(columns, widest));
  const head = [
    colors.bold(clip(printable(plot.heading), width)),
    ...fold(printable(plot.sentence), width).map(colors.dim),
  ];
  if (plot.panels.length === 0) return head.join("\n");
  const notes = [...new Set(plot.panels.map(({ outside }) => outside))].filter((one) => one !== "");
  return [
    ...head,
    "",
    ...panelLines(plot.panels, width, colors),
    ...legendLines(plot, width, colors),
    ...notes.map((one) => colors.yellow(one)),
  ].join("\n");
}

/** Panels in rows of as many as fit. */
function panelLines(panels: readonly Panel[], width: number, colors: Colors): string[] {
  const narrow = panels.filter((panel) => !isWide(panel)).length;
  const fits = narrow <= 1 ? 1 : Math.max(1, Math.min(3, Math.floor(width / leastPanel)));
  const room = Math.floor((width - 2 * (fits - 1)) / fits);
  const lines: string[] = [];
  let row: (readonly string[])[] = [];
  const flush = (): void => {
    lines.push(...besides(row, room + 2), ...(row.length > 0 ? [""] : []));
    row = [];
  };
  for (const panel of panels) {
    if (isWide(panel) || fits === 1) {
      flush();
      row.push(onePanel(panel, width, narrow > 1 && !isWide(panel) ? smallRows : rows, colors));
      flush();
    } else {
      row.push(onePanel(panel, room, smallRows, colors));
      if (row.length === fits) flush();
    }
  }
  flush();
  return lines;
}

function isWide(panel: Panel): boolean {
  return panel.kind === "parallel" || panel.wide === true;
}

function onePanel(panel: Panel, width: number, height: number, colors: Colors): readonly string[] {
  const title = panel.title === "" ? [] : [colors.bold(clip(printable(panel.title), width))];
  if (panel.kind === "parallel") return [...title, ...drawParallelPanel(panel, width, height).lines(colors)];
  const bands = panel.y.scale.kind === "band" ? panel.y.scale.ticks.length : 0;
  const lines = drawXyPanel(panel, width, bands > 0 ? Math.min(60, bands + 2) : height).lines(colors);
  const names = [
    panel.y.label === "" ? "" : `↑ ${panel.y.label}`,
    panel.x.label === "" ? "" : `→ ${panel.x.label}`,
  ];
  const named = names.filter((name) => name !== "").join("   ");
  return [...title, ...lines, ...(named === "" ? [] : [colors.dim(clip(printable(named), width))])];
}

/** Blocks of lines side by side, each `width` places wide. */
function besides(blocks: readonly (readonly string[])[], width: number): string[] {
  const height = blocks.reduce((most, { length }) => Math.max(most, length), 0);
  return Array.from({ length: height }, (_, i) =>
    blocks
      .map((lines) => padded(lines[i] ?? "", width))
      .join("")
      .trimEnd(),
  );
}

// Colours take no place.
const escapes = new RegExp(`${String.fromCodePoint(27)}\\[[0-9;]*m`, "g");

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text.replace(escapes, ""))));
}

const samples = { line: "──", dashed: "╌╌", dot: "●", ring: "○", cross: "×", bar: "█", ramp: "█" } as const;

function legendLines({ legend, ramp }: Plot, width: number, colors: Colors): string[] {
  const entry = ({ label, tone, mark }: LegendEntry): string =>
    `${painted(samples[mark], tone, colors)} ${printable(label)}`;
  const parts = legend.map(entry);
  if (ramp !== undefined) {
    const steps = [0, 0.25, 0.55, 0.9].map((tone, i) => painted(["█", "▓", "▒", "░"][i]!, tone, colors));
    parts.push(`${ramp.label}: ${ramp.best} ${steps.join("")} ${ramp.worst}`);
  }
  const lines: string[] = [];
  let line = "";
  for (const part of parts) {
    const longer = line === "" ? part : `${line}   ${part}`;
    if (line !== "" && displayWidth(longer.replace(escapes, "")) > width) {
      lines.push(line);
      line = part;
    } else line = longer;
  }
  return line === "" ? lines : [...lines, line];
}
