import type { Smoothing } from "./fitted.ts";
import type { NumberOutputs, TargetSeries } from "../outputs/number-outputs.ts";
import { SmoothingStates, waysAtOnce } from "./smoothing.ts";
import { length, type RowRange } from "../split/split.ts";

/** Training rows, at most, that a fit looks at, over all targets: the newest. */
const mostRows = 60_000;
const mostRowsEach = 4000;
/** Places, about, at which a fit is judged. */
const judgedPlaces = 120;

/** Writes the forecasts for the samples that begin at `rows` (rising within a block) to the columns of target `j`. */
export function forecastEts(
  { targets, horizon }: NumberOutputs,
  j: number,
  how: Smoothing,
  blocks: readonly RowRange[],
  rows: Int32Array,
  predictions: Float64Array,
): void {
  const { raw, known } = targets[j]!;
  const wanted = [...rows.keys()].sort((a, b) => rows[a]! - rows[b]!);
  let next = 0;
  for (const block of blocks) {
    const state = new SmoothingStates([how], known, block, horizon);
    let taken = block.start;
    for (; next < wanted.length && rows[wanted[next]!]! <= block.end; next++) {
      const sample = wanted[next]!;
      state.take(raw, taken, rows[sample]!);
      taken = rows[sample]!;
      const said = state.forecast();
      for (let step = 0; step < horizon; step++) {
        predictions[(sample * horizon + step) * targets.length + j] = said[step]!;
      }
    }
  }
}

/**
 * Exponential smoothing with additive trend, damped or not, and season (Hyndman and others 2008, Forecasting with Exponential
 * Smoothing), the factors chosen by the squared error over the whole horizon within the training rows.
 */
export function fitEts(
  target: TargetSeries,
  train: readonly RowRange[],
  horizon: number,
  { season = 1, targets = 1 }: { readonly season?: number | undefined; readonly targets?: number },
): Smoothing {
  const ranges = newest(train, Math.min(mostRowsEach, Math.ceil(mostRows / targets)));
  let best = { how: candidates(season)[0]!, error: Infinity };
  const consider = (ways: readonly Smoothing[]): void => {
    for (const [i, error] of errorsWithin(target, ranges, horizon, ways).entries()) {
      if (error < best.error) best = { how: ways[i]!, error };
    }
  };
  const all = candidates(season);
  for (let i = 0; i < all.length; i += waysAtOnce) consider(all.slice(i, i + waysAtOnce));
  for (const distance of [0.5, 0.25]) {
    for (const name of ["level", "trend", "seasonal"] as const) {
      const { how } = best;
      const value = how[name];
      if (value === 0) continue;
      const more = value + (1 - value) * (distance / 2);
      consider([
        { ...how, [name]: value * (1 - distance / 2) },
        { ...how, [name]: more },
      ]);
    }
  }
  return best.how;
}

function candidates(season: number): readonly Smoothing[] {
  const trends = [
    { trend: 0, damping: 1 },
    { trend: 0.1, damping: 0.9 },
    { trend: 0.03, damping: 0.98 },
    { trend: 0.1, damping: 1 },
    { trend: 0.3, damping: 1 },
  ];
  return [1, 0.8, 0.5, 0.2, 0.05].flatMap((level) =>
    trends.flatMap((how) =>
      (season > 1 ? [0, 0.1, 0.3, 0.6] : [0]).map((seasonal) => ({ season, level, ...how, seasonal })),
    ),
  );
}

function newest(train: readonly RowRange[], most: number): readonly RowRange[] {
  const share = Math.min(
    1,
    most /
      Math.max(
        1,
        train.reduce((sum, range) => sum + length(range), 0),
      ),
  );
  return train.map((range) => ({ start: range.end - Math.ceil(share * length(range)), end: range.end }));
}

/** Mean squared error of the forecasts of each way from places spread over the rows, the first quarter of which only warms up. */
function errorsWithin(
  { raw, known }: TargetSeries,
  ranges: readonly RowRange[],
  horizon: number,
  ways: readonly Smoothing[],
): readonly number[] {
  const rows = ranges.reduce((sum, range) => sum + length(range), 0);
  const stride = Math.max(1, Math.floor(rows / judgedPlaces)) | 1; // odd: not the same time of day again and again
  const stepStride = Math.max(1, Math.floor(horizon / 12));
  const sums = new Float64Array(ways.length);
  let count = 0;
  for (const range of ranges) {
    const states = new SmoothingStates(ways, known, range, horizon);
    const season = ways[0]!.season;
    const rowsHere = length(range);
    const warm = Math.max(1, Math.min(2 * season, Math.floor(rowsHere / 2)), Math.floor(rowsHere / 4));
    let taken = range.start;
    for (let row = range.start + warm; row + horizon <= range.end; row += stride) {
      states.take(raw, taken, row);
      taken = row;
      count += states.addErrors(sums, raw, row, stepStride);
    }
  }
  return Array.from(sums, (sum) => (count === 0 ? Infinity : sum / count));
}
