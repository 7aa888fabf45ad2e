import type { DataSettings } from "../../protocol/data-settings.ts";
import { cellText } from "../file/columns.ts";
import { columnOf, type Table } from "../file/table.ts";
import { timeColumns } from "../split/arrange.ts";

/** An offset from UTC at the end of a time of day. */
const offset = /\d\s*([+-]\d{2}):?(\d{2})$/;
/** Rows, at most, that are looked at, all over the file: summer has another offset than winter. */
const looked = 1000;
/** Offsets, at most, that are named. */
const most = 3;

/** A sentence where times are written with offsets from UTC and no time zone is set: the clocks of forecasts are another place's. */
export function offsetWarnings(table: Table, settings: DataSettings): readonly string[] {
  const [name, other] = timeColumns(settings);
  if (name === undefined || other !== undefined || settings.time_zone !== undefined) return [];
  const column = columnOf(table, name, "time");
  if (column.counts.text === 0) return [];
  const found = new Set<string>();
  for (let row = 0; row < table.rows; row += Math.ceil(table.rows / looked)) {
    const [, hours, minutes] = offset.exec(timeOfDay(cellText(column, row))) ?? [];
    if (hours !== undefined) found.add(`${hours}:${minutes!}`);
  }
  const moved = [...found].filter((each) => !each.endsWith("00:00"));
  if (moved.length === 0) return [];
  const named = moved.slice(0, most).join(", ");
  return [
    `the times of column "${name}" have an offset (${named}) and are read as UTC, so hours, weekdays and the times of forecasts are those of UTC: set \`time_zone\`, as in Europe/Berlin, to have them of the place`,
  ];
}

/** What stands behind the date: 2020-01-02 alone has no offset of -02. */
function timeOfDay(text = ""): string {
  return /[T ]\d{1,2}[:.]\d{2}.*$/.exec(text)?.[0] ?? "";
}
