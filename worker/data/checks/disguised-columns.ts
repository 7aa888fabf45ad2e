import type { DataSettings } from "../../protocol/data-settings.ts";
import { cellText, looksNumeric, type Column } from "../file/columns.ts";
import { disguiseOf, unmasking, type Disguise } from "../file/disguised-numbers.ts";
import { holdsTimes } from "../file/time-texts.ts";
import { listed } from "../errors.ts";
import { helperColumns } from "../split/feature-columns.ts";
import type { Table } from "../file/table.ts";

/** This many cells show what a column is. */
const maxLooked = 1000;

const whatTheyHold: Readonly<Record<Disguise, string>> = {
  commas: "numbers with commas",
  unit: "numbers with a unit",
};

/** Sentences on text columns that `features: numeric` passes over although most of their cells are meant as numbers. */
export function disguisedColumnWarnings(table: Table, settings: DataSettings): readonly string[] {
  const { features, categorical, targets } = settings;
  if (features !== "numeric") return [];
  const others = new Set([...helperColumns(settings), ...targets, ...categorical]);
  const found = table.columns.flatMap((column) => {
    if (others.has(column.name) || looksNumeric(column)) return [];
    const disguise = usualDisguise(column, table.rows);
    return disguise === undefined ? [] : [{ column, disguise }];
  });
  return (["commas", "unit"] as const).flatMap((disguise) => {
    const columns = found.filter((one) => one.disguise === disguise).map(({ column }) => column);
    return columns.length === 0 ? [] : [warning(table, columns, disguise)];
  });
}

/** Most cells are meant as numbers, though they are text. */
export function isDisguised(column: Column, rows: number): boolean {
  return usualDisguise(column, rows) !== undefined;
}

/** A sentence where most cells of a column are meant as numbers, though they are text: why, and what to do. */
export function disguiseRemark(table: Table, column: Column): readonly string[] {
  const disguise = usualDisguise(column, table.rows);
  if (disguise === undefined) return [];
  return [
    `column "${column.name}" holds ${whatTheyHold[disguise]} (${exampleOf(table, column)}), which is text: ${unmasking[disguise]}`,
  ];
}

/** Of most cells. */
function usualDisguise(column: Column, rows: number): Disguise | undefined {
  const counts = { commas: 0, unit: 0, plain: 0 };
  let looked = 0;
  for (let row = column.first.text; row >= 0 && row < rows && looked < maxLooked; row++) {
    const text = cellText(column, row);
    if (text === undefined) continue;
    looked++;
    counts[Number.isNaN(column.numbers[row]!) ? (disguiseOf(text) ?? "plain") : "plain"]++;
  }
  const found = (["commas", "unit"] as const).find((disguise) => 2 * counts[disguise] > looked);
  // "1991 Jul" and "1970 Q1" are times, and no amounts of Jul and Q1.
  return found === "unit" && holdsTimes(column, rows) ? undefined : found;
}

function warning(table: Table, columns: readonly Column[], disguise: Disguise): string {
  const [column, are] = columns.length === 1 ? ["column", "holds"] : ["columns", "hold"];
  const [first] = columns;
  const example = exampleOf(table, first!);
  const verb = columns.length === 1 ? "is" : "are";
  return `${column} ${listed(columns.map(({ name }) => name))} ${are} ${whatTheyHold[disguise]} (${example}), which is text, and ${verb} left out of the inputs: ${unmasking[disguise]}`;
}

function exampleOf(table: Table, column: Column): string {
  const row = column.first.text;
  return `${JSON.stringify(cellText(column, row)?.slice(0, 40))} on line ${table.lines[row]!}`;
}
