import type { Column } from "./columns.ts";
import { dateFormats, formatOf, fromNumber } from "./time-numbers.ts";

/** Rows, at least, that show what a column of numbers is. */
const fewest = 10;
/** Years with a fraction that are taken for times without being asked. */
const [earliestYear, latestYear] = [1700, 2100];
/** Clocks count from 1970, and files hold times of 2001 to 2100. */
const [earliest, latest] = [Date.UTC(2001, 0), Date.UTC(2100, 0)];

/**
 * The numbers of a column are times, whatever its name: digits of dates in every row (20160701, 2016070113, …), or years and
 * twelfths of them (1949.083) or seconds, milliseconds, … since 1970 of which most rows are the same step after the one before. A time is
 * no input of its own: it says how late it is.
 */
export function writesTimes({ numbers }: Column): boolean {
  const first = numbers.find((value) => !Number.isNaN(value));
  if (numbers.length < fewest || first === undefined) return false;
  const isYear = first >= earliestYear && first < latestYear;
  if (!isYear && first < 1e7) return false;
  const known = numbers.filter((value) => !Number.isNaN(value));
  const format = formatOf(known);
  if (isYear) {
    const months = known.map((value) => Math.round(12 * value));
    return format === "monthsInYears" && isRegular(months);
  }
  const times = known.map((value) => fromNumber(value, format));
  if (times.some((time) => Number.isNaN(time))) return false;
  if (dateFormats.has(format)) return times.some((time) => time !== times[0]);
  return times.every((time) => time >= earliest && time < latest) && isRegular(times);
}

function isRegular(times: Float64Array): boolean {
  const counts = new Map<number, number>();
  for (let i = 1; i < times.length; i++) {
    const step = times[i]! - times[i - 1]!;
    if (step > 0) counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  return 2 * Math.max(0, ...counts.values()) > times.length;
}
