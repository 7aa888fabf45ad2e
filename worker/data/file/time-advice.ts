import { DataError } from "../errors.ts";
import { timeText } from "./moments.ts";
import { formatsOf, timeReader } from "./time-format.ts";

/**
 * Throws a `DataError` that names the format of all `texts` where they have one that is not read by itself, or both where day and
 * month could change places; does nothing where no format fits. `where` and `text`: the place and cell to show.
 */
export function refuseOtherFormat(
  where: string,
  texts: Iterable<string>,
  text: string,
  place: { readonly line: number; readonly column: string },
): void {
  const [format, other] = formatsOf(texts);
  if (format === undefined) return;
  const start = `${where} ${quoted(text)}`;
  const readings = [format, other ?? format].map(timeReader);
  const differs = (each: string): boolean => readings[0]!(each) !== readings[1]!(each);
  const unclear = differs(text) ? text : [...texts].find(differs);
  if (other === undefined || unclear === undefined)
    throw new DataError(
      `${start} has another form than 2016-07-01: set \`time_format: "${format}"\` in \`data\`, which fits every row`,
      { ...place, setting: "time_format" },
    );
  const [one, two] = readings.map((read) => timeText(read(unclear)));
  const what = unclear === text ? start : `${start} has another form than 2016-07-01, and ${quoted(unclear)}`;
  throw new DataError(
    `${what} may be ${one!} or ${two!}: set \`time_format: "${format}"\` or \`time_format: "${other}"\` in \`data\``,
    { ...place, setting: "time_format" },
  );
}

function quoted(text: string): string {
  return `"${text.slice(0, 40)}"`;
}
