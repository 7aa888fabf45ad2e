import Table from "cli-table3";
import { clip, displayWidth, printable } from "./width.ts";

export interface Column {
  readonly head: string;
  /** Used when the terminal is narrow. */
  readonly short?: string;
  readonly align?: "left" | "right";
  /** May be left out, from the right, when the terminal is narrow. */
  readonly optional?: boolean;
}

export interface Cell {
  readonly text: string;
  /** Colours the text; adds no visible characters. */
  readonly style?: (text: string) => string;
}

export interface RenderedTable {
  readonly lines: readonly string[];
  /** Heads of the columns there was no room for. */
  readonly dropped: readonly string[];
}

const gap = 2;

/** A table without lines, no wider than `width`: heads are shortened first, then columns left out. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
  headStyle: (text: string) => string,
): RenderedTable {
  const texts = rows.map((row) => row.map(({ text }) => printable(text)));
  const long = columns.map(({ head }) => head);
  const heads =
    totalWidth(widthsOf(long, texts)) <= width ? long : columns.map((column) => column.short ?? column.head);
  const natural = widthsOf(heads, texts);
  const kept = fitting(columns, natural, width);
  const pick = <T>(items: readonly T[]): T[] => kept.map((index) => items[index]!);
  const sizes = squeezed(pick(natural), width);

  const table = new Table({
    chars: bare,
    style: { "padding-left": 0, "padding-right": gap, head: [], border: [], compact: true },
    colAligns: pick(columns).map(({ align }) => align ?? "left"),
    colWidths: sizes.map((size) => size + gap),
    head: pick(heads).map((head, column) => headStyle(clip(head, sizes[column]!))),
  });
  for (const [index, row] of rows.entries()) {
    const text = pick(texts[index]!);
    table.push(pick(row).map(({ style }, column) => styled(clip(text[column]!, sizes[column]!), style)));
  }
  return {
    lines: table
      .toString()
      .split("\n")
      .map((line) => line.trimEnd()),
    dropped: long.filter((_, index) => !kept.includes(index)),
  };
}

function styled(text: string, style: Cell["style"]): string {
  return style === undefined || text === "" ? text : style(text);
}

function widthsOf(heads: readonly string[], rows: readonly (readonly string[])[]): number[] {
  return heads.map((head, column) => {
    const cells = rows.map((row) => displayWidth(row[column]!));
    return cells.reduce((widest, size) => Math.max(widest, size), displayWidth(head));
  });
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, size) => sum + size + gap, -gap);
}

/** Indexes of the columns that fit, optional ones left out from the right. */
function fitting(columns: readonly Column[], widths: readonly number[], width: number): number[] {
  const kept = columns.map((_, index) => index);
  for (let index = columns.length - 1; index >= 0; index--) {
    if (totalWidth(kept.map((column) => widths[column]!)) <= width) break;
    if (columns[index]!.optional === true) kept.splice(kept.indexOf(index), 1);
  }
  return kept;
}

/** Widths that fit at last: the widest column gives way. */
function squeezed(widths: readonly number[], width: number): number[] {
  const sizes = [...widths];
  while (totalWidth(sizes) > width) {
    const widest = sizes.indexOf(Math.max(...sizes));
    if (sizes[widest]! <= 1) break;
    sizes[widest]! -= 1;
  }
  return sizes;
}

const bare = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
} as const;
