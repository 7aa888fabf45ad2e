import type { LineMark, PointsMark, XyPanel } from "../../../orchestrator/views/plots/plot.ts";
import { xAt, yAt, type Box } from "../../../orchestrator/views/plots/svg/box.ts";
import type { PlacedPanel } from "../../../orchestrator/views/plots/svg/render.ts";
import { colorOf, toneName } from "../../../orchestrator/views/plots/svg/theme.ts";
import { denseFrom, paintDensity, rgb, widths, type Brushes } from "./brushes.ts";
import { paintParallel } from "./paint-parallel.ts";

/** Paints the lines and points of a plot; everything else is SVG below. */
export function paint(brushes: Brushes, panels: readonly PlacedPanel[]): void {
  for (const { panel, box } of panels) {
    const { context } = brushes;
    context.save();
    context.beginPath();
    context.rect(box.left - 4, box.top - 4, box.right - box.left + 8, box.bottom - box.top + 8);
    context.clip();
    if (panel.kind === "parallel") paintParallel(brushes, panel, box);
    else paintXy(brushes, panel, box);
    context.restore();
  }
}

function paintXy(brushes: Brushes, panel: XyPanel, box: Box): void {
  const lines = panel.marks.filter((mark): mark is LineMark => mark.kind === "line");
  const dense = lines.length > denseFrom;
  if (dense)
    paintDense(
      brushes,
      panel,
      box,
      lines.filter(({ look }) => look === "faded"),
    );
  for (const mark of panel.marks) {
    if (mark.kind === "line" && !(dense && mark.look === "faded")) strokeLine(brushes, panel, box, mark);
    if (mark.kind === "points") paintPoints(brushes, panel, box, mark);
  }
}

function strokeLine({ context, theme }: Brushes, { x, y }: XyPanel, box: Box, mark: LineMark): void {
  const { xs, ys, tone, look } = mark;
  context.beginPath();
  let isOpen = false;
  for (let i = 0; i < xs.length; i++) {
    const at = ys[i]!;
    if (!Number.isFinite(at)) {
      isOpen = false;
      continue;
    }
    const [px, py] = [bounded(xAt(box, x.scale, xs[i]!)), bounded(yAt(box, y.scale, at))];
    if (isOpen) context.lineTo(px, py);
    else context.moveTo(px, py);
    // One point alone is no line.
    if (!isOpen && !Number.isFinite(ys[i + 1] ?? Number.NaN)) context.arc(px, py, 1.6, 0, 7);
    isOpen = true;
  }
  context.strokeStyle = colorOf(theme, tone);
  context.lineWidth = widths[look];
  context.globalAlpha = look === "faded" ? 0.45 : 1;
  context.setLineDash(look === "dashed" ? [5, 4] : []);
  context.lineJoin = "round";
  context.stroke();
  context.globalAlpha = 1;
  context.setLineDash([]);
}

function bounded(value: number): number {
  return Math.min(1e5, Math.max(-1e5, value));
}

/** Colours in the order in which they win where lines cross. */
function paintDense(brushes: Brushes, { x, y }: XyPanel, box: Box, lines: readonly LineMark[]): void {
  const { theme, ratio } = brushes;
  const tones = [...new Set(lines.map(({ tone }) => toneName(tone)))];
  const colors = tones.map((name) =>
    rgb(colorOf(theme, lines.find(({ tone }) => toneName(tone) === name)!.tone)),
  );
  paintDensity(
    brushes,
    box,
    (density) => {
      for (const { xs, ys, tone } of lines) {
        const rank = tones.indexOf(toneName(tone));
        for (let i = 1; i < xs.length; i++) {
          if (!Number.isFinite(ys[i]!) || !Number.isFinite(ys[i - 1]!)) continue;
          const x0 = (xAt(box, x.scale, xs[i - 1]!) - box.left) * ratio;
          const x1 = (xAt(box, x.scale, xs[i]!) - box.left) * ratio;
          const y0 = bounded((yAt(box, y.scale, ys[i - 1]!) - box.top) * ratio);
          const y1 = bounded((yAt(box, y.scale, ys[i]!) - box.top) * ratio);
          density.line(x0, y0, x1, y1, rank);
        }
      }
    },
    (rank) => colors[rank] ?? [128, 128, 128],
  );
}

const radius = { dot: 3.6, small: 1.8, ring: 3.2, cross: 3.2 } as const;

function paintPoints({ context, theme }: Brushes, { x, y }: XyPanel, box: Box, mark: PointsMark): void {
  const r = radius[mark.shape];
  const filled = mark.shape === "dot" || mark.shape === "small";
  const many = mark.xs.length > 5000;
  context.lineWidth = 1.3;
  context.globalAlpha = mark.shape === "dot" ? 0.85 : mark.shape === "small" ? 0.5 : 1;
  let color = "";
  for (let i = 0; i < mark.xs.length; i++) {
    const px = xAt(box, x.scale, mark.xs[i]!);
    const py = yAt(box, y.scale, mark.ys[i]!);
    if (!Number.isFinite(px) || !Number.isFinite(py)) continue;
    const next = colorOf(theme, mark.tones?.[i] ?? mark.tone);
    if (next !== color) {
      color = next;
      context.fillStyle = color;
      context.strokeStyle = color;
    }
    if (many) {
      context.fillRect(px - 1, py - 1, 2, 2);
      continue;
    }
    context.beginPath();
    if (mark.shape === "cross") {
      context.moveTo(px - r, py - r);
      context.lineTo(px + r, py + r);
      context.moveTo(px + r, py - r);
      context.lineTo(px - r, py + r);
    } else context.arc(px, py, r, 0, 7);
    if (filled) context.fill();
    else context.stroke();
  }
  context.globalAlpha = 1;
}
