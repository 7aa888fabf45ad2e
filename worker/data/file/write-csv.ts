/** `null` is an empty cell. */
export type CsvCell = string | number | null;

/** RFC 4180 with a line end after every record. */
export function toCsv(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Spreadsheets run a text that begins like a formula, so such a text gets an apostrophe in front
 * (OWASP, CSV Injection); a plain number, such as the name of a series may be, is none. Numbers are written with all
 * their digits.
 */
function csvCell(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const isFormula = /^[=+\-@\t\r]/.test(cell) && !plainNumber.test(cell);
  const text = isFormula ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
