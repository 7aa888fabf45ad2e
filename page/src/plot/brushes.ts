import type { Box } from "../../../orchestrator/views/plots/svg/box.ts";
import type { Theme } from "../../../orchestrator/views/plots/svg/theme.ts";
import { Density } from "./density.ts";

export interface Brushes {
  readonly context: CanvasRenderingContext2D;
  readonly theme: Theme;
  /** Device pixels for one of the page. */
  readonly ratio: number;
  /** Trials that are selected; absent: all. */
  readonly isChosen?: (trial: number) => boolean;
  /** What is selected changes from frame to frame: of thousands of lines some stand for all. */
  readonly hurried?: boolean;
}

/** Above this many, lines are painted as a density. */
export const denseFrom = 1500;

export const widths = { strong: 2.4, plain: 1.5, faded: 1, dashed: 1.5 } as const;

/** Lines as one picture; that picture, to be drawn there again. */
export function paintDensity(
  { context, ratio }: Brushes,
  box: Box,
  fill: (density: Density) => void,
  color: (rank: number) => readonly [number, number, number],
): OffscreenCanvas {
  const width = Math.max(1, Math.ceil((box.right - box.left) * ratio));
  const height = Math.max(1, Math.ceil((box.bottom - box.top) * ratio));
  const density = new Density(width, height);
  fill(density);
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")!.putImageData(density.image(color), 0, 0);
  context.drawImage(canvas, box.left, box.top, width / ratio, height / ratio);
  return canvas;
}

export function rgb(color: string): [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
