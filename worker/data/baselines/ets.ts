import type { Smoothing } from "./fitted.ts";
import type { NumberOutputs, TargetSeries } from "../outputs/number-outputs.ts";
import { length, type RowRange } from "../split/split.ts";

/** Training rows, at most, that a fit looks at, over all targets: the newest. */
const mostRows = 60_000;
const mostRowsEach = 4000;
/** Places, about, at which a fit is judged. */
const judgedPlaces = 120;

/** What exponential smoothing knows at a row: the level, its change, and what each row of a season adds. */
class State {
  private level = 0;
  private change = 0;
  private readonly season: Float64Array;
  private readonly how: Smoothing;
  private row = 0;
  /** How often a forecast counts the change, by step; powers take long. */
  private readonly grown: number[] = [];

  /** Begins with the first season of `values`, the rows from `start` to `end`. */
  constructor(how: Smoothing, values: Float64Array, { start, end }: RowRange) {
    this.how = how;
    const count = Math.max(1, Math.min(how.season, end - start));
    for (let i = 0; i < count; i++) this.level += values[start + i]! / count;
    this.season = Float64Array.from({ length: how.season }, (_, i) =>
      how.season > 1 && i < count ? values[start + i]! - this.level : 0,
    );
  }

  /** The forecast `step` rows (from 0) ahead. */
  ahead(step: number): number {
    const { damping, season } = this.how;
    const grown = (this.grown[step] ??=
      damping === 1 ? step + 1 : (damping * (1 - damping ** (step + 1))) / (1 - damping));
    return this.level + this.change * grown + this.season[(this.row + step) % season]!;
  }

  /** Takes the next row; NaN is missing. */
  next(value: number): void {
    const { level, trend, damping, seasonal, season } = this.how;
    const expected = this.level + damping * this.change;
    const place = this.row++ % season;
    const added = this.season[place]!;
    if (Number.isNaN(value)) {
      this.level = expected;
      this.change *= damping;
      return;
    }
    const newer = level * (value - added) + (1 - level) * expected;
    this.change = trend * (newer - this.level) + (1 - trend) * damping * this.change;
    this.season[place] = seasonal * (value - expected) + (1 - seasonal) * added;
    this.level = newer;
  }
}

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
    const state = new State(how, known, block);
    for (let row = block.start; row <= block.end && next < wanted.length; row++) {
      for (; next < wanted.length && rows[wanted[next]!] === row; next++) {
        const sample = wanted[next]!;
        for (let step = 0; step < horizon; step++) {
          predictions[(sample * horizon + step) * targets.length + j] = state.ahead(step);
        }
      }
      if (row < block.end) state.next(raw[row]!);
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
  const errorOf = (how: Smoothing): number => errorWithin(target, ranges, horizon, how);
  let best = { how: candidates(season)[0]!, error: Infinity };
  const consider = (how: Smoothing): void => {
    const error = errorOf(how);
    if (error < best.error) best = { how, error };
  };
  for (const how of candidates(season)) consider(how);
  for (const distance of [0.5, 0.25]) {
    for (const name of ["level", "trend", "seasonal"] as const) {
      const value = best.how[name];
      if (value === 0) continue;
      const { how } = best;
      consider({ ...how, [name]: value * (1 - distance / 2) });
      consider({ ...how, [name]: value + (1 - value) * (distance / 2) });
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

/** Mean squared error of forecasts from places spread over the rows, the first quarter of which only warms up. */
function errorWithin(
  { raw, known }: TargetSeries,
  ranges: readonly RowRange[],
  horizon: number,
  how: Smoothing,
): number {
  const rows = ranges.reduce((sum, range) => sum + length(range), 0);
  const stride = Math.max(1, Math.floor(rows / judgedPlaces)) | 1; // odd: not the same time of day again and again
  const stepStride = Math.max(1, Math.floor(horizon / 12));
  let sum = 0;
  let count = 0;
  for (const range of ranges) {
    const state = new State(how, known, range);
    const from =
      range.start +
      Math.max(1, Math.min(2 * how.season, Math.floor(length(range) / 2)), Math.floor(length(range) / 4));
    for (let row = range.start; row < range.end; row++) {
      if (row >= from && (row - from) % stride === 0 && row + horizon <= range.end) {
        for (let step = 0; step < horizon; step += stepStride) {
          const error = state.ahead(step) - raw[row + step]!;
          if (Number.isNaN(error)) continue;
          sum += error * error;
          count++;
        }
      }
      state.next(raw[row]!);
    }
  }
  return count === 0 ? Infinity : sum / count;
}
