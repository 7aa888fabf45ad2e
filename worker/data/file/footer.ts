import { kindOf } from "./cell-kinds.ts";
import { DataError } from "../errors.ts";

/** Lines at the end of a file, at most, that may be none of its rows. */
const most = 20;

/** Bytes at the end of a file, at most, in which these are looked for. */
const tailBytes = 1_048_576;

interface Line {
  /** The byte at which it begins. */
  readonly start: number;
  readonly text: string;
}

/** The lines at the end of a file that are not blank, the last one first. */
function* lastLines(buffer: Buffer): Generator<Line, undefined> {
  const from = Math.max(0, buffer.length - tailBytes);
  const tail = buffer.subarray(from);
  let end = tail.length;
  while (end > 0) {
    const start = Math.max(tail.lastIndexOf("\n", end - 1), tail.lastIndexOf("\r", end - 1)) + 1;
    const text = tail.toString("utf8", start, end);
    if (text.trim() !== "") yield { start: from + start, text };
    end = start - 1;
  }
}

/**
 * The file without its last `count` lines that are not blank: totals and notes. Throws a `DataError` where the first of them is written
 * as the line above it: a new file may have no total.
 */
export function withoutFooter(buffer: Buffer, count: number, delimiter: string): Buffer {
  if (count === 0) return buffer;
  const lines = lastLines(buffer);
  let first: string | undefined;
  let cut = buffer.length;
  for (let i = 0; i < count; i++) {
    const line = lines.next().value;
    if (line === undefined) break;
    first = line.text;
    cut = line.start;
  }
  const row = lines.next().value?.text ?? "";
  if (first !== undefined && formOf(first, delimiter) === formOf(row, delimiter)) {
    throw new DataError(
      `the file's end, ${JSON.stringify(first.trim().slice(0, 60))}, is a row as the one above it, and \`skip_footer: ${count}\` says that it is none: change \`skip_footer\``,
      { setting: "skip_footer" },
    );
  }
  return buffer.subarray(0, cut);
}

/** Letters and digits of its cells, but not which ones. */
function formOf(line: string, delimiter: string): string {
  const cells = line.trim().split(delimiter);
  return cells
    .map((cell) =>
      kindOf(cell.trim()) === "number" ? "9" : cell.replaceAll(/\d+/g, "9").replaceAll(/\p{L}+/gu, "a"),
    )
    .join(delimiter);
}

/**
 * How many lines that are not blank a file has from a line (from 1) on, where that one may be a footer; undefined where they are many, or
 * where it begins as the row above it and may be one that was cut off.
 */
export function footerFrom(buffer: Buffer, line: number, delimiter: string): number | undefined {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const next = buffer.indexOf("\n", start);
    if (next < 0) return undefined;
    start = next + 1;
  }
  let count = 0;
  let first = "";
  for (const last of lastLines(buffer)) {
    if (last.start < start) return beginsAs(first, last.text, delimiter) ? undefined : count;
    if (++count > most) return undefined;
    first = last.text;
  }
  return undefined;
}

function beginsAs(line: string, other: string, delimiter: string): boolean {
  const [one, two] = [line, other].map((text) => formOf(text.split(delimiter)[0]!, delimiter));
  return one === two;
}
