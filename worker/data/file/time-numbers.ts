import { dateOf, timeOfDay } from "./moments.ts";

/** How a column of numbers writes times: as digits of a date (and a time of day), or as time since 1970. */
export type NumberFormat =
  | "year"
  /** Years and twelfths of them, as R writes the times of months and quarters: 1949.08333 is February. */
  | "monthsInYears"
  /** Years and any share of them. */
  | "sharesOfYears"
  | "YYYYMMDD"
  | "YYYYMMDDHH"
  | "YYYYMMDDHHmm"
  | "YYYYMMDDHHmmss"
  | "seconds"
  | "milliseconds"
  | "microseconds"
  | "nanoseconds"
  | "unknown";

/** Those that write the digits of a whole date. */
export const dateFormats: ReadonlySet<NumberFormat> = new Set<NumberFormat>([
  "YYYYMMDD",
  "YYYYMMDDHH",
  "YYYYMMDDHHmm",
  "YYYYMMDDHHmmss",
]);

/** Digits that follow the eight of the date, by format. */
const clockDigits = { YYYYMMDDHH: 2, YYYYMMDDHHmm: 4, YYYYMMDDHHmmss: 6 } as const;

/**
 * One format for the whole column, by magnitude. Ten digits such as 2016070100 may be an hour of a day or seconds
 * since 1970, twelve a minute or milliseconds: they are digits of a date where most of them make one. Of any other
 * numbers, less than one in a hundred does.
 */
export function formatOf(numbers: ArrayLike<number>): NumberFormat {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < numbers.length; i++) {
    low = Math.min(low, numbers[i]!);
    high = Math.max(high, numbers[i]!);
  }
  if (low >= 1000 && high <= 9999) return yearFormat(numbers, low, high);
  if (low >= 1000_01_01 && high <= 9999_12_31) return "YYYYMMDD";
  for (const format of ["YYYYMMDDHH", "YYYYMMDDHHmm", "YYYYMMDDHHmmss"] as const) {
    const unit = 10 ** (4 + clockDigits[format]);
    if (low >= 1900 * unit && high < 2100 * unit && mostAre(format, numbers)) return format;
  }
  return epochFormat(low, high);
}

/** Years that files write with a fraction; a count of seconds may have any. */
const [earliestShare, latestShare] = [1500, 2200];
/** Months, at most, that a fraction of two digits is off. */
const roundedOff = 0.07;

function yearFormat(numbers: ArrayLike<number>, low: number, high: number): NumberFormat {
  let areWhole = true;
  let areMonths = true;
  for (let i = 0; i < numbers.length && (areWhole || areMonths); i++) {
    const value = numbers[i]!;
    areWhole &&= Number.isInteger(value);
    const month = Math.round(12 * value);
    // Two days of one month are no months.
    const isSame = i > 0 && value !== numbers[i - 1]! && month === Math.round(12 * numbers[i - 1]!);
    areMonths &&= Math.abs(12 * value - month) < roundedOff && !isSame;
  }
  if (areWhole || low < earliestShare || high >= latestShare) return "year";
  return areMonths ? "monthsInYears" : "sharesOfYears";
}

/** Seconds from 1973 on, milliseconds from 1973 to 5138, and finer units of the same years. */
function epochFormat(low: number, high: number): NumberFormat {
  if (low >= 1e8 && high < 1e11) return "seconds";
  if (low >= 1e11 && high < 1e14) return "milliseconds";
  if (low >= 1e14 && high < 1e17) return "microseconds";
  return low >= 1e17 && high < 1e20 ? "nanoseconds" : "unknown";
}

function mostAre(format: keyof typeof clockDigits, numbers: ArrayLike<number>): boolean {
  const step = Math.max(1, Math.floor(numbers.length / 1000));
  let looked = 0;
  let right = 0;
  for (let i = 0; i < numbers.length; i += step) {
    looked++;
    if (!Number.isNaN(fromNumber(numbers[i]!, format))) right++;
  }
  return 2 * right > looked;
}

/** Milliseconds since 1970, NaN where the number is no time of that format. */
export function fromNumber(value: number, format: NumberFormat): number {
  switch (format) {
    case "year":
      return Number.isInteger(value) ? dateOf(value, 1, 1) : Number.NaN;
    case "monthsInYears":
      return fromMonths(Math.round(12 * value));
    case "sharesOfYears":
      return fromShare(value);
    case "YYYYMMDD":
      return fromDate(value);
    case "YYYYMMDDHH":
    case "YYYYMMDDHHmm":
    case "YYYYMMDDHHmmss":
      return fromStamp(value, clockDigits[format]);
    case "seconds":
      return value * 1000;
    case "milliseconds":
      return value;
    case "microseconds":
      return value / 1000;
    case "nanoseconds":
      return value / 1e6;
    case "unknown":
      return Number.NaN;
    default:
      return format satisfies never;
  }
}

function fromMonths(months: number): number {
  return dateOf(Math.floor(months / 12), (months % 12) + 1, 1);
}

/** To the second. */
function fromShare(value: number): number {
  const [start, end] = [dateOf(Math.floor(value), 1, 1), dateOf(Math.floor(value) + 1, 1, 1)];
  return start + Math.round(((value % 1) * (end - start)) / 1000) * 1000;
}

function fromDate(value: number): number {
  return dateOf(Math.floor(value / 10_000), Math.floor(value / 100) % 100, value % 100);
}

function fromStamp(value: number, digits: number): number {
  const clock = (value % 10 ** digits) * 10 ** (6 - digits);
  const part = (unit: number): number => Math.floor(clock / unit) % 100;
  return fromDate(Math.floor(value / 10 ** digits)) + timeOfDay(part(10_000), part(100), clock % 100);
}
