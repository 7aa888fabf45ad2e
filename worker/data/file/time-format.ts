import { DataError } from "../errors.ts";
import { dateOf, fractionOf, timeOfDay } from "./moments.ts";

/** Milliseconds since 1970 of a text, NaN where it is not of the format. Offsets are taken off where the format has one. */
export type TimeReader = (text: string) => number;

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Longer tokens first. `MM` and `M` read the same: 7 and 07. */
const tokens: readonly (readonly [token: string, pattern: string, unit: Unit])[] = [
  ["YYYY", String.raw`(\d{4})`, "year"],
  ["YY", String.raw`(\d{2})`, "shortYear"],
  ["MMMM", String.raw`([a-z]{3,9})\.?`, "monthName"],
  ["MMM", String.raw`([a-z]{3,9})\.?`, "monthName"],
  ["MM", String.raw`(\d{2})`, "month"],
  ["M", String.raw`(\d{1,2})`, "month"],
  ["DD", String.raw`(\d{2})`, "day"],
  ["D", String.raw`(\d{1,2})`, "day"],
  ["HH", String.raw`(\d{2})`, "hour"],
  ["H", String.raw`(\d{1,2})`, "hour"],
  ["hh", String.raw`(\d{1,2})`, "hour"],
  ["h", String.raw`(\d{1,2})`, "hour"],
  ["mm", String.raw`(\d{2})`, "minute"],
  ["m", String.raw`(\d{1,2})`, "minute"],
  ["ss", String.raw`(\d{2})`, "second"],
  ["s", String.raw`(\d{1,2})`, "second"],
  ["S", String.raw`(\d{1,9})`, "fraction"],
  ["A", String.raw`([ap]\.?m\.?)`, "half"],
  ["Z", String.raw`(z|[+-]\d{2}:?\d{2})`, "zone"],
];

type Unit =
  | "year"
  | "shortYear"
  | "month"
  | "monthName"
  | "day"
  | "hour"
  | "minute"
  | "second"
  | "fraction"
  | "half"
  | "zone";

/** Reads times of one format: tokens of `tokens`, everything else as it stands. Throws `DataError` for one without a year. */
export function timeReader(format: string): TimeReader {
  const units: Unit[] = [];
  let pattern = "";
  for (let at = 0; at < format.length;) {
    const found = tokens.find(([token]) => format.startsWith(token, at));
    // A run of Ss is one fraction of a second.
    pattern += found === undefined ? literal(format[at]!) : found[1];
    if (found !== undefined) units.push(found[2]);
    at +=
      found === undefined
        ? 1
        : found[2] === "fraction"
          ? /^S+/.exec(format.slice(at))![0].length
          : found[0].length;
  }
  if (!units.includes("year") && !units.includes("shortYear")) {
    throw new DataError(
      `\`time_format: ${format}\` has no year: write it with the tokens YYYY, M, D, H, m and s, as in D/M/YYYY H:mm`,
      { setting: "time_format" },
    );
  }
  const expression = new RegExp(`^${pattern}$`, "i");
  return (text) => {
    const match = expression.exec(text.trim());
    return match === null ? Number.NaN : momentOf(units, match.slice(1));
  };
}

function literal(character: string): string {
  return character === " " ? String.raw`\s+` : character.replace(/[.*+?^${}()|[\]\\/]/, String.raw`\$&`);
}

function momentOf(units: readonly Unit[], texts: readonly string[]): number {
  const said = new Map(units.map((unit, i) => [unit, texts[i]!]));
  const number = (unit: Unit, otherwise: number): number => {
    const text = said.get(unit);
    return text === undefined ? otherwise : Number(text);
  };
  const short = said.get("shortYear");
  const year = short === undefined ? number("year", Number.NaN) : fullYear(Number(short));
  const name = said.get("monthName")?.slice(0, 3).toLowerCase();
  const month = name === undefined ? number("month", 1) : months.indexOf(name) + 1;
  const clock = timeOfDay(
    hourOf(number("hour", 0), said.get("half")),
    number("minute", 0),
    number("second", 0),
  );
  return (
    dateOf(year, month, number("day", 1)) +
    clock +
    fractionOf(said.get("fraction")) -
    offsetOf(said.get("zone"))
  );
}

/** As POSIX has it: 69 to 99 are of the last century. */
function fullYear(short: number): number {
  return short < 69 ? 2000 + short : 1900 + short;
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (half.toLowerCase().startsWith("p") ? 12 : 0);
}

function offsetOf(zone: string | undefined): number {
  const parts = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? "");
  if (parts === null) return 0;
  return (parts[1] === "-" ? -1 : 1) * timeOfDay(Number(parts[2]), Number(parts[3]), 0);
}

const dates = [
  "D/M/YYYY",
  "M/D/YYYY",
  "D.M.YYYY",
  "D-M-YYYY",
  "M-D-YYYY",
  "D/M/YY",
  "M/D/YY",
  "D.M.YY",
  "YYYY/M/D",
  "YYYY-M-D",
  "YYYY.M.D",
  "D MMM YYYY",
  "D-MMM-YYYY",
  "D-MMM-YY",
  "D MMM YY",
  "MMM D, YYYY",
  "MMM D YYYY",
  "MMM YYYY",
  "MMM-YY",
  "MMM-YYYY",
  "M/YYYY",
  "YYYYMMDD",
];
const clocks = [
  "",
  " H:mm",
  " H:mm:ss",
  " H:mm:ss.S",
  " h:mm A",
  " h:mm:ss A",
  " H.mm",
  " H.mm.ss",
  "TH:mm",
  "TH:mm:ss",
  ", H:mm",
  ", H:mm:ss",
];

/** The formats that fit every text: none, one, or two where day and month could change places. */
export function formatsOf(texts: Iterable<string>): readonly string[] {
  let left: (readonly [string, TimeReader])[] | undefined;
  for (const text of texts) {
    left ??= dates.flatMap((date) =>
      clocks.map((clock) => [date + clock, timeReader(date + clock)] as const),
    );
    left = left.filter(([, read]) => !Number.isNaN(read(text)));
    if (left.length === 0) break;
  }
  return (left ?? []).map(([format]) => format);
}
