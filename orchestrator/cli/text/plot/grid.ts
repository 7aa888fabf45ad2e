import type { Tone } from "../../../views/plots/plot.ts";
import { printable } from "../../../views/text-width.ts";
import type { Colors } from "../../io.ts";

/** A picture of characters, in each of which two by four dots can be set. Row 0 is the top one. */
export class Grid {
  readonly columns: number;
  readonly rows: number;
  private readonly characters: string[];
  private readonly tones: (Tone | null)[];
  private readonly dots: Uint8Array;
  private readonly dotTones: (Tone | null)[];

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    const size = columns * rows;
    this.characters = Array.from({ length: size }, () => " ");
    this.tones = Array.from({ length: size }, () => null);
    this.dots = new Uint8Array(size);
    this.dotTones = Array.from({ length: size }, () => null);
  }

  /** A character where there is one of the picture; outside it is left out. */
  put(column: number, row: number, character: string, tone: Tone | null): void {
    const cell = this.cell(column, row);
    if (cell === null) return;
    this.characters[cell] = character;
    this.tones[cell] = tone;
  }

  /** The same where no character is yet. */
  putUnder(column: number, row: number, character: string, tone: Tone | null): void {
    const cell = this.cell(column, row);
    if (cell !== null && this.characters[cell] === " ") this.put(column, row, character, tone);
  }

  write(column: number, row: number, words: string, tone: Tone | null): void {
    for (const [i, character] of Array.from(printable(words)).entries())
      this.put(column + i, row, character, tone);
  }

  /** A dot; x and y count dots from the top left. */
  dot(x: number, y: number, tone: Tone): void {
    const cell = this.cell(Math.floor(x / 2), Math.floor(y / 4));
    if (cell === null) return;
    this.dots[cell] = this.dots[cell]! | dotBits[(y & 3) * 2 + (x & 1)]!;
    this.dotTones[cell] = tone;
  }

  /** Dots from one to another (Bresenham 1965). */
  line(fromX: number, fromY: number, toX: number, toY: number, tone: Tone): void {
    const steps = Math.min(4000, Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY), 1));
    for (let i = 0; i <= steps; i++) {
      const share = i / steps;
      this.dot(Math.round(fromX + (toX - fromX) * share), Math.round(fromY + (toY - fromY) * share), tone);
    }
  }

  /** Everything drawn here, into another picture. */
  into(other: Grid, left: number, top: number): void {
    for (let row = 0; row < this.rows; row++) {
      for (let column = 0; column < this.columns; column++) {
        const cell = row * this.columns + column;
        const dots = this.dots[cell]!;
        const [character, tone] =
          dots === 0
            ? [this.characters[cell]!, this.tones[cell]!]
            : [String.fromCodePoint(0x2800 + dots), this.dotTones[cell]!];
        if (character !== " ") other.put(left + column, top + row, character, tone);
      }
    }
  }

  lines(colors: Colors): string[] {
    return Array.from({ length: this.rows }, (_, row) => {
      let text = "";
      for (let column = 0; column < this.columns; column++) {
        const cell = row * this.columns + column;
        const dots = this.dots[cell]!;
        text +=
          dots === 0
            ? painted(this.characters[cell]!, this.tones[cell]!, colors)
            : painted(String.fromCodePoint(0x2800 + dots), this.dotTones[cell]!, colors);
      }
      return text.trimEnd();
    });
  }

  private cell(column: number, row: number): number | null {
    if (column < 0 || row < 0 || column >= this.columns || row >= this.rows) return null;
    return row * this.columns + column;
  }
}

/** Bits of a braille character (Unicode 2800 to 28FF), row by row of its two columns. */
const dotBits = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80] as const;

export function painted(text: string, tone: Tone | null, colors: Colors): string {
  return tone === null || text === " " ? text : colorOf(tone, colors)(text);
}

function colorOf(tone: Tone, colors: Colors): (text: string) => string {
  if (typeof tone === "number") {
    if (tone <= 0.1) return colors.green;
    if (tone <= 0.4) return colors.cyan;
    return tone <= 0.7 ? colors.blue : colors.gray;
  }
  switch (tone) {
    case "main":
      return colors.cyan;
    case "second":
      return colors.magenta;
    case "good":
      return colors.green;
    case "bad":
      return colors.red;
    case "warn":
      return colors.yellow;
    case "ink":
      return String;
    case "muted":
    case "faint":
      return colors.gray;
    default:
      return tone satisfies never;
  }
}
