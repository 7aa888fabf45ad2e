import { DataError, plural } from "../errors.ts";
import type { Table } from "../file/table.ts";
import type { Pipeline } from "../inputs/pipeline.ts";
import type { Arranged } from "../split/arrange.ts";
import { usualStep } from "../split/usual-step.ts";
import type { RowRange } from "../split/split.ts";

/** Refuses rows that follow one another at another pace than those the model was trained on. */
export function requireSameStep({ seen }: Pipeline, arranged: Arranged): void {
  const step = usualStep(arranged);
  if (seen?.step === undefined || step === undefined) return;
  // Months have 28 to 31 days, and an hour may be missing.
  if (step > seen.step / 1.5 && step < seen.step * 1.5) return;
  throw new DataError(
    `the rows are ${spanText(step)} apart, and the model was trained on rows ${spanText(seen.step)} apart: give it rows at that interval`,
    { setting: "time" },
  );
}

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
  ["millisecond", 1],
] as const;

/** Calendar months and years have no one length: what their usual one has, in days. */
const calendar = [
  ["1 month", 30, 31],
  ["3 months", 90, 92],
  ["6 months", 181, 184],
  ["1 year", 365, 366],
] as const;

const yearDays = 365.2425;

/** `1 hour`, `15 minutes`; of whole days that are a month, a quarter or a year, `1 month`. */
export function spanText(milliseconds: number): string {
  const days = milliseconds / 86_400_000;
  const whole = calendar.find(([, least, most]) => Number.isInteger(days) && days >= least && days <= most);
  if (whole !== undefined) return whole[0];
  const years = Math.round(days / yearDays);
  if (years > 1 && Math.abs(days - years * yearDays) < 2) return `${years} years`;
  const [name, size] = units.find(([, unit]) => milliseconds >= unit) ?? ["microsecond", 0.001];
  const count = Number((milliseconds / size).toPrecision(3));
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

/** One sentence for each input that lies further outside its training range than that range is wide. */
export function farOutsideWarnings(
  { seen }: Pipeline,
  inputs: Table,
  ranges: readonly RowRange[],
): readonly string[] {
  return (seen?.ranges ?? []).flatMap(({ column, low, high }) => {
    const found = inputs.columns.find(({ name }) => name === column);
    if (found === undefined) return [];
    const margin = high > low ? high - low : Math.abs(high);
    const far = rowsOutside(found.numbers, ranges, low - margin, high + margin);
    if (far.count === 0) return [];
    const example = `${found.numbers[far.first]!} on line ${inputs.lines[far.first]!}`;
    return [
      `column "${column}" has ${plural(far.count, "value")} far outside those of training (${example}, training had ${low} to ${high}): what the model says of them is a guess`,
    ];
  });
}

function rowsOutside(
  numbers: Float64Array,
  ranges: readonly RowRange[],
  low: number,
  high: number,
): { count: number; first: number } {
  let count = 0;
  let first = -1;
  for (const { start, end } of ranges) {
    for (let row = Math.max(start, 0); row < end; row++) {
      if (!(numbers[row]! < low || numbers[row]! > high)) continue;
      if (count++ === 0) first = row;
    }
  }
  return { count, first };
}
