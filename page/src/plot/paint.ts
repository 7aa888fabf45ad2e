import type {
  LineMark,
  ParallelPanel,
  PointsMark,
  Tone,
  XyPanel,
} from "../../../orchestrator/views/plots/plot.ts";
import { place } from "../../../orchestrator/views/plots/scales.ts";
import { xAt, yAt, type Box } from "../../../orchestrator/views/plots/svg/box.ts";
import type { PlacedPanel } from "../../../orchestrator/views/plots/svg/render.ts";
import { colorOf, toneName, type Theme } from "../../../orchestrator/views/plots/svg/theme.ts";
import { Density } from "./density.ts";

export interface Brushes {
  readonly context: CanvasRenderingContext2D;
  readonly theme: Theme;
  /** Device pixels for one of the page. */
  readonly ratio: number;
  /** Trials that are selected; absent: all. */
  readonly isChosen?: (trial: number) => boolean;
}

/** Above this many, lines are painted as a density. */
const denseFrom = 1500;

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

const widths = { strong: 2.4, plain: 1.5, faded: 1, dashed: 1.5 } as const;

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

function paintDensity(
  { context, ratio }: Brushes,
  box: Box,
  fill: (density: Density) => void,
  color: (rank: number) => readonly [number, number, number],
): void {
  const width = Math.max(1, Math.ceil((box.right - box.left) * ratio));
  const height = Math.max(1, Math.ceil((box.bottom - box.top) * ratio));
  const density = new Density(width, height);
  fill(density);
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")!.putImageData(density.image(color), 0, 0);
  context.drawImage(canvas, box.left, box.top, width / ratio, height / ratio);
}

const radius = { dot: 3.6, small: 1.8, ring: 3.2, cross: 3.2 } as const;

function paintPoints({ context, theme }: Brushes, { x, y }: XyPanel, box: Box, mark: PointsMark): void {
  const r = radius[mark.shape];
  const filled = mark.shape === "dot" || mark.shape === "small";
  const many = mark.xs.length > 5000;
  context.lineWidth = 1.3;
  context.globalAlpha = mark.shape === "dot" ? 0.85 : mark.shape === "small" ? 0.5 : 1;
  for (let i = 0; i < mark.xs.length; i++) {
    const [px, py] = [xAt(box, x.scale, mark.xs[i]!), yAt(box, y.scale, mark.ys[i]!)];
    if (!Number.isFinite(px) || !Number.isFinite(py)) continue;
    const color = colorOf(theme, mark.tones?.[i] ?? mark.tone);
    context.fillStyle = color;
    context.strokeStyle = color;
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

/** Where the axes of parallel coordinates stand. */
export function parallelX(box: Box, count: number, i: number): number {
  if (count === 1) return (box.left + box.right) / 2;
  return box.left + (i * (box.right - box.left)) / (count - 1);
}

export function parallelY({ axes }: ParallelPanel, box: Box, i: number, value: number): number {
  const share = Math.min(1.03, Math.max(-0.03, place(axes[i]!.scale, value)));
  return box.bottom - share * (box.bottom - box.top);
}

function paintParallel(brushes: Brushes, panel: ParallelPanel, box: Box): void {
  const { isChosen } = brushes;
  const chosen = isChosen === undefined ? panel.lines : panel.lines.filter(({ trial }) => isChosen(trial));
  if (panel.lines.length > denseFrom) {
    if (chosen.length < panel.lines.length) denseParallel(brushes, panel, box, panel.lines, "faint");
    denseParallel(brushes, panel, box, chosen, null);
    return;
  }
  const others = panel.lines.filter((line) => !chosen.includes(line));
  for (const line of others) strokeParallel(brushes, panel, box, { ...line, tone: "faint", look: "faded" });
  for (const line of chosen) strokeParallel(brushes, panel, box, line);
}

function strokeParallel(
  { context, theme }: Brushes,
  panel: ParallelPanel,
  box: Box,
  { values, tone, look }: ParallelPanel["lines"][number],
): void {
  context.beginPath();
  for (const [i, value] of values.entries()) {
    if (!Number.isFinite(value)) continue;
    const [x, y] = [parallelX(box, panel.axes.length, i), parallelY(panel, box, i, value)];
    const begins = i === 0 || !Number.isFinite(values[i - 1]!);
    if (begins && !Number.isFinite(values[i + 1] ?? Number.NaN)) {
      context.moveTo(x - 5, y);
      context.lineTo(x + 5, y);
    } else if (begins) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.strokeStyle = colorOf(theme, tone);
  context.lineWidth = widths[look];
  context.globalAlpha = look === "faded" ? 0.55 : 1;
  context.stroke();
  context.globalAlpha = 1;
}

function denseParallel(
  brushes: Brushes,
  panel: ParallelPanel,
  box: Box,
  lines: ParallelPanel["lines"],
  tone: Tone | null,
): void {
  const { ratio, theme } = brushes;
  const xs = panel.axes.map((_, i) => (parallelX(box, panel.axes.length, i) - box.left) * ratio);
  const ramp = Array.from({ length: 255 }, (_, rank) => rgb(colorOf(theme, tone ?? rank / 254)));
  paintDensity(
    brushes,
    box,
    (density) => {
      for (const { values, tone: own } of lines) {
        const rank = typeof own === "number" ? Math.round(own * 254) : 0;
        for (let i = 1; i < values.length; i++) {
          if (!Number.isFinite(values[i]!) || !Number.isFinite(values[i - 1]!)) continue;
          const y0 = (parallelY(panel, box, i - 1, values[i - 1]!) - box.top) * ratio;
          const y1 = (parallelY(panel, box, i, values[i]!) - box.top) * ratio;
          density.line(xs[i - 1]!, y0, xs[i]!, y1, rank);
        }
      }
    },
    (rank) => ramp[rank]!,
  );
}

function rgb(color: string): [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
