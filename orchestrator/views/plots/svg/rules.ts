import type { RuleMark, XyPanel } from "../plot.ts";
import { isOn } from "../scales.ts";
import { xAt, yAt, type Box } from "./box.ts";
import { clipMiddle, segment, text, textWidth, type Pen } from "./markup.ts";

const lineHeight = 14;
/** Widest label beside a line across. */
const widestLabel = 190;
const dashed = ' stroke-dasharray="5 4" stroke-width="1.2"';

/** Lines across and upright ones, with their words beside and above the panel. */
export function drawRules(pen: Pen, box: Box, panel: XyPanel): string {
  return [...across(pen, box, panel), ...upright(pen, box, panel)].join("");
}

function shown(panel: XyPanel, axis: "x" | "y"): readonly RuleMark[] {
  return panel.marks
    .filter((mark): mark is RuleMark => mark.kind === "rule" && mark.axis === axis)
    .filter(({ at }) => isOn(panel[axis].scale, at))
    .toSorted((a, b) => a.at - b.at);
}

/** Room to the right of the panel for the words of lines across. */
export function roomBeside(panel: XyPanel): number {
  const labels = shown(panel, "y").map(({ label }) => (label === "" ? 0 : textWidth(label, 11) + 10));
  return Math.min(widestLabel, Math.max(0, ...labels));
}

/** From the lowest up: words that would touch those below are moved up. */
function across(pen: Pen, box: Box, panel: XyPanel): readonly string[] {
  let free = Infinity;
  return shown(panel, "y").flatMap(({ at, tone, label }) => {
    const y = yAt(box, panel.y.scale, at);
    const drawn = segment(pen, [box.left, y], [box.right, y], tone, dashed);
    if (label === "") return [drawn];
    const line = Math.min(y + 4, free);
    free = line - lineHeight;
    return [drawn, text(pen, box.right + 6, line, clipMiddle(label, widestLabel, 11), { tone, size: 11 })];
  });
}

interface Placed {
  readonly rule: RuleMark;
  readonly x: number;
  readonly row: number;
  readonly anchor: "start" | "end";
}

/** Each label stands in the lowest row above the panel in which it touches no other. */
function rowsOf(box: Box, panel: XyPanel): readonly Placed[] {
  const taken: (readonly [number, number])[][] = [];
  return shown(panel, "x").map((rule) => {
    const x = xAt(box, panel.x.scale, rule.at);
    const width = textWidth(rule.label, 11) + 8;
    const anchor = x + width > box.right + 20 ? "end" : "start";
    const span: readonly [number, number] = anchor === "start" ? [x, x + width] : [x - width, x];
    const touches = (row: (readonly [number, number])[]): boolean =>
      row.some(([a, b]) => a < span[1] && span[0] < b);
    let row = 0;
    while (row < taken.length && touches(taken[row]!)) row++;
    taken[row] = [...(taken[row] ?? []), span];
    return { rule, x, row, anchor };
  });
}

/** Room above the panel for the words of upright lines. */
export function roomAbove(box: Box, panel: XyPanel): number {
  const placed = rowsOf(box, panel).filter(({ rule }) => rule.label !== "");
  return placed.length === 0
    ? 0
    : 4 + lineHeight * (1 + placed.reduce((most, { row }) => Math.max(most, row), 0));
}

function upright(pen: Pen, box: Box, panel: XyPanel): readonly string[] {
  return rowsOf(box, panel).flatMap(({ rule: { tone, label }, x, row, anchor }) => {
    const y = box.top - 5 - row * lineHeight;
    const drawn = segment(pen, [x, label === "" ? box.top : y - 8], [x, box.bottom], tone, dashed);
    const ink = tone === "faint" ? "muted" : tone;
    const words = text(pen, anchor === "start" ? x + 4 : x - 4, y, label, { tone: ink, size: 11, anchor });
    return label === "" ? [drawn] : [drawn, words];
  });
}
