import { ceilingOf, type RangeAnalysis } from "../../search/lr-range/analyse.ts";
import type { SmoothedPoint } from "../../search/lr-range/curve.ts";
import type { RuleName } from "../../search/lr-range/rules.ts";
import { digits, figure } from "../views/numbers.ts";
import { valueTicks } from "./ticks.ts";

export interface RangePicture {
  readonly title: string;
  readonly analysis: RangeAnalysis;
  /** The rule that is drawn in the strong colour. */
  readonly rule: RuleName;
}

const frame = { left: 80, right: 24, bottom: 60, width: 860, height: 560 } as const;
/** Lines between the title and the plot: one for each suggestion, or for why there is none. */
const firstLine = 52;
const lineHeight = 16;
const ink = "#1b2733";
const faint = "#d7dde3";
const line = "#0b6bcb";
const strong = "#c2410c";
const widestLabel = 190;

/** Raw and averaged loss over the learning rate with every suggestion marked, as a standalone SVG file. */
export function rangeSvg({ title, analysis, rule }: RangePicture): string {
  const points = analysis.points.filter(({ smoothed }) => Number.isFinite(smoothed));
  const found = analysis.suggestions.filter((one) => one.rate !== null);
  const plot = new Plot(points, ceilingOf(analysis), Math.max(1, found.length));
  const { width, height, left } = frame;
  const drawn =
    points.length < 2
      ? []
      : [...axes(plot), ...curves(plot, points), ...legend(), ...marks(plot, analysis, rule)];
  const body = found.length === 0 ? [...drawn, ...whyNone(analysis)] : drawn;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="${ink}">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(left, 28, title, 'font-size="16" font-weight="600"'),
    ...body,
    "</svg>",
    "",
  ].join("\n");
}

/** Where rates and losses lie in the picture. */
class Plot {
  readonly ticks: readonly number[];
  readonly top: number;
  private readonly low: number;
  private readonly high: number;
  private readonly from: number;
  private readonly to: number;
  private readonly log: boolean;

  constructor(points: readonly SmoothedPoint[], ceiling: number, linesAbove: number) {
    this.top = firstLine - 2 + lineHeight * linesAbove;
    const losses = points.map(({ smoothed }) => smoothed);
    const least = Math.min(...losses);
    const most = Math.min(ceiling, Math.max(...losses));
    const { log, low, high, ticks } = valueTicks(least, most);
    this.log = log;
    this.low = this.into(low);
    this.high = this.into(high);
    this.ticks = ticks;
    this.from = Math.log10(points[0]?.rate ?? 1);
    this.to = Math.log10(points.at(-1)?.rate ?? 10);
  }

  x(rate: number): number {
    const span = frame.width - frame.left - frame.right;
    return frame.left + ((Math.log10(rate) - this.from) / (this.to - this.from)) * span;
  }

  y(loss: number): number {
    const span = frame.height - this.top - frame.bottom;
    const share = (this.into(loss) - this.low) / (this.high - this.low);
    return frame.height - frame.bottom - Math.min(1, Math.max(0, share)) * span;
  }

  shows(loss: number): boolean {
    const value = this.into(loss);
    return value >= this.low && value <= this.high;
  }

  get decades(): readonly number[] {
    const first = Math.ceil(this.from - 1e-9);
    const count = Math.max(0, Math.floor(this.to + 1e-9) - first + 1);
    return Array.from({ length: count }, (_, i) => first + i);
  }

  private into(loss: number): number {
    return this.log ? Math.log10(loss) : loss;
  }
}

function axes(plot: Plot): readonly string[] {
  const { left, right, bottom, width, height } = frame;
  const { top } = plot;
  const foot = height - bottom;
  return [
    ...plot.ticks.flatMap((value) => {
      const y = plot.y(value);
      return [
        segment(left, y, width - right, y, faint),
        text(left - 8, y + 4, figure(value), 'text-anchor="end"'),
      ];
    }),
    ...plot.decades.flatMap((exponent) => {
      const x = plot.x(10 ** exponent);
      const power = `10<tspan dy="-5" font-size="10">${exponent}</tspan>`;
      return [
        segment(x, top, x, foot, faint),
        `<text x="${at(x)}" y="${foot + 20}" text-anchor="middle">${power}</text>`,
      ];
    }),
    segment(left, foot, width - right, foot, ink),
    segment(left, top, left, foot, ink),
    text((left + width - right) / 2, height - 14, "learning rate", 'text-anchor="middle"'),
    `<text transform="translate(18 ${at((top + foot) / 2)}) rotate(-90)" text-anchor="middle">training loss</text>`,
  ];
}

function curves(plot: Plot, points: readonly SmoothedPoint[]): readonly string[] {
  const dots = points
    .filter(({ loss }) => plot.shows(loss))
    .map(({ rate, loss }) => `<circle cx="${at(plot.x(rate))}" cy="${at(plot.y(loss))}" r="1.6"/>`);
  const way = points.map(({ rate, smoothed }) => `${at(plot.x(rate))},${at(plot.y(smoothed))}`).join(" ");
  return [
    `<g fill="${line}" fill-opacity="0.3">${dots.join("")}</g>`,
    `<polyline points="${way}" fill="none" stroke="${line}" stroke-width="2.2" stroke-linejoin="round"/>`,
  ];
}

/** What dots and line are, under the plot. */
function legend(): readonly string[] {
  const { left, height } = frame;
  const y = height - 14;
  return [
    `<circle cx="${left + 4}" cy="${y - 4}" r="2.5" fill="${line}" fill-opacity="0.5"/>`,
    text(left + 12, y, "of a batch"),
    `<line x1="${left + 90}" y1="${y - 4}" x2="${left + 112}" y2="${y - 4}" stroke="${line}" stroke-width="2.2"/>`,
    text(left + 118, y, "averaged"),
  ];
}

/** In place of suggestions. */
function whyNone({ suggestions }: RangeAnalysis): readonly string[] {
  const reasons = new Set(suggestions.flatMap((one) => (one.rate === null ? [one.reason] : [])));
  const [only] = reasons;
  const words = reasons.size === 1 && only !== undefined ? `: ${only}` : " by any rule";
  return [text(frame.left, firstLine, `no suggestion${words}`)];
}

/** Labels stand above the plot, each on a line of its own, so that near rates never overlap. */
function marks(plot: Plot, { suggestions }: RangeAnalysis, rule: RuleName): readonly string[] {
  const found = suggestions.flatMap((one) => (one.rate === null ? [] : [{ rule: one.rule, rate: one.rate }]));
  found.sort((a, b) => a.rate - b.rate);
  const labels = found.map((one, index) => {
    const x = plot.x(one.rate);
    const atRight = x < frame.width - widestLabel;
    return {
      x,
      y: firstLine + lineHeight * index,
      color: one.rule === rule ? strong : ink,
      words: `${one.rule} ${digits(one.rate)}`,
      placed: atRight ? { at: x + 6, anchor: "start" } : { at: x - 6, anchor: "end" },
    };
  });
  return [
    ...labels.map(({ x, y, color }) =>
      segment(x, y - 9, x, frame.height - frame.bottom, color, 'stroke-dasharray="4 4"'),
    ),
    // A white edge keeps a label readable where another one's line crosses it.
    ...labels.map(({ y, color, words, placed }) =>
      text(
        placed.at,
        y,
        words,
        `fill="${color}" text-anchor="${placed.anchor}" stroke="#ffffff" stroke-width="5" paint-order="stroke"`,
      ),
    ),
  ];
}

function segment(x1: number, y1: number, x2: number, y2: number, color: string, more = ""): string {
  return `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" stroke="${color}" ${more}/>`;
}

function text(x: number, y: number, words: string, attributes = ""): string {
  return `<text x="${at(x)}" y="${at(y)}" ${attributes}>${escape(words)}</text>`;
}

function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escape(words: string): string {
  return words
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
