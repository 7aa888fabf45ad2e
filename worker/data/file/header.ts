import { DataError } from "../errors.ts";
import { parseTime } from "./parse-time.ts";

/** Columns of which all names are proposed. */
const mostProposed = 30;

/** The columns' names, from the cells of the header line. */
export function columnNames(header: readonly string[], line: number): readonly string[] {
  // Spreadsheets and data frames write their row index without a name.
  const names = header.map((cell, i) => cell.trim() || `column ${i + 1}`);
  refuseValues(header, line);
  const counted = names.map((name, i) => {
    const before = names.slice(0, i).filter((other) => other === name).length;
    return before === 0 ? name : `${name} ${before + 1}`;
  });
  const all =
    names.length <= mostProposed ? `: set \`columns: ${JSON.stringify(counted)}\`` : " in `columns`";
  requireDifferent(names, `the header (line ${line})`, { line }, all);
  return names;
}

/** Names given by the setting `columns`, for the `count` columns of line `line`, where that is no header. */
export function givenNames(
  columns: readonly string[],
  count: number | undefined,
  line: number,
): readonly string[] {
  if (count === undefined || columns.length === count) {
    requireDifferent(columns, "`columns`", { setting: "columns" }, " in `columns`");
    return columns;
  }
  throw new DataError(
    `\`columns\` names ${columns.length} columns and line ${line} has ${count}: name each column, in order`,
    { line, setting: "columns" },
  );
}

function refuseValues(header: readonly string[], line: number): void {
  const filled = header.map((cell) => cell.trim()).filter((cell) => cell !== "");
  const numbers = filled.every((cell) => Number.isFinite(Number(cell)));
  if (filled.length === 0 || !filled.every((cell) => isValue(cell))) return;
  if (numbers && filled.length < header.length) return;
  throw new DataError(
    `line ${line} holds ${numbers ? "numbers" : "values"} only: put a header line with column names above the rows, or set \`header: false\` in \`data\` (and name them in \`columns\`)`,
    { line, setting: "header" },
  );
}

function isValue(cell: string): boolean {
  return Number.isFinite(Number(cell)) || !Number.isNaN(parseTime(cell));
}

function requireDifferent(
  names: readonly string[],
  where: string,
  place: { readonly line?: number; readonly setting?: string },
  all: string,
): void {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return;
  throw new DataError(
    `${where} names ${JSON.stringify(twice.slice(0, 60))} twice: rename one of the columns, or name them all${all}`,
    { ...place, column: twice },
  );
}
