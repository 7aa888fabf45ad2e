import { clip, displayWidth, printable } from "../../views/text-width.ts";

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
  /** Heads of the columns that did not fit. */
  readonly dropped: readonly string[];
}

const gap = 2;

/** Below a table: which columns did not fit its terminal; nothing where all did. */
export function droppedWords(dropped: readonly string[]): string[] {
  return dropped.length === 0
    ? []
    : [`hidden columns: ${dropped.join(", ")} (widen the terminal, or pipe through less -S)`];
}

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
  const sizes = squeezed(
    kept.map((index) => natural[index]!),
    width,
  );
  const places = kept.map((index, place) => ({ index, size: sizes[place]!, align: columns[index]!.align }));
  const head = lineOf(places, heads, () => headStyle);
  const body = rows.map((row, at) => lineOf(places, texts[at]!, (index) => row[index]!.style));
  return { lines: [head, ...body], dropped: long.filter((_, index) => !kept.includes(index)) };
}

/** A column that is shown: which one, and how wide. */
interface Place {
  readonly index: number;
  readonly size: number;
  readonly align: Column["align"];
}

function lineOf(
  places: readonly Place[],
  texts: readonly string[],
  styleOf: (index: number) => Cell["style"],
): string {
  const cells = places.map(({ index, size, align }) => {
    const text = clip(texts[index]!, size);
    const space = " ".repeat(size - displayWidth(text));
    const style = styleOf(index);
    const shown = style === undefined || text === "" ? text : style(text);
    return align === "right" ? space + shown : shown + space;
  });
  return cells.join(" ".repeat(gap)).trimEnd();
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
