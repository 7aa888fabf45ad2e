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
  ["Q", "Q0?([1-4])", "quarter"],
  ["W", String.raw`W(\d{1,2})`, "week"],
  ["S", String.raw`(\d{1,9})`, "fraction"],
  ["A", String.raw`([ap]\.?m\.?)`, "half"],
  ["Z", String.raw`(z|[+-]\d{2}:?\d{2})`, "zone"],
];

type Unit =
  | "year"
  | "shortYear"
  | "month"
  | "monthName"
  | "quarter"
  | "week"
  | "day"
  | "hour"
  | "minute"
  | "second"
  | "fraction"
  | "half"
  | "zone";

/**
 * Reads times of one format: tokens of `tokens`, what stands in [brackets] and everything else as it stands. Throws `DataError`
 * for one without a year.
 */
export function timeReader(format: string): TimeReader {
  const { units, pattern } = parsed(format);
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

function parsed(format: string): { readonly units: readonly Unit[]; readonly pattern: string } {
  const units: Unit[] = [];
  let pattern = "";
  for (let at = 0; at < format.length;) {
    const quoted = /^\[([^\]]*)\]/.exec(format.slice(at));
    const found = tokens.find(([token]) => format.startsWith(token, at));
    if (quoted !== null) {
      pattern += Array.from(quoted[1]!, literal).join("");
      at += quoted[0].length;
    } else if (found === undefined) {
      pattern += literal(format[at]!);
      at++;
    } else {
      pattern += found[1];
      units.push(found[2]);
      // A run of Ss is one fraction of a second.
      at += found[2] === "fraction" ? /^S+/.exec(format.slice(at))![0].length : found[0].length;
    }
  }
  return { units, pattern };
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
  const clock = timeOfDay(
    hourOf(number("hour", 0), said.get("half")),
    number("minute", 0),
    number("second", 0),
  );
  return dayOf(year, said) + clock + fractionOf(said.get("fraction")) - offsetOf(said.get("zone"));
}

/** Midnight of the first day that year, month (or quarter, or week) and day name. */
function dayOf(year: number, said: ReadonlyMap<Unit, string>): number {
  const week = said.get("week");
  if (week !== undefined) return mondayOf(year, Number(week));
  const quarter = said.get("quarter");
  const name = said.get("monthName")?.slice(0, 3).toLowerCase();
  const month = name === undefined ? Number(said.get("month") ?? 1) : months.indexOf(name) + 1;
  return dateOf(year, quarter === undefined ? month : 3 * Number(quarter) - 2, Number(said.get("day") ?? 1));
}

const dayMs = 86_400_000;

/** The Monday of a week as ISO 8601 counts them: 4 January lies in the first. NaN for one that the year does not have. */
function mondayOf(year: number, week: number): number {
  const fourth = dateOf(year, 1, 4);
  const first = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * dayMs;
  const monday = first + (week - 1) * 7 * dayMs;
  const thursday = new Date(monday + 3 * dayMs);
  return week >= 1 && thursday.getUTCFullYear() === year ? monday : Number.NaN;
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

/** Orders in which people write a day or month with its name; the other ones of numbers may be mistaken for one another. */
const named = [
  ["D", "MMM", "YYYY"],
  ["MMM", "D", "YYYY"],
  ["YYYY", "MMM", "D"],
  ["D", "MMM", "YY"],
  ["MMM", "YYYY"],
  ["YYYY", "MMM"],
  ["MMM", "YY"],
].flatMap((parts) => [" ", "-", "/", ".", ""].map((between) => parts.join(between)));
const spans = ["Q", "W"].flatMap((span) => [
  ...["", " ", "-", "/"].map((between) => `YYYY${between}${span}`),
  ...[" ", "-", "/"].map((between) => `${span}${between}YYYY`),
]);
const numbered = [
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
  "M/YYYY",
  "YYYY[M]MM",
  "YYYY [M]MM",
  "YYYYMMDD",
];
const dates = [...numbered, ...named, "MMM D, YYYY", ...spans];
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

let readers: readonly (readonly [format: string, read: TimeReader])[] | undefined;

/** Months, quarters and weeks have no time of day. */
function allReaders(): typeof readers & {} {
  readers ??= dates.flatMap((date) =>
    (date.includes("D") ? clocks : [""]).map((clock) => [date + clock, timeReader(date + clock)] as const),
  );
  return readers;
}

/** Texts that show in which format most of them are. */
const looked = 200;
/** So many of them may be written otherwise. */
const mayDiffer = 0.1;

/** The first format that fits most of the texts; none where none does. */
export function usualFormat(texts: readonly string[]): string | undefined {
  const sample = texts.slice(0, looked);
  const wanted = (1 - mayDiffer) * sample.length;
  const found = allReaders().find(
    ([, read]) => sample.filter((text) => !Number.isNaN(read(text))).length >= wanted,
  );
  return found?.[0];
}

/** The formats that fit every text: none, one, or two where day and month could change places. */
export function formatsOf(texts: Iterable<string>): readonly string[] {
  let left: readonly (readonly [format: string, read: TimeReader])[] | undefined;
  for (const text of texts) {
    left = (left ?? allReaders()).filter(([, read]) => !Number.isNaN(read(text)));
    if (left.length === 0) break;
  }
  return (left ?? []).map(([format]) => format);
}
