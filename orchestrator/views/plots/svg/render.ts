import type { Panel, Plot, XyPanel } from "../plot.ts";
import { axes, clipped, footOf, labelRoom, labelWidth, type Box } from "./box.ts";
import { legendOf, type Part } from "./legend.ts";
import { drawMarks } from "./marks.ts";
import { clipMiddle, escape, fontSize, text, textWidth, wrap, type Pen } from "./markup.ts";
import { drawParallel, nameRoom } from "./parallel.ts";
import { drawRules, roomAbove, roomBeside } from "./rules.ts";
import { light, type Theme } from "./theme.ts";

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
  const legend = legendOf(pen, plot, { left: edge, width, top: head.height });
  const placed = placePanels(plot.panels, width, head.height + legend.height);
  const height = Math.ceil(placed.bottom);
  // A page has heading and sentence above the picture; a title in it would follow the pointer everywhere.
  const [name, label] =
    options.unpainted === true
      ? [` aria-label="${escape(plot.heading)}"`, ""]
      : ["", `<title>${escape(plot.heading)}</title><desc>${escape(plot.sentence)}</desc>`];
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img"${name} font-family="system-ui, 'DejaVu Sans', 'Liberation Sans', Arial, sans-serif" font-size="12">`,
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

function headOf(pen: Pen, { heading, sentence }: Plot, width: number): Part {
  const room = width - 2 * edge;
  const title = wrap(heading, room, 17, 2);
  const lines = wrap(sentence, room, 12.5, 4);
  const more = 22 * (title.length - 1);
  return {
    body: [
      ...title.map((line, i) => text(pen, edge, 30 + 22 * i, line, { size: 17, bold: true })),
      ...lines.map((line, i) => text(pen, edge, 52 + more + 17 * i, line, { size: 12.5, tone: "muted" })),
    ],
    height: 56 + more + 17 * lines.length,
  };
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
    const height = wide ? ownHeight(panel, single, width) : usual;
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

/** Bars on a band need no more than some pixels each, and no less; many rows of names take nothing from the axes below. */
function ownHeight(panel: Panel, usual: number, width: number): number {
  if (panel.kind === "parallel")
    return usual + Math.max(0, nameRoom(panel, parallelEnds({ left: 0, right: width - edge })) - 30);
  if (panel.y.scale.kind !== "band" || panel.x.scale.kind === "band") return usual;
  const isBars = panel.marks.every(({ kind }) => kind === "bar");
  return isBars ? Math.min(1600, 70 + 26 * panel.y.scale.ticks.length) : usual;
}

function titleHeight({ title }: Panel): number {
  return title === "" ? 0 : 20;
}

function parallelEnds({ left, right }: Pick<Box, "left" | "right">): Pick<Box, "left" | "right"> {
  return { left: left + edge + 4, right: right - 34 };
}

function boxOf(panel: Panel, outer: Box): Box {
  const title = titleHeight(panel);
  if (panel.kind === "xy") return xyBox(panel, outer, title);
  const across = parallelEnds(outer);
  return {
    ...across,
    top: outer.top + title + 12 + nameRoom(panel, across),
    bottom: outer.bottom - (panel.outside === "" ? 10 : 26),
  };
}

function drawPanel(pen: Pen, { panel, outer, box }: Placed, unpainted: boolean): string {
  const words = panelWords(pen, panel, outer);
  if (panel.kind === "parallel")
    return [...words, drawParallel(pen, box, unpainted ? { ...panel, lines: [] } : panel)].join("\n");
  const marks = panel.marks.filter(({ kind }) => !(unpainted && (kind === "line" || kind === "points")));
  const body = drawMarks(pen, box, { ...panel, marks });
  return [
    ...axes(pen, box, panel, labelRoom(panel.y.scale, outer.right - outer.left)),
    drawRules(pen, box, panel),
    clipped(pen, "area", box, body),
    ...words,
  ].join("\n");
}

function panelWords(pen: Pen, panel: Panel, outer: Box): readonly string[] {
  const { title, outside } = panel;
  const room = outer.right - outer.left - edge;
  // A long name is written smaller before it is cut.
  const size = Math.max(10, Math.min(fontSize, (fontSize * room) / textWidth(title)));
  return [
    ...(title === ""
      ? []
      : [text(pen, outer.left + edge, outer.top + 15, clipMiddle(title, room, size), { bold: true, size })]),
    ...(outside === ""
      ? []
      : [text(pen, outer.right - 2, outer.bottom - 2, outside, { anchor: "end", size: 11, tone: "warn" })]),
  ];
}

function xyBox(panel: XyPanel, outer: Box, title: number): Box {
  const { x, y } = panel;
  const room = labelRoom(y.scale, outer.right - outer.left);
  const left = outer.left + edge + labelWidth(y.scale, room) + (y.label === "" ? 6 : 22);
  const right = outer.right - 8 - roomBeside(panel);
  const foot = footOf(x.scale, right - left) + (x.label === "" ? 4 : 22) + (panel.outside === "" ? 0 : 12);
  const flat = { left, right, top: outer.top, bottom: outer.bottom };
  return { left, right, top: outer.top + title + 12 + roomAbove(flat, panel), bottom: outer.bottom - foot };
}
