import { clip, displayWidth, printable } from "../../text-width.ts";
import type { Tone } from "../plot.ts";
import { colorOf, toneName, type Theme } from "./theme.ts";

/** What every part of a picture needs to know. */
export interface Pen {
  readonly theme: Theme;
  /** Unique among the pictures of a page: the beginning of ids. */
  readonly id: string;
}

export const fontSize = 12;
/** Mean width of a character as a share of the font size, in the usual fonts without serifs. */
const characterShare = 0.56;

/** How wide a text will be, about. */
export function textWidth(text: string, size = fontSize): number {
  return displayWidth(text) * size * characterShare;
}

/** The text cut to a width in pixels. */
export function clipTo(text: string, width: number, size = fontSize): string {
  return clip(text, Math.max(1, Math.floor(width / (size * characterShare))));
}

/** The text cut to a width in pixels so that its end stays: names that begin alike, and a figure at the end. */
export function clipMiddle(words: string, width: number, size = fontSize): string {
  const most = Math.max(3, Math.floor(width / (size * characterShare)));
  if (displayWidth(words) <= most) return words;
  const back = Math.floor((most - 1) / 2);
  const front = clip(words, most - back).replace(/…$/, "");
  let end = Array.from(words).slice(-back).join("");
  while (displayWidth(end) > back) end = Array.from(end).slice(1).join("");
  return `${front}…${end}`;
}

export function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Words from a file or a worker, in markup: nothing of them is markup, or steers what follows. */
export function escape(words: string): string {
  return printable(words)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

export function fill({ theme }: Pen, tone: Tone): string {
  return `class="f-${toneName(tone)}" fill="${colorOf(theme, tone)}"`;
}

export function stroke({ theme }: Pen, tone: Tone): string {
  return `class="s-${toneName(tone)}" stroke="${colorOf(theme, tone)}"`;
}

export interface TextStyle {
  readonly tone?: Tone;
  readonly anchor?: "start" | "middle" | "end";
  readonly size?: number;
  readonly bold?: boolean;
  /** Degrees, about the text's own place. */
  readonly turned?: number;
}

export function text(pen: Pen, x: number, y: number, words: string, style: TextStyle = {}): string {
  const { tone = "ink", anchor = "start", size = fontSize, bold = false, turned } = style;
  const turn = turned === undefined ? "" : ` transform="rotate(${turned} ${round(x)} ${round(y)})"`;
  const more = `${size === fontSize ? "" : ` font-size="${size}"`}${bold ? ' font-weight="600"' : ""}${turn}`;
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" ${fill(pen, tone)}${more}>${escape(words)}</text>`;
}

export function segment(
  pen: Pen,
  from: readonly [number, number],
  to: readonly [number, number],
  tone: Tone,
  more = "",
): string {
  return `<line x1="${round(from[0])}" y1="${round(from[1])}" x2="${round(to[0])}" y2="${round(to[1])}" ${stroke(pen, tone)}${more}/>`;
}

/** Words in lines no wider than `width` pixels, at most `most` of them. */
export function wrap(words: string, width: number, size: number, most: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of printable(words).replaceAll(" %", "\u00a0%").split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  if (lines.length > most) lines.splice(most - 1, lines.length, `${lines[most - 1]!} …`);
  return lines.map((one) => clipTo(one, width, size));
}
