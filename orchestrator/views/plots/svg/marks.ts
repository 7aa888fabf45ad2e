import { figure } from "../../numbers.ts";
import type { AreaMark, BarMark, CellsMark, LineMark, PointsMark, Tone, XyPanel } from "../plot.ts";
import { xAt, yAt, type Box } from "./box.ts";
import { clipTo, escape, fill, round, stroke, text, textWidth, type Pen } from "./markup.ts";
import { rampStep, toneName } from "./theme.ts";

type Place = (x: number, y: number) => readonly [number, number];

/** The marks of a panel but for its rules, in their order. */
export function drawMarks(pen: Pen, box: Box, { marks, x, y }: XyPanel): string {
  const at: Place = (a, b) => [xAt(box, x.scale, a), yAt(box, y.scale, b)];
  const onCells = marks.some(({ kind }) => kind === "cells");
  return marks
    .map((mark) => {
      switch (mark.kind) {
        case "line":
          return line(pen, mark, at);
        case "points":
          return (onCells ? edge(pen, mark, at) : "") + points(pen, mark, at, y.label);
        case "bar":
          return bar(pen, box, mark, at);
        case "area":
          return area(pen, mark, at);
        case "cells":
          return cells(pen, box, mark);
        case "rule":
          return "";
        default:
          return mark satisfies never;
      }
    })
    .join("");
}

const looks = {
  strong: ' stroke-width="2.4"',
  plain: ' stroke-width="1.5"',
  faded: ' stroke-width="1" stroke-opacity="0.45"',
  dashed: ' stroke-width="1.5" stroke-dasharray="5 4"',
} as const;

/** How a line looks that stands for a trial. */
export function lineLook(look: LineMark["look"]): string {
  return looks[look];
}

function line(pen: Pen, { xs, ys, tone, look, trial, name }: LineMark, at: Place): string {
  let way = "";
  let lone = "";
  for (let i = 0; i < xs.length; i++) {
    if (!Number.isFinite(ys[i]!)) continue;
    const [x, y] = at(xs[i]!, ys[i]!).map(bounded) as [number, number];
    const begins = i === 0 || !Number.isFinite(ys[i - 1]!);
    way += `${begins ? "M" : "L"}${round(x)} ${round(y)}`;
    // One point alone is no line.
    if (begins && !Number.isFinite(ys[i + 1] ?? Number.NaN)) lone += `M${round(x)} ${round(y)}h0`;
  }
  if (way === "") return "";
  const what = name ?? (trial === undefined ? "" : `trial ${trial}`);
  const title = what === "" ? "" : `<title>${escape(what)}</title>`;
  const path = `<path d="${way}" fill="none" stroke-linejoin="round" ${stroke(pen, tone)}${looks[look]}>${title}</path>`;
  return lone === ""
    ? path
    : `${path}<path d="${lone}" fill="none" stroke-linecap="round" stroke-width="5" ${stroke(pen, tone)}/>`;
}

/** Far enough out to be cut off, near enough for every renderer's numbers. */
function bounded(value: number): number {
  return Math.min(1e5, Math.max(-1e5, value));
}

/** At most this many points say which trial they are. */
const mostNamed = 1000;

function points(pen: Pen, mark: PointsMark, at: Place, metric: string): string {
  const groups = new Map<string, { tone: Tone; places: (readonly [number, number, number])[] }>();
  for (let i = 0; i < mark.xs.length; i++) {
    const [x, y] = at(mark.xs[i]!, mark.ys[i]!);
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    const tone = mark.tones?.[i] ?? mark.tone;
    const group = groups.get(toneName(tone)) ?? { tone, places: [] };
    groups.set(toneName(tone), group);
    group.places.push([bounded(x), bounded(y), i]);
  }
  const named = mark.trials !== undefined && mark.xs.length <= mostNamed;
  return [...groups.values()]
    .map(({ tone, places }) => {
      const one = (place: readonly [number, number, number]): string =>
        named
          ? shape(
              mark,
              place,
              `<title>${escape(`trial ${mark.trials[place[2]]}: ${metric === "" ? "" : `${metric} `}${figure(mark.ys[place[2]]!)}`)}</title>`,
            )
          : shape(mark, place, "");
      const style =
        mark.shape === "dot" || mark.shape === "small"
          ? `${fill(pen, tone)} fill-opacity="${mark.shape === "dot" ? 0.85 : 0.35}"`
          : `fill="none" stroke-width="1.3" ${stroke(pen, tone)}`;
      return `<g ${style}>${places.map(one).join("")}</g>`;
    })
    .join("");
}

/** An edge in the colour of the ground, to be seen on any shade. */
function edge(pen: Pen, mark: PointsMark, at: Place): string {
  const drawn = Array.from({ length: mark.xs.length }, (_, i) => {
    const [x, y] = at(mark.xs[i]!, mark.ys[i]!);
    return Number.isFinite(x) && Number.isFinite(y) ? shape(mark, [bounded(x), bounded(y), i], "") : "";
  });
  return `<g fill="none" stroke-width="3.6" stroke-opacity="0.75" class="s-back" stroke="${pen.theme.background}">${drawn.join("")}</g>`;
}

const radius = { dot: 3.6, small: 1.8, ring: 3.2, cross: 3.2 } as const;

function shape(mark: PointsMark, [x, y]: readonly [number, number, number], title: string): string {
  const r = radius[mark.shape];
  if (mark.shape === "cross")
    return `<path d="M${round(x - r)} ${round(y - r)}l${2 * r} ${2 * r}m0 ${-2 * r}l${-2 * r} ${2 * r}">${title}</path>`;
  const head = `<circle cx="${round(x)}" cy="${round(y)}" r="${r}"`;
  return title === "" ? `${head}/>` : `${head}>${title}</circle>`;
}

function bar(pen: Pen, box: Box, mark: BarMark, at: Place): string {
  const [x0, y0] = at(mark.x0, mark.y0);
  const [x1, y1] = at(mark.x1, mark.y1);
  const [left, width] = [Math.max(box.left, Math.min(x0, x1)), Math.abs(x1 - x0)];
  const [top, height] = [Math.min(y0, y1), Math.abs(y1 - y0)];
  const title = mark.trial === undefined ? "" : `<title>trial ${mark.trial}</title>`;
  const rect = `<rect x="${round(left)}" y="${round(top)}" width="${round(Math.max(0.8, width))}" height="${round(height)}" ${fill(pen, mark.tone)}>${title}</rect>`;
  if (mark.above !== undefined)
    return rect + text(pen, left + width / 2, top - 4, mark.above, { anchor: "middle", size: 10 });
  if (mark.label === undefined || mark.label === "") return rect;
  const needs = textWidth(mark.label, 11) + 6;
  if (mark.trial !== undefined)
    return needs > width || height < 11
      ? rect
      : `${rect}<text x="${round(left + width / 2)}" y="${round(top + height / 2 + 4)}" font-size="11" text-anchor="middle" class="f-back" fill="${pen.theme.background}">${escape(mark.label)}</text>`;
  return (
    rect + text(pen, left + width + 6, top + height / 2 + 4, clipTo(mark.label, box.right - left - width))
  );
}

function area(pen: Pen, { xs, lows, highs, tone }: AreaMark, at: Place): string {
  const there: string[] = [];
  const back: string[] = [];
  for (let i = 0; i < xs.length; i++) {
    if (!Number.isFinite(lows[i]!) || !Number.isFinite(highs[i]!)) continue;
    there.push(
      at(xs[i]!, highs[i]!)
        .map((value) => round(bounded(value)))
        .join(" "),
    );
    back.unshift(
      at(xs[i]!, lows[i]!)
        .map((value) => round(bounded(value)))
        .join(" "),
    );
  }
  if (there.length === 0) return "";
  return `<path d="M${[...there, ...back].join("L")}Z" fill-opacity="0.18" ${fill(pen, tone)}/>`;
}

/** Neighbours of one colour in a row are one box. */
function cells(pen: Pen, box: Box, { columns, rows, values, labels }: CellsMark): string {
  const { left, right, top, bottom } = box;
  const [width, height] = [(right - left) / columns, (bottom - top) / rows];
  const drawn: string[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns;) {
      const value = values[row * columns + column]!;
      let end = column + 1;
      const isSame = (other: number): boolean =>
        Number.isNaN(value) ? Number.isNaN(other) : rampStep(other) === rampStep(value);
      while (end < columns && isSame(values[row * columns + end]!)) end++;
      const size = `width="${round((end - column) * width + 0.4)}" height="${round(height + 0.4)}"`;
      const [x, y] = [round(left + column * width), round(bottom - (row + 1) * height)];
      if (!Number.isNaN(value)) drawn.push(`<rect x="${x}" y="${y}" ${size} ${fill(pen, value)}/>`);
      column = end;
    }
  }
  const words = labels === undefined ? "" : cellLabels(pen, box, { columns, rows, values, labels });
  return `<g shape-rendering="crispEdges">${drawn.join("")}</g>${words}`;
}

/** In the colour of the ground where the cell is dark against it, which the best half of the ramp is. */
function cellLabels(
  pen: Pen,
  { left, right, top, bottom }: Box,
  { columns, rows, values, labels }: Omit<Required<CellsMark>, "kind">,
): string {
  const [width, height] = [(right - left) / columns, (bottom - top) / rows];
  const size = Math.max(7, Math.min(13, height * 0.6));
  return labels
    .map((label, i) => {
      if (textWidth(label, size) > width - 2) return "";
      const x = left + ((i % columns) + 0.5) * width;
      const y = bottom - (Math.floor(i / columns) + 0.5) * height + size * 0.35;
      const colour = values[i]! <= 0.5 ? `class="f-back" fill="${pen.theme.background}"` : fill(pen, "ink");
      return `<text x="${round(x)}" y="${round(y)}" font-size="${round(size)}" text-anchor="middle" ${colour}>${escape(label)}</text>`;
    })
    .join("");
}
