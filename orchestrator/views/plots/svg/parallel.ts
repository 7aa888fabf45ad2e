import type { ParallelPanel } from "../plot.ts";
import { place } from "../scales.ts";
import type { Box } from "./box.ts";
import { clipTo, escape, round, segment, stroke, text, textWidth, type Pen } from "./markup.ts";
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
  return [...ways, ...axes.flatMap((_, i) => axis(pen, box, axes, i, at(i), gap))].join("");
}

function axis(
  pen: Pen,
  box: Box,
  axes: ParallelPanel["axes"],
  i: number,
  x: number,
  gap: number,
): readonly string[] {
  const { scale, label } = axes[i]!;
  const last = i === axes.length - 1;
  const high = i % 2 === 1 && axes.some(({ label: one }) => textWidth(one) > gap - 8);
  const name = text(pen, x, box.top - (high ? 26 : 12), clipTo(label, high ? gap * 1.9 : gap * 1.2), {
    anchor: last ? "end" : i === 0 ? "start" : "middle",
    bold: last,
  });
  const line = segment(pen, [x, box.top], [x, box.bottom], last ? "ink" : "muted");
  const ticks = scale.ticks.flatMap((tick) => {
    const share = place(scale, tick.at);
    if (share < -0.01 || share > 1.01) return [];
    const y = box.bottom - share * (box.bottom - box.top);
    const words = clipTo(tick.label, Math.max(28, gap - 14), 10.5);
    return [halo(pen, x + 4, y + 4, words), segment(pen, [x - 3, y], [x + 3, y], "muted")];
  });
  return [line, ...ticks, name];
}

/** Words with an edge in the colour of the ground, to be read on top of lines. */
function halo(pen: Pen, x: number, y: number, words: string): string {
  const { background, tones } = pen.theme;
  return `<text x="${round(x)}" y="${round(y)}" font-size="10.5" class="f-ink s-back" fill="${tones.ink}" stroke="${background}" stroke-width="3" paint-order="stroke">${escape(words)}</text>`;
}
