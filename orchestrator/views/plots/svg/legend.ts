import type { LegendEntry, Plot } from "../plot.ts";
import { fill, round, segment, stroke, text, textWidth, type Pen } from "./markup.ts";
import { rampSteps } from "./theme.ts";

/** A part of a picture across its whole width. */
export interface Part {
  readonly body: readonly string[];
  readonly height: number;
}

const swatch = 20;

/** What colours and shapes stand for, in as many lines as it takes. `left`: where each begins. */
export function legendOf(
  pen: Pen,
  { legend, ramp }: Plot,
  { left: edge, width, top }: { readonly left: number; readonly width: number; readonly top: number },
): Part {
  if (legend.length === 0 && ramp === undefined) return { body: [], height: 0 };
  let [x, y] = [edge, top + 8];
  const body = legend.map((entry) => {
    const needs = swatch + 6 + textWidth(entry.label) + 18;
    if (x > edge && x + needs > width - edge) [x, y] = [edge, y + 20];
    const drawn = sample(pen, entry, x, y) + text(pen, x + swatch + 6, y + 4, entry.label);
    x += needs;
    return drawn;
  });
  if (ramp !== undefined) {
    const words = textWidth(`${ramp.label}: ${ramp.best}`) + textWidth(ramp.worst);
    if (x > edge && x + words + rampSteps * 12 + 20 > width - edge) [x, y] = [edge, y + 20];
    body.push(rampOf(pen, ramp, x, y));
  }
  return { body, height: y - top + 18 };
}

function sample(pen: Pen, { tone, mark }: LegendEntry, x: number, y: number): string {
  const middle = x + swatch / 2;
  switch (mark) {
    case "line":
      return segment(pen, [x, y], [x + swatch, y], tone, ' stroke-width="2.4"');
    case "dashed":
      return segment(pen, [x, y], [x + swatch, y], tone, ' stroke-width="1.5" stroke-dasharray="5 4"');
    case "dot":
      return `<circle cx="${middle}" cy="${y}" r="3.6" ${fill(pen, tone)}/>`;
    case "ring":
      return `<circle cx="${middle}" cy="${y}" r="3.2" fill="none" stroke-width="1.3" ${stroke(pen, tone)}/>`;
    case "cross":
      return `<path d="M${middle - 3} ${y - 3}l6 6m0 -6l-6 6" stroke-width="1.5" ${stroke(pen, tone)}/>`;
    case "bar":
    case "ramp":
      return `<rect x="${x + 4}" y="${y - 5}" width="${swatch - 8}" height="10" ${fill(pen, tone)}/>`;
    default:
      return mark satisfies never;
  }
}

function rampOf(pen: Pen, { label, best, worst }: NonNullable<Plot["ramp"]>, x: number, y: number): string {
  const from = x + textWidth(`${label}: ${best}`) + 10;
  const boxes = Array.from(
    { length: rampSteps },
    (_, i) =>
      `<rect x="${round(from + i * 12)}" y="${y - 5}" width="12.5" height="10" ${fill(pen, i / (rampSteps - 1))}/>`,
  );
  return [
    text(pen, x, y + 4, `${label}: ${best}`),
    ...boxes,
    text(pen, from + rampSteps * 12 + 6, y + 4, worst),
  ].join("");
}
