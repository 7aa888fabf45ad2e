import type { LegendEntry, Panel, Plot, XyPanel } from "../plot.ts";
import { axes, clipped, footOf, labelWidth, type Box } from "./box.ts";
import { drawMarks } from "./marks.ts";
import { clipTo, escape, fill, round, segment, stroke, text, textWidth, wrap, type Pen } from "./markup.ts";
import { drawParallel } from "./parallel.ts";
import { drawRules, roomAbove, roomBeside } from "./rules.ts";
import { light, rampSteps, type Theme } from "./theme.ts";

export interface SvgOptions {
  /** Pixels; default 860, at least 320. */
  readonly width?: number;
  readonly theme?: Theme;
  /** The heading, the sentence and the legend stand in the picture (default), or are written around it. */
  readonly words?: boolean;
  /** Unique among the pictures of one page. Default: the plot's kind. */
  readonly id?: string;
  /** Lines and points are left to the code that shows the picture. Default: false. */
  readonly unpainted?: boolean;
}

const edge = 18;

/** A panel and where its marks lie in the picture, in pixels. */
export interface PlacedPanel {
  readonly panel: Panel;
  readonly box: Box;
}

export interface Picture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  readonly panels: readonly PlacedPanel[];
}

/** A plot as an SVG document. Elements have classes by tone (`f-main`, `s-r3`), so a page can give them its own colours. */
export function renderSvg(plot: Plot, options: SvgOptions = {}): string {
  return renderPicture(plot, options).svg;
}

/** As `renderSvg`, with what a page needs to paint and to point at marks itself. */
export function renderPicture(plot: Plot, options: SvgOptions = {}): Picture {
  const { theme = light, words = true, id = `plot-${plot.kind}` } = options;
  const width = Math.max(320, options.width ?? 860);
  const pen: Pen = { theme, id };
  const head = words ? headOf(pen, plot, width) : { body: [], height: 8 };
  const legend = legendOf(pen, plot, width, head.height);
  const placed = placePanels(plot.panels, width, head.height + legend.height);
  const height = Math.ceil(placed.bottom);
  const label = `<title>${escape(plot.heading)}</title><desc>${escape(plot.sentence)}</desc>`;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, 'DejaVu Sans', 'Liberation Sans', Arial, sans-serif" font-size="12">`,
    label,
    // A page paints marks of its own below or above, on its own ground.
    options.unpainted === true
      ? ""
      : `<rect width="${width}" height="${height}" class="f-back" fill="${theme.background}"/>`,
    ...head.body,
    ...legend.body,
    ...placed.panels.map((one, i) =>
      drawPanel({ ...pen, id: `${id}-${i}` }, one, options.unpainted ?? false),
    ),
    "</svg>",
    "",
  ].join("\n");
  return { svg, width, height, panels: placed.panels };
}

interface Part {
  readonly body: readonly string[];
  readonly height: number;
}

function headOf(pen: Pen, { heading, sentence }: Plot, width: number): Part {
  const room = width - 2 * edge;
  const lines = wrap(sentence, room, 12.5, 4);
  return {
    body: [
      text(pen, edge, 30, clipTo(heading, room, 17), { size: 17, bold: true }),
      ...lines.map((line, i) => text(pen, edge, 52 + 17 * i, line, { size: 12.5, tone: "muted" })),
    ],
    height: 56 + 17 * lines.length,
  };
}

const swatch = 20;

function legendOf(pen: Pen, { legend, ramp }: Plot, width: number, top: number): Part {
  if (legend.length === 0 && ramp === undefined) return { body: [], height: 0 };
  let [x, y] = [edge, top + 8];
  const body = legend.map((entry) => {
    const needs = swatch + 6 + textWidth(entry.label) + 18;
    if (x > edge && x + needs > width - edge) [x, y] = [edge, y + 20];
    const drawn = sample(pen, entry, x, y) + text(pen, x + swatch + 6, y + 4, entry.label);
    x += needs;
    return drawn;
  });
  if (ramp !== undefined) {
    const words = textWidth(`${ramp.label}: ${ramp.best}`) + textWidth(ramp.worst);
    if (x > edge && x + words + rampSteps * 12 + 20 > width - edge) [x, y] = [edge, y + 20];
    body.push(rampOf(pen, ramp, x, y));
  }
  return { body, height: y - top + 18 };
}

function sample(pen: Pen, { tone, mark }: LegendEntry, x: number, y: number): string {
  const middle = x + swatch / 2;
  switch (mark) {
    case "line":
      return segment(pen, [x, y], [x + swatch, y], tone, ' stroke-width="2.4"');
    case "dashed":
      return segment(pen, [x, y], [x + swatch, y], tone, ' stroke-width="1.5" stroke-dasharray="5 4"');
    case "dot":
      return `<circle cx="${middle}" cy="${y}" r="3.6" ${fill(pen, tone)}/>`;
    case "ring":
      return `<circle cx="${middle}" cy="${y}" r="3.2" fill="none" stroke-width="1.3" ${stroke(pen, tone)}/>`;
    case "cross":
      return `<path d="M${middle - 3} ${y - 3}l6 6m0 -6l-6 6" stroke-width="1.5" ${stroke(pen, tone)}/>`;
    case "bar":
    case "ramp":
      return `<rect x="${x + 4}" y="${y - 5}" width="${swatch - 8}" height="10" ${fill(pen, tone)}/>`;
    default:
      return mark satisfies never;
  }
}

function rampOf(pen: Pen, { label, best, worst }: NonNullable<Plot["ramp"]>, x: number, y: number): string {
  const from = x + textWidth(`${label}: ${best}`) + 10;
  const boxes = Array.from(
    { length: rampSteps },
    (_, i) =>
      `<rect x="${round(from + i * 12)}" y="${y - 5}" width="12.5" height="10" ${fill(pen, i / (rampSteps - 1))}/>`,
  );
  return [
    text(pen, x, y + 4, `${label}: ${best}`),
    ...boxes,
    text(pen, from + rampSteps * 12 + 6, y + 4, worst),
  ].join("");
}

interface Placed extends PlacedPanel {
  readonly outer: Box;
}

/** One panel takes the whole width; several stand in two or three columns, wide ones in a row of their own. */
function placePanels(
  panels: readonly Panel[],
  width: number,
  top: number,
): { panels: readonly Placed[]; bottom: number } {
  const narrow = panels.filter((panel) => !isWide(panel)).length;
  const fits = Math.max(1, Math.floor(width / 270));
  const columns = Math.min(fits, narrow <= 1 ? 1 : narrow <= 4 ? 2 : 3);
  const cell = (width - edge) / columns;
  const single = Math.min(440, Math.max(260, width * 0.5));
  const usual = columns === 1 ? single : Math.max(220, cell * 0.72);
  let [column, y, next] = [0, top, top];
  const placed = panels.map((panel): Placed => {
    const wide = isWide(panel) || columns === 1;
    if (wide || column === columns) [column, y] = [0, next];
    const left = wide ? 0 : column * cell;
    const height = wide ? ownHeight(panel, single) : usual;
    next = y + height + (wide ? 6 : 0);
    column = wide ? columns : column + 1;
    const outer = { left, right: wide ? width - edge : left + cell, top: y, bottom: y + height };
    return { panel, outer, box: boxOf(panel, outer) };
  });
  return { panels: placed, bottom: next + 10 };
}

function isWide(panel: Panel): boolean {
  return panel.kind === "parallel" || panel.wide === true;
}

/** Bars on a band need no more than some pixels each, and no less. */
function ownHeight(panel: Panel, usual: number): number {
  if (panel.kind !== "xy" || panel.y.scale.kind !== "band" || panel.x.scale.kind === "band") return usual;
  const isBars = panel.marks.every(({ kind }) => kind === "bar");
  return isBars ? Math.min(1600, 70 + 26 * panel.y.scale.ticks.length) : usual;
}

function titleHeight({ title }: Panel): number {
  return title === "" ? 0 : 20;
}

function boxOf(panel: Panel, outer: Box): Box {
  const title = titleHeight(panel);
  if (panel.kind === "xy") return xyBox(panel, outer, title);
  return {
    left: outer.left + edge + 4,
    right: outer.right - 34,
    top: outer.top + title + 40,
    bottom: outer.bottom - 26,
  };
}

function drawPanel(pen: Pen, { panel, outer, box }: Placed, unpainted: boolean): string {
  const words = panelWords(pen, panel, outer);
  if (panel.kind === "parallel")
    return [...words, drawParallel(pen, box, unpainted ? { ...panel, lines: [] } : panel)].join("\n");
  const marks = panel.marks.filter(({ kind }) => !(unpainted && (kind === "line" || kind === "points")));
  const body = drawMarks(pen, box, { ...panel, marks });
  return [
    ...axes(pen, box, panel.x, panel.y),
    drawRules(pen, box, panel),
    clipped(pen, "area", box, body),
    ...words,
  ].join("\n");
}

function panelWords(pen: Pen, panel: Panel, outer: Box): readonly string[] {
  const { title, outside } = panel;
  const room = outer.right - outer.left - edge;
  return [
    ...(title === ""
      ? []
      : [text(pen, outer.left + edge, outer.top + 15, clipTo(title, room), { bold: true })]),
    ...(outside === ""
      ? []
      : [text(pen, outer.right - 2, outer.bottom - 2, outside, { anchor: "end", size: 11, tone: "warn" })]),
  ];
}

function xyBox(panel: XyPanel, outer: Box, title: number): Box {
  const { x, y } = panel;
  const left = outer.left + edge + labelWidth(y.scale, 150) + (y.label === "" ? 6 : 22);
  const right = outer.right - 8 - roomBeside(panel);
  const foot = footOf(x.scale, right - left) + (x.label === "" ? 4 : 22) + (panel.outside === "" ? 0 : 12);
  const flat = { left, right, top: outer.top, bottom: outer.bottom };
  return { left, right, top: outer.top + title + 12 + roomAbove(flat, panel), bottom: outer.bottom - foot };
}
