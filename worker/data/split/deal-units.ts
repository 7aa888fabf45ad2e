import { rngFor, shuffle } from "../../../search/random.ts";
import type { SplitSettings } from "../../protocol/data-settings.ts";
import { cellText } from "../file/columns.ts";
import { DataError, plural } from "../errors.ts";
import { columnOf, type Table } from "../file/table.ts";
import type { Part } from "./draw-samples.ts";
import { requireFractions } from "./split.ts";

export type UnitSplit = Extract<SplitSettings, { by: string }>;

/** The unit (machine, patient) of a row. A missing one is refused. */
export function unitAt(table: Table, by: string, row: number): string {
  const unit = cellText(columnOf(table, by, "split"), row);
  if (unit !== undefined) return unit;
  const line = table.lines[row]!;
  throw new DataError(
    `line ${line}, column "${by}", is empty: \`split: {by: ${by}}\` needs a value in every row`,
    {
      line,
      column: by,
      setting: "split",
    },
  );
}

/** The different units of a table, in order of first appearance. */
export function unitsOf(table: Table, by: string): readonly string[] {
  return [...new Set(Array.from({ length: table.rows }, (_, row) => unitAt(table, by, row)))];
}

/** Deals whole units out by the fractions of `split`, drawn by its seed: at least one to training and validation each. */
export function dealUnits(units: readonly string[], split: UnitSplit): (unit: string) => Part {
  const sum = requireFractions(split);
  if (units.length < 2) {
    throw new DataError(
      `column "${split.by}" has ${plural(units.length, "unit")}, too few to hold one out: name another column in \`split.by\`, or split by fractions`,
      { column: split.by, setting: "split" },
    );
  }
  const order = shuffle(Int32Array.from(units.keys()), rngFor(split.seed ?? 0, "split"));
  const n = units.length;
  const train = Math.min(n - 1, Math.max(1, Math.round(split.train * n)));
  const validation = Math.max(train + 1, Math.round((split.train + split.validation) * n));
  const used = split.test === undefined ? n : Math.max(validation, Math.round(sum * n));
  const parts = new Map(
    Array.from(order, (unit, i): [string, Part] => [
      units[unit]!,
      i < train ? "train" : i < validation ? "validation" : i < used ? "test" : "unused",
    ]),
  );
  return (unit) => parts.get(unit) ?? "unused";
}
