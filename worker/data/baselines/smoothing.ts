import type { Smoothing } from "./fitted.ts";
import { kernels, room } from "./kernels.ts";
import type { RowRange } from "../split/split.ts";

/** Ways that are followed side by side, which takes hardly longer than one. */
export const waysAtOnce = 4;
/** Rows that are taken at a time, at most. */
const mostRows = 4096;

/**
 * What exponential smoothing in up to four ways, of one season, knows at a row: the level, its change, and what each row of a season adds.
 * Lives in the kernels' room until someone else uses it.
 */
export class SmoothingStates {
  private readonly ways: number;
  private readonly season: number;
  /** Steps that forecasts look ahead. */
  private readonly horizon: number;
  /** Level, change, and what each row of a season adds, of each way. */
  private readonly state: Float64Array;
  private readonly how: Float64Array;
  private readonly values: Float64Array;
  /** How often the forecast of a way counts the change, by step. */
  private readonly grown: Float64Array;
  private readonly said: Float64Array;
  private readonly sums: Float64Array;
  private place = 0;

  /** Begins with the first season of `values`, the rows from `start` to `end`. */
  constructor(ways: readonly Smoothing[], values: Float64Array, { start, end }: RowRange, horizon: number) {
    this.ways = ways.length;
    this.season = ways[0]!.season;
    this.horizon = horizon;
    [this.state, this.how, this.values, this.grown, this.said, this.sums] = room(
      (2 + this.season) * waysAtOnce,
      4 * waysAtOnce,
      Math.max(mostRows, horizon),
      horizon * waysAtOnce,
      horizon,
      waysAtOnce,
    );
    for (const numbers of [this.state, this.how, this.grown, this.sums]) numbers.fill(0);
    const count = Math.max(1, Math.min(this.season, end - start));
    let first = 0;
    for (let i = 0; i < count; i++) first += values[start + i]! / count;
    for (const [w, { level, trend, damping, seasonal }] of ways.entries()) {
      this.state[w] = first;
      for (let i = 0; this.season > 1 && i < count; i++) {
        this.state[(2 + i) * waysAtOnce + w] = values[start + i]! - first;
      }
      for (const [i, factor] of [level, trend, damping, seasonal].entries())
        this.how[i * waysAtOnce + w] = factor;
      for (let step = 0; step < horizon; step++)
        this.grown[step * waysAtOnce + w] = timesChanged(damping, step);
    }
  }

  /** Takes the next rows of `values`; NaN is missing. */
  take(values: Float64Array, from: number, to: number): void {
    for (let first = from; first < to; first += mostRows) {
      const count = Math.min(mostRows, to - first);
      this.values.set(values.subarray(first, first + count));
      const { state, how, season, place } = this;
      kernels().smooth(state.byteOffset, how.byteOffset, season, place, this.values.byteOffset, count);
      this.place = (place + count) % season;
    }
  }

  /** Adds the squared errors of forecasts of every `stride`-th step, of `values` from `row` on, to `sums`, by way; returns how many. */
  addErrors(sums: Float64Array, values: Float64Array, row: number, stride: number): number {
    const { state, season, place, grown, horizon } = this;
    this.values.set(values.subarray(row, row + horizon));
    this.sums.set(sums);
    const count = kernels().addErrors(
      this.sums.byteOffset,
      state.byteOffset,
      season,
      place,
      grown.byteOffset,
      this.values.byteOffset,
      horizon,
      stride,
    );
    sums.set(this.sums.subarray(0, this.ways));
    return count;
  }

  /** The forecasts of the first way, by step. Gone with the next call. */
  forecast(): Float64Array {
    const { state, season, place, grown, said, horizon } = this;
    kernels().forecast(said.byteOffset, state.byteOffset, season, place, grown.byteOffset, horizon);
    return said;
  }
}

function timesChanged(damping: number, step: number): number {
  return damping === 1 ? step + 1 : (damping * (1 - damping ** (step + 1))) / (1 - damping);
}
