import { DataError } from "../errors.ts";
import { timeText } from "../file/moments.ts";
import type { Table } from "../file/table.ts";
import { Zone } from "../file/zone.ts";
import type { RowRange } from "./split.ts";

/**
 * Moments of the clock times `local` in a zone. The hour that comes twice in autumn goes by the order of rows: a time that
 * does not come after the one before it is the second one. Refuses times that the zone left out.
 */
export function momentsOf(
  table: Table,
  local: Float64Array,
  blocks: readonly RowRange[],
  name: string,
): Float64Array {
  const zone = new Zone(name);
  const times = new Float64Array(local.length);
  for (const { start, end } of blocks) {
    let before = -Infinity;
    for (let row = start; row < end; row++) {
      const [first, second] = zone.moments(local[row]!);
      if (first === undefined) throw leftOut(table, local, row, name);
      before = second !== undefined && first <= before ? second : first;
      times[row] = before;
    }
  }
  return times;
}

function leftOut(table: Table, local: Float64Array, row: number, name: string): DataError {
  const line = table.lines[row]!;
  return new DataError(
    `line ${line}: ${timeText(local[row]!)} never was in ${name}, where clocks went forward: correct it, or set the \`time_zone\` that the times are in`,
    { line, setting: "time_zone" },
  );
}
