import { length, type RowRange } from "../split/split.ts";

/** A series whose season is looked for, NaN where missing, and what its errors are measured in. */
export interface Seasonal {
  readonly raw: Float64Array;
  readonly scale: number;
}

/** Every season up to this many rows is tried: a year of days, two weeks of hours. */
const mostTried = 400;
/** Longer ones that calendars have: a week of quarters of an hour or of ten minutes, a day of minutes, a year of hours. */
const longer = [672, 1008, 1440, 8760];
/** Training rows, at most, that are looked at: the newest. */
const mostRows = 20_000;
/** A season is one if repeating it errs at least so much less than repeating the last value, and less in long series. */
const worthwhile = 0.05;
/** Of few rows one of many seasons looks good by chance: standard errors, about, that it must be better by. */
const certain = 4;

/**
 * The season whose repetition errs least within the training rows over a whole horizon; undefined where none is clearly better
 * than repeating the last value. `longest`: no season has more rows. `usual`: rows of a day, a week or a year, the shortest first: one of
 * them is preferred where it errs hardly more, and another season must show twice over.
 */
export function findSeason(
  targets: readonly Seasonal[],
  train: readonly RowRange[],
  horizon: number,
  longest: number,
  usual: readonly number[] = [],
): number | undefined {
  const ranges = newest(train);
  const rows = Math.max(0, ...ranges.map(length));
  const most = Math.min(longest, Math.floor(rows / 3));
  const seasons = Array.from({ length: Math.max(0, Math.min(most, mostTried) - 1) }, (_, i) => i + 2);
  const tried = [...seasons, ...longer.filter((season) => season > mostTried && season <= most)];
  const computed = new Map<number, number>();
  const atLag = (lag: number): number => {
    let found = computed.get(lag);
    if (found === undefined) computed.set(lag, (found = meanSquare(targets, ranges, lag)));
    return found;
  };
  const steps = spread(horizon);
  const errorOf = (season: number): number =>
    mean(steps.map((step) => atLag(season * (Math.floor(step / season) + 1))));
  const last = mean(steps.map((step) => atLag(step + 1)));
  const errors = tried.map(errorOf);
  const least = Math.min(...errors);
  const margin = Math.max(worthwhile, certain / Math.sqrt(rows));
  if (!(least < (1 - margin) * last)) return undefined;
  // Twice a season does as well, by chance better: the shortest is meant. Of many multiples the best has more luck than any one.
  const multiple = tried[errors.indexOf(least)]!;
  const allowed = (season: number): number =>
    multiple % season === 0 ? Math.max(worthwhile, (2 * certain) / Math.sqrt(rows)) : margin;
  const isAsGood = (error: number, i: number): boolean =>
    error <= (1 + allowed(tried[i]!)) * least && !(errors[i + 1]! < error);
  const known = usual.find(
    (season) => tried.includes(season) && errorOf(season) <= (1 + allowed(season)) * least,
  );
  const found = known ?? tried[errors.findIndex(isAsGood)]!;
  if (known !== undefined || usual.length === 0) return found;
  return 2 * found <= most && errorOf(2 * found) < (1 - margin) * last ? found : undefined;
}

function newest(train: readonly RowRange[]): RowRange[] {
  let left = mostRows;
  return train.map(({ start, end }) => {
    const used = Math.min(left, end - start);
    left -= used;
    return { start: end - used, end };
  });
}

/** A few of many horizon steps tell as much as all. */
function spread(horizon: number): readonly number[] {
  const count = Math.min(horizon, 24);
  return Array.from({ length: count }, (_, i) => Math.floor((i * horizon) / count));
}

/** Mean squared difference of values `lag` rows apart, each target in its own standard deviations. */
function meanSquare(targets: readonly Seasonal[], ranges: readonly RowRange[], lag: number): number {
  let sum = 0;
  let count = 0;
  for (const { raw, scale } of targets) {
    for (const { start, end } of ranges) {
      for (let row = start + lag; row < end; row++) {
        const change = (raw[row]! - raw[row - lag]!) / scale;
        if (Number.isNaN(change)) continue;
        sum += change * change;
        count++;
      }
    }
  }
  return count === 0 ? Infinity : sum / count;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
