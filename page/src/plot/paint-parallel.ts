import type { ParallelLine, ParallelPanel, Tone } from "../../../orchestrator/views/plots/plot.ts";
import { place } from "../../../orchestrator/views/plots/scales.ts";
import type { Box } from "../../../orchestrator/views/plots/svg/box.ts";
import { colorOf, type Theme } from "../../../orchestrator/views/plots/svg/theme.ts";
import { denseFrom, paintDensity, rgb, widths, type Brushes } from "./brushes.ts";

/** Lines that stand for all while a selection is drawn. */
const hurriedLines = 3000;

/** Where the axes of parallel coordinates stand. */
export function parallelX(box: Box, count: number, i: number): number {
  if (count === 1) return (box.left + box.right) / 2;
  return box.left + (i * (box.right - box.left)) / (count - 1);
}

export function parallelY({ axes }: ParallelPanel, box: Box, i: number, value: number): number {
  const share = Math.min(1.03, Math.max(-0.03, place(axes[i]!.scale, value)));
  return box.bottom - share * (box.bottom - box.top);
}

export function paintParallel(brushes: Brushes, panel: ParallelPanel, box: Box): void {
  const { isChosen } = brushes;
  const { lines } = panel;
  const chosen = isChosen === undefined ? lines : lines.filter(({ trial }) => isChosen(trial));
  if (lines.length > denseFrom) {
    if (chosen.length < lines.length) paintShade(brushes, panel, box);
    denseParallel(brushes, panel, box, brushes.hurried === true ? someOf(chosen) : chosen, null);
    return;
  }
  const others = lines.filter((line) => !chosen.includes(line));
  for (const line of others) strokeParallel(brushes, panel, box, { ...line, tone: "faint", look: "faded" });
  for (const line of chosen) strokeParallel(brushes, panel, box, line);
}

/** Evenly from all of them, and the best, which come last. */
function someOf(lines: readonly ParallelLine[]): readonly ParallelLine[] {
  const every = Math.ceil(lines.length / hurriedLines);
  return every === 1 ? lines : lines.filter((_, i) => (lines.length - 1 - i) % every === 0);
}

interface Shade {
  readonly box: Box;
  readonly theme: Theme;
  readonly ratio: number;
  readonly image: OffscreenCanvas;
}

/** All lines as they stand behind the selected ones: the same from one selection to the next. */
const shades = new WeakMap<ParallelPanel, Shade>();

function paintShade(brushes: Brushes, panel: ParallelPanel, box: Box): void {
  const { context, ratio, theme } = brushes;
  const known = shades.get(panel);
  if (known !== undefined && known.box === box && known.theme === theme && known.ratio === ratio) {
    const { image } = known;
    context.drawImage(image, box.left, box.top, image.width / ratio, image.height / ratio);
    return;
  }
  const image = denseParallel(brushes, panel, box, panel.lines, "faint");
  shades.set(panel, { box, theme, ratio, image });
}

function strokeParallel(
  { context, theme }: Brushes,
  panel: ParallelPanel,
  box: Box,
  { values, tone, look }: ParallelLine,
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
  lines: readonly ParallelLine[],
  tone: Tone | null,
): OffscreenCanvas {
  const { ratio, theme } = brushes;
  const xs = panel.axes.map((_, i) => (parallelX(box, panel.axes.length, i) - box.left) * ratio);
  const ramp = Array.from({ length: 255 }, (_, rank) => rgb(colorOf(theme, tone ?? rank / 254)));
  return paintDensity(
    brushes,
    box,
    (density) => {
      for (const { values, tone: own } of lines) {
        const rank = typeof own === "number" ? Math.round(own * 254) : 0;
        let before = Number.NaN;
        for (let i = 0; i < values.length; i++) {
          const y = Number.isFinite(values[i]!)
            ? (parallelY(panel, box, i, values[i]!) - box.top) * ratio
            : Number.NaN;
          if (!Number.isNaN(before) && !Number.isNaN(y)) density.line(xs[i - 1]!, before, xs[i]!, y, rank);
          before = y;
        }
      }
    },
    (rank) => ramp[rank]!,
  );
}
