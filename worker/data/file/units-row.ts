import { cellText, looksNumeric, type Column } from "./columns.ts";
import { kindOf } from "./cell-kinds.ts";
import { DataError } from "../errors.ts";
import type { CsvContent } from "./rows.ts";

/** Rows under the names, at most, that may be none. */
const most = 5;

/** Throws a `DataError` where the first rows hold units or further names: words, alone in columns of numbers. */
export function refuseUnits({ columns, rows, lines }: CsvContent): void {
  const numeric = columns.filter((column) => looksNumeric(column) && column.counts.number > most);
  let words = 0;
  for (let row = 0; row < Math.min(most, rows - 1) && isWords(columns, numeric, row); row++) words++;
  // A word that comes again below stands for something: a value that is missing, say.
  const named = numeric.filter(({ first }) => first.text === 0);
  const [column] = named;
  if (words === 0 || column === undefined || named.some(({ counts }) => counts.text > words)) return;
  const where = words === 1 ? `line ${lines[0]!} is` : `lines ${lines[0]!} to ${lines[words - 1]!} are`;
  throw new DataError(
    `${where} probably no row of the table ("${cellText(column, 0) ?? ""}" in column "${column.name}", which holds numbers below): set \`skip_rows: ${words}\` in \`data\` if units or further names stand there, else 0`,
    { line: lines[0]!, column: column.name, setting: "skip_rows" },
  );
}

/** Throws a `DataError` where a row that is to be skipped holds a number: a new file may have no units. */
export function refuseNumbers({
  cells = [],
  line,
}: {
  readonly cells?: readonly string[];
  readonly line: number;
}): void {
  const number = cells.find((cell) => kindOf(cell.trim()) === "number");
  if (number === undefined) return;
  throw new DataError(
    `line ${line} holds the number ${number.trim()}, and \`skip_rows\` says that no row of the table stands there: change \`skip_rows\`, or put the missing line back`,
    { line, setting: "skip_rows" },
  );
}

/** Nothing in it is a number or a date, and not all is missing. */
function isWords(columns: readonly Column[], numeric: readonly Column[], row: number): boolean {
  if (numeric.some(({ numbers }) => !Number.isNaN(numbers[row]!))) return false;
  const texts = columns.flatMap((column) => cellText(column, row) ?? []);
  const others = columns.filter((column) => !numeric.includes(column));
  return texts.length > 0 && others.every((column) => !/\d{2}|^\d/.test(cellText(column, row) ?? ""));
}
