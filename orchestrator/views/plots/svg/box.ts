import type { Axis, Scale } from "../plot.ts";
import { place } from "../scales.ts";
import { clipMiddle, clipTo, round, segment, text, textWidth, type Pen } from "./markup.ts";

/** Where the axes of a panel lie in the picture, in pixels; y runs down. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export function xAt({ left, right }: Box, scale: Scale, value: number): number {
  return left + place(scale, value) * (right - left);
}

export function yAt({ top, bottom }: Box, scale: Scale, value: number): number {
  return bottom - place(scale, value) * (bottom - top);
}

/** How wide the labels of an upright axis are. */
export function labelWidth({ ticks }: Scale, most: number): number {
  return Math.min(
    most,
    ticks.reduce((widest, { label }) => Math.max(widest, textWidth(label)), 0),
  );
}

/** The most that the labels of an upright axis may take of a panel. */
export function labelRoom({ kind }: Scale, width: number): number {
  return kind === "band" ? Math.max(150, width * 0.42) : 150;
}

/** Grid, ticks and names of both axes. `room`: for the labels of the upright one. */
export function axes(pen: Pen, box: Box, { x, y }: Record<"x" | "y", Axis>, room: number): readonly string[] {
  const { left, right, top, bottom } = box;
  return [
    ...yAxis(pen, box, y, room),
    ...xAxis(pen, box, x),
    segment(pen, [left, bottom], [right, bottom], "muted"),
    segment(pen, [left, top], [left, bottom], "muted"),
  ];
}

function yAxis(pen: Pen, box: Box, { scale, label }: Axis, room: number): readonly string[] {
  const { left, right, top, bottom } = box;
  const widest = labelWidth(scale, room);
  const lines = scale.ticks.flatMap((tick) => {
    const y = yAt(box, scale, tick.at);
    if (y < top - 1 || y > bottom + 1) return [];
    const grid = scale.kind === "band" ? [] : [segment(pen, [left, y], [right, y], "faint")];
    return [...grid, text(pen, left - 7, y + 4, clipMiddle(tick.label, room), { anchor: "end" })];
  });
  const middle = (top + bottom) / 2;
  const name = clipTo(label, bottom - top);
  return label === ""
    ? lines
    : [
        ...lines,
        text(pen, left - widest - 20, middle, name, { anchor: "middle", turned: -90, tone: "muted" }),
      ];
}

function xAxis(pen: Pen, box: Box, { scale, label }: Axis): readonly string[] {
  const { left, right, top, bottom } = box;
  const room = (right - left) / Math.max(1, scale.ticks.length);
  const turned = isTurned(scale, room);
  let free = -Infinity;
  const lines = scale.ticks.flatMap((tick) => {
    const x = xAt(box, scale, tick.at);
    if (x < left - 1 || x > right + 1) return [];
    const grid = scale.kind === "band" ? [] : [segment(pen, [x, top], [x, bottom], "faint")];
    if (turned)
      return [
        ...grid,
        text(pen, x + 4, bottom + 12, clipMiddle(tick.label, turnedRoom), { anchor: "end", turned: -40 }),
      ];
    const half = textWidth(tick.label) / 2;
    if (x - half < free) return grid;
    free = x + half + 6;
    return [...grid, text(pen, x, bottom + 17, tick.label, { anchor: "middle" })];
  });
  return label === ""
    ? lines
    : [
        ...lines,
        text(pen, (left + right) / 2, bottom + footOf(scale, right - left) + 16, label, {
          anchor: "middle",
          tone: "muted",
        }),
      ];
}

/** Names of categories stand aslant where one is wider than its part of the axis. */
function isTurned({ kind, ticks }: Scale, room: number): boolean {
  return kind === "band" && ticks.some(({ label }) => textWidth(label) > room - 4);
}

/** Longest turned label. */
const turnedRoom = 90;

/** Room below an axis for the labels of its ticks. */
export function footOf(scale: Scale, width: number): number {
  const room = width / Math.max(1, scale.ticks.length);
  return isTurned(scale, room) ? 14 + labelWidth(scale, turnedRoom) * 0.65 : 20;
}

/** A clip path for what is drawn in the box, and how to use it. */
export function clipped(pen: Pen, name: string, { left, right, top, bottom }: Box, body: string): string {
  const id = `${pen.id}-${name}`;
  const area = `x="${round(left - 1)}" y="${round(top - 1)}" width="${round(right - left + 2)}" height="${round(bottom - top + 2)}"`;
  return `<clipPath id="${id}"><rect ${area}/></clipPath><g clip-path="url(#${id})">${body}</g>`;
}
