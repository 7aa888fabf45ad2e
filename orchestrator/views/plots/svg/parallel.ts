import type { ParallelPanel } from "../plot.ts";
import { place } from "../scales.ts";
import type { Box } from "./box.ts";
import { clipTo, escape, fontSize, round, segment, stroke, textWidth, type Pen } from "./markup.ts";
import { lineLook } from "./marks.ts";

/** Upright axes side by side, and every trial's line across them. */
export function drawParallel(pen: Pen, box: Box, { axes, lines }: ParallelPanel): string {
  const gap = (box.right - box.left) / Math.max(1, axes.length - 1);
  const at = (i: number): number => (axes.length === 1 ? (box.left + box.right) / 2 : box.left + i * gap);
  const yOf = (i: number, value: number): number =>
    box.bottom - Math.min(1.03, Math.max(-0.03, place(axes[i]!.scale, value))) * (box.bottom - box.top);
  const ways = lines.map(({ trial, values, tone, look }) => {
    let way = "";
    for (const [i, value] of values.entries()) {
      if (!Number.isFinite(value)) continue;
      const begins = i === 0 || !Number.isFinite(values[i - 1]!);
      const [x, y] = [round(at(i)), round(yOf(i, value))];
      // A value between two that the trial does not have shows as a dash.
      const alone = begins && !Number.isFinite(values[i + 1] ?? Number.NaN);
      way += alone ? `M${round(at(i) - 5)} ${y}h10` : `${begins ? "M" : "L"}${x} ${y}`;
    }
    const style = `fill="none" stroke-linejoin="round" ${stroke(pen, tone)}${lineLook(look)}`;
    return `<path d="${way}" ${style}><title>${escape(`trial ${trial}`)}</title></path>`;
  });
  const names = placeNames(axes, box);
  return [
    ...ways,
    ...names.map((name, i) => leader(pen, box, at(i), name.row)),
    ...axes.flatMap((one, i) => axis(pen, box, one, { x: at(i), gap, name: names[i]! })),
  ].join("");
}

const rowHeight = 15;
/** Names stand in this many rows at most, as long as they keep clear of the edges. */
const usualRows = 4;
/** How far names may reach beyond the outer axes. */
const [beyondLeft, beyondRight] = [18, 30];

interface AxisName {
  readonly words: string;
  /** Its left end. */
  readonly x: number;
  /** 0: next to the axis. */
  readonly row: number;
}

/** Each name stands over its axis, in the lowest row in which it touches no other; it is cut only where it is wider than several axes are apart. */
function placeNames(
  axes: ParallelPanel["axes"],
  { left, right }: Pick<Box, "left" | "right">,
): readonly AxisName[] {
  const gap = (right - left) / Math.max(1, axes.length - 1);
  const most = Math.max(60, Math.min(right - left, usualRows * gap - 10));
  const taken: (readonly [number, number])[][] = [];
  return axes.map(({ label }, i): AxisName => {
    const words = clipTo(label, most);
    // The last one is bold.
    const width = textWidth(words) * (i === axes.length - 1 ? 1.1 : 1);
    const middle = axes.length === 1 ? (left + right) / 2 : left + i * gap;
    const x = Math.max(left - beyondLeft, Math.min(middle - width / 2, right + beyondRight - width));
    const touches = ([from, to]: readonly [number, number]): boolean => from < x + width + 8 && x < to + 8;
    let row = 0;
    while (taken[row]?.some(touches) === true) row++;
    taken[row] = [...(taken[row] ?? []), [x, x + width]];
    return { words, x, row };
  });
}

/** Room above the axes for their names. */
export function nameRoom({ axes }: ParallelPanel, across: Pick<Box, "left" | "right">): number {
  return rowHeight * (1 + placeNames(axes, across).reduce((most, { row }) => Math.max(most, row), 0));
}

/** From an axis to its name, where other names stand between them. */
function leader(pen: Pen, { top }: Box, x: number, row: number): string {
  return row === 0 ? "" : segment(pen, [x, top], [x, top - 8 - row * rowHeight], "faint");
}

interface PlacedAxis {
  readonly x: number;
  /** Between two axes. */
  readonly gap: number;
  readonly name: AxisName;
}

function axis(
  pen: Pen,
  box: Box,
  { scale }: ParallelPanel["axes"][number],
  { x, gap, name }: PlacedAxis,
): readonly string[] {
  const isLast = x > box.right - 1;
  const words = halo(pen, name.x, box.top - 12 - name.row * rowHeight, name.words, {
    size: fontSize,
    bold: isLast,
  });
  const line = segment(pen, [x, box.top], [x, box.bottom], isLast ? "ink" : "muted");
  const ticks = scale.ticks.flatMap((tick) => {
    const share = place(scale, tick.at);
    if (share < -0.01 || share > 1.01) return [];
    const y = box.bottom - share * (box.bottom - box.top);
    const label = clipTo(tick.label, Math.max(28, gap - 14), tickSize);
    return [halo(pen, x + 4, y + 4, label), segment(pen, [x - 3, y], [x + 3, y], "muted")];
  });
  return [line, ...ticks, words];
}

const tickSize = 10.5;

/** Words with an edge in the colour of the ground, to be read on top of lines. */
function halo(
  pen: Pen,
  x: number,
  y: number,
  words: string,
  { size = tickSize, bold = false }: { readonly size?: number; readonly bold?: boolean } = {},
): string {
  const { background, tones } = pen.theme;
  const weight = bold ? ' font-weight="600"' : "";
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}"${weight} class="f-ink s-back" fill="${tones.ink}" stroke="${background}" stroke-width="3" paint-order="stroke">${escape(words)}</text>`;
}
