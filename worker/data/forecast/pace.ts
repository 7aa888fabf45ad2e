import type { Arranged } from "../split/arrange.ts";
import { usualStep } from "../split/usual-step.ts";
import type { RowRange } from "../split/split.ts";
import { dateOf } from "../file/moments.ts";

/** How the rows of a series follow one another: by a number of milliseconds, or by calendar months. */
export type Pace =
  | { readonly kind: "steady"; readonly milliseconds: number }
  | {
      readonly kind: "months";
      readonly months: number;
      /** Day of the month, the last one where a month is shorter: 31 for month ends. */
      readonly day: number;
    };

/** The usual pace of the rows `block`: medians. Undefined with one row. */
export function paceOf(times: Float64Array, block: RowRange): Pace | undefined {
  const milliseconds = usualStep({ times, blocks: [block] });
  if (milliseconds === undefined) return undefined;
  const own = times.subarray(block.start, block.end);
  const day = commonDay(own);
  if (day === undefined) return { kind: "steady", milliseconds };
  const months = own.map(monthOf);
  return { kind: "months", months: median(months.subarray(1).map((month, i) => month - months[i]!))!, day };
}

/** By block: its own pace, or the middle one of the others where it has a single row. */
export function pacesOf({ times, blocks }: Arranged): readonly (Pace | undefined)[] {
  if (times === undefined) return blocks.map(() => undefined);
  const paces = blocks.map((block) => paceOf(times, block));
  const found = paces.filter((pace) => pace !== undefined);
  const usual = found.toSorted((a, b) => roughly(a) - roughly(b))[Math.floor(found.length / 2)];
  return paces.map((pace) => pace ?? usual);
}

/** The time `steps` rows after `time`, milliseconds since 1970. */
export function timeAfter(time: number, pace: Pace, steps: number): number {
  if (pace.kind === "steady") return time + steps * pace.milliseconds;
  const month = monthOf(time) + steps * pace.months;
  const year = Math.floor(month / 12);
  const inYear = month - 12 * year + 1;
  return dateOf(year, inYear, Math.min(pace.day, daysOf(year, inYear))) + clockOf(time);
}

const dayLength = 86_400_000;

function clockOf(time: number): number {
  return ((time % dayLength) + dayLength) % dayLength;
}

/** Months since the year 0. */
function monthOf(time: number): number {
  const date = new Date(time);
  return 12 * date.getUTCFullYear() + date.getUTCMonth();
}

function daysOf(year: number, month: number): number {
  const date = new Date(dateOf(year, month, 1));
  date.setUTCMonth(month, 0);
  return date.getUTCDate();
}

/**
 * The day of the month on which all these times lie, at the same time of day and never two in a month, where a
 * shorter month has its last day in place of it. Undefined where they do not.
 */
function commonDay(times: Float64Array): number | undefined {
  const clock = clockOf(times[0]!);
  let latest = 0;
  let allEnds = true;
  for (const [i, time] of times.entries()) {
    if (clockOf(time) !== clock || (i > 0 && monthOf(time) === monthOf(times[i - 1]!))) return undefined;
    latest = Math.max(latest, dayOf(time));
    allEnds &&= dayOf(time) === lengthOfMonth(time);
  }
  if (allEnds) return 31;
  return times.every((time) => dayOf(time) === Math.min(latest, lengthOfMonth(time))) ? latest : undefined;
}

function dayOf(time: number): number {
  return new Date(time).getUTCDate();
}

function lengthOfMonth(time: number): number {
  const date = new Date(time);
  return daysOf(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

function median(values: Float64Array): number | undefined {
  return values.toSorted()[Math.floor(values.length / 2)];
}

const monthLength = 30.436_875 * dayLength;

function roughly(pace: Pace): number {
  return pace.kind === "steady" ? pace.milliseconds : pace.months * monthLength;
}
