import { toCsv } from "../../worker/data/file/write-csv.ts";
import type { Cell, Table, Tables } from "./tables.ts";

export function csvOf({ columns, rows }: Table): string {
  return toCsv([
    columns,
    ...rows.map((row) => row.map((cell) => (typeof cell === "boolean" ? String(cell) : cell))),
  ]);
}

/** Rows as objects; numbers that JSON lacks are the words "NaN", "Infinity" and "-Infinity". */
export function jsonOf(study: Readonly<Record<string, unknown>>, { trials, reports }: Tables): string {
  return `${JSON.stringify({ ...study, trials: objects(trials), reports: objects(reports) }, null, 1)}\n`;
}

function objects({ columns, rows }: Table): Record<string, Cell>[] {
  return rows.map((row) =>
    Object.fromEntries(columns.map((name, index) => [name, jsonCell(row[index] ?? null)])),
  );
}

function jsonCell(cell: Cell): Cell {
  return typeof cell === "number" && !Number.isFinite(cell) ? String(cell) : cell;
}
