import { stampText } from "../file/moments.ts";

/** A cell of a table in another format; null where it is missing. */
export type Cell = string | number | bigint | boolean | Date | null | undefined;

/** The CSV text of a table, its header first, as `readCsv` reads it. Nothing is changed for spreadsheets. */
export function csvOf(header: readonly string[], rows: Iterable<readonly Cell[]>, delimiter = ","): Buffer {
  const written = (cells: readonly Cell[]): string =>
    cells.map((cell) => csvCell(cell, delimiter)).join(delimiter);
  const parts = [Buffer.from(`${written(header)}\n`)];
  let lines: string[] = [];
  for (const row of rows) {
    lines.push(written(row));
    if (lines.length < 10_000) continue;
    parts.push(Buffer.from(`${lines.join("\n")}\n`));
    lines = [];
  }
  if (lines.length > 0) parts.push(Buffer.from(`${lines.join("\n")}\n`));
  return Buffer.concat(parts);
}

function csvCell(cell: Cell, delimiter: string): string {
  if (cell === null || cell === undefined) return "";
  const text = cell instanceof Date ? dateText(cell) : String(cell);
  return /["\r\n]/.test(text) || text.includes(delimiter) || /^\s|\s$/.test(text)
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}

/** Without a zone: these formats know moments of no place. */
export function dateText(moment: Date): string {
  return Number.isNaN(moment.getTime()) ? "" : stampText(moment.getTime());
}
