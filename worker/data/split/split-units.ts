import type { Arranged } from "./arrange.ts";
import { dealUnits, unitAt, type UnitSplit } from "./deal-units.ts";
import { DataError } from "../errors.ts";
import type { SplitRanges } from "./split.ts";

/** Each series in one part as a whole, with all series of its unit. */
export function splitByUnit(
  { table, blocks }: Arranged,
  split: UnitSplit,
): (SplitRanges & { readonly block: Arranged["blocks"][number] })[] {
  const units = blocks.map(({ start, end }) => {
    const unit = unitAt(table, split.by, start);
    for (let row = start + 1; row < end; row++) {
      if (unitAt(table, split.by, row) === unit) continue;
      const line = table.lines[row]!;
      throw new DataError(
        `line ${line}, column "${split.by}", changes within a series: name the column that tells the series apart in \`group\``,
        { line, column: split.by, setting: "split" },
      );
    }
    return unit;
  });
  const partOf = dealUnits([...new Set(units)], split);
  return blocks.map((block, i) => {
    const { start, end } = block;
    const rows = (part: string): { start: number; end: number } =>
      partOf(units[i]!) === part ? { start, end } : { start, end: start };
    return { block, train: rows("train"), validation: rows("validation"), test: rows("test") };
  });
}
