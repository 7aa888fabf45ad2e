import type { Reading } from "../../protocol/file-settings.ts";
import { DataError } from "../errors.ts";

export interface Dialect {
  readonly delimiter: string;
  /** Line on which the table begins, from 1, and the byte at which that line begins. */
  readonly line: number;
  readonly start: number;
}

/** Finds by the first lines what separates cells and where the table begins, as far as the settings do not say. */
export function dialectOf(buffer: Buffer, { delimiter, header }: Reading): Dialect {
  const head = buffer.toString("utf8", 0, 65_536);
  // What Excel writes, and reads, to say which separator is meant.
  const said = /^"?sep=([^"\r\n])"?(?:\r?\n|\r)/i.exec(head);
  const line = header === false || header === undefined ? (said === null ? 1 : 2) : header;
  const start = startOfLine(buffer, line);
  const given = delimiter === String.raw`\t` ? "\t" : (delimiter ?? said?.[1]);
  return {
    delimiter: given ?? likelyDelimiter(buffer.toString("utf8", start, start + 65_536), line),
    line,
    start,
  };
}

function startOfLine(buffer: Buffer, wanted: number): number {
  let start = 0;
  for (let line = 1; line < wanted; line++) {
    const ends = [buffer.indexOf("\n", start), buffer.indexOf("\r", start)].filter((end) => end >= 0);
    if (ends.length === 0) {
      throw new DataError(
        `\`header: ${wanted}\` lies after the last line of the file, which is ${line}: name a line with column names`,
        {
          setting: "header",
        },
      );
    }
    const end = Math.min(...ends);
    start = buffer[end] === 0x0d && buffer[end + 1] === 0x0a ? end + 2 : end + 1;
  }
  return start;
}

const common = [",", ";", "\t"];

/** Whichever the header uses most; a bar only where all lines have as many of them. */
function likelyDelimiter(text: string, line: number): string {
  const lines = text.split(/\r\n|\n|\r/);
  // The last one may be cut off.
  const filled = lines.flatMap((content, i) =>
    content.trim() === "" ? [] : [{ content: unquoted(content), line: line + i }],
  );
  const sample = (filled.length > 2 ? filled.slice(0, -1) : filled).slice(0, 30);
  const [first, ...rest] = sample;
  if (first === undefined) return ",";
  const likely = common.reduce((best, next) =>
    cells(first.content, next) > cells(first.content, best) ? next : best,
  );
  if (cells(first.content, likely) > 1) return likely;
  if (sameCells(sample, "|") > 1) return "|";
  refuseTitle(sample);
  refuseSpaces(first.content, rest);
  return likely;
}

interface Line {
  readonly content: string;
  readonly line: number;
}

function unquoted(line: string): string {
  return line.replaceAll(/"[^"]*"/g, "x");
}

function cells(line: string, delimiter: string): number {
  return line.split(delimiter).length;
}

/** Cells of each of these lines, 0 where they differ. */
function sameCells(lines: readonly Line[], delimiter: string): number {
  const counts = new Set(lines.map(({ content }) => cells(content, delimiter)));
  return counts.size === 1 ? [...counts][0]! : 0;
}

/** All lines have as many cells; the first one may end with separators that the others do not have. */
function isTable([header, ...rows]: readonly Line[], delimiter: string): boolean {
  const width = sameCells(rows, delimiter);
  const named = header!.content.split(delimiter).findLastIndex((cell) => cell.trim() !== "") + 1;
  return width > 1 && (cells(header!.content, delimiter) === width || named === width);
}

/** A first line without separators, above lines that all have as many of them. */
function refuseTitle(sample: readonly Line[]): void {
  for (let skipped = 1; skipped + 2 < sample.length; skipped++) {
    const table = sample.slice(skipped);
    if (![...common, "|"].some((delimiter) => isTable(table, delimiter))) continue;
    const { line } = table[0]!;
    const what = sample.slice(0, skipped).every(({ content }) => content.trimStart().startsWith("#"))
      ? "a comment"
      : "a title";
    throw new DataError(
      `line ${sample[0]!.line} is ${what} and no row of the table: set \`header: ${line}\`, the line with the column names, in \`data\``,
      { line: sample[0]!.line, setting: "header" },
    );
  }
}

function refuseSpaces(header: string, rows: readonly Line[]): void {
  const words = (text: string): string[] => text.trim().split(/\s+/);
  const width = words(rows[0]?.content ?? "").length;
  const even = rows.length > 0 && rows.every(({ content }) => words(content).length === width);
  const numbers = rows.every(({ content }) => words(content).some((word) => Number.isFinite(Number(word))));
  if (width < 2 || words(header).length < 2 || !even || !numbers) return;
  throw new DataError(
    'the columns seem to be separated by spaces: set `delimiter: " "` in `data`, or save the file with commas',
    { setting: "delimiter" },
  );
}
