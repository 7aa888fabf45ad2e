import { DataError, plural } from "../errors.ts";
import type { Table } from "../file/table.ts";
import { timeText } from "../file/moments.ts";
import type { RowRange } from "./split.ts";

/** Refuses rows of a series that are not in strictly rising order of time; `name` is that of the time column. */
export function requireRising(
  table: Table,
  times: Float64Array,
  name: string,
  blocks: readonly RowRange[],
): void {
  const wrong = lookAt(times, blocks);
  if (wrong.row < 0) return;
  const line = table.lines[wrong.row]!;
  const before = table.lines[wrong.row - 1]!;
  const place = { line, column: name };
  const time = timeText(times[wrong.row]!);
  const zone = wrong.autumn
    ? "these look like the hour that comes twice when summer time ends, so set `time_zone` or write times with their offset; else "
    : "";
  if (times[wrong.row] === times[wrong.row - 1]) {
    throw new DataError(
      `${repeated(wrong.repeats)} in column "${name}": lines ${before} and ${line} have the same time (${time}); ${zone}name the column that tells the series apart in \`group\`, or set \`duplicates\` to first, last or mean`,
      { ...place, setting: "duplicates" },
    );
  }
  throw new DataError(
    `line ${line} is earlier (${time}) than line ${before} (${timeText(times[wrong.row - 1]!)}) in column "${name}": ${zone}set \`sort: true\`, or name the column that tells the series apart in \`group\``,
    { ...place, setting: "sort" },
  );
}

function repeated(count: number): string {
  return count === 1 ? "a row repeats a time" : `${plural(count, "row")} repeat a time`;
}

interface Wrong {
  /** The first row that does not come after the one before it, -1 when all do. */
  readonly row: number;
  /** Rows with the time of the one before. */
  readonly repeats: number;
  /** All of them lie in the night of an autumn Sunday. */
  readonly autumn: boolean;
}

function lookAt(times: Float64Array, blocks: readonly RowRange[]): Wrong {
  let first = -1;
  let repeats = 0;
  let autumn = true;
  for (const { start, end } of blocks) {
    for (let row = start + 1; row < end; row++) {
      if (times[row]! > times[row - 1]!) continue;
      if (first < 0) first = row;
      if (times[row] === times[row - 1]) repeats++;
      autumn &&= isAutumnNight(times[row]!) && times[row - 1]! - times[row]! <= 3_600_000;
    }
  }
  return { row: first, repeats, autumn };
}

/** Clocks go back on Sundays: in October or November in the north, March or April in the south. */
function isAutumnNight(time: number): boolean {
  const date = new Date(time);
  return date.getUTCDay() === 0 && date.getUTCHours() <= 3 && [2, 3, 9, 10].includes(date.getUTCMonth());
}
