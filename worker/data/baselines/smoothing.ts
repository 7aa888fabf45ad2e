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
  private readonly ways: readonly Smoothing[];
  private readonly season: number;
  /** Level, change, and what each row of a season adds, of each way. */
  private readonly state: Float64Array;
  private readonly how: Float64Array;
  private readonly values: Float64Array;
  private place = 0;
  /** How often the forecast of a way counts the change, by step; powers take long. */
  private readonly grown: number[][];

  /** Begins with the first season of `values`, the rows from `start` to `end`. */
  constructor(ways: readonly Smoothing[], values: Float64Array, { start, end }: RowRange) {
    this.ways = ways;
    this.season = ways[0]!.season;
    this.grown = ways.map(() => []);
    [this.state, this.how, this.values] = room((2 + this.season) * waysAtOnce, 4 * waysAtOnce, mostRows);
    const count = Math.max(1, Math.min(this.season, end - start));
    let first = 0;
    for (let i = 0; i < count; i++) first += values[start + i]! / count;
    this.state.fill(0);
    this.how.fill(0);
    for (const [w, { level, trend, damping, seasonal }] of ways.entries()) {
      this.state[w] = first;
      for (let i = 0; this.season > 1 && i < count; i++) {
        this.state[(2 + i) * waysAtOnce + w] = values[start + i]! - first;
      }
      for (const [i, factor] of [level, trend, damping, seasonal].entries())
        this.how[i * waysAtOnce + w] = factor;
    }
  }

  /** Takes the next rows of `values`; NaN is missing. */
  take(values: Float64Array, from: number, to: number): void {
    for (let first = from; first < to; first += mostRows) {
      const count = Math.min(mostRows, to - first);
      for (let i = 0; i < count; i++) this.values[i] = values[first + i]!;
      const { state, how, season, place } = this;
      kernels().smooth(state.byteOffset, how.byteOffset, season, place, this.values.byteOffset, count);
      this.place = (place + count) % season;
    }
  }

  /** Adds the squared errors of forecasts `steps` rows ahead, every `stride`, of `values` from `row` on to `sums`, by way; returns how many. */
  addErrors(sums: Float64Array, values: Float64Array, row: number, steps: number, stride: number): number {
    let count = 0;
    for (let step = 0; step < steps; step += stride) {
      const truth = values[row + step]!;
      if (Number.isNaN(truth)) continue;
      for (let way = 0; way < this.ways.length; way++) {
        const error = this.ahead(way, step) - truth;
        sums[way]! += error * error;
      }
      count++;
    }
    return count;
  }

  /** The forecast of a way `step` rows (from 0) ahead. */
  ahead(way: number, step: number): number {
    const { state, season, place } = this;
    const added = state[(2 + ((place + step) % season)) * waysAtOnce + way]!;
    const grown = (this.grown[way]![step] ??= timesChanged(this.ways[way]!.damping, step));
    return state[way]! + state[waysAtOnce + way]! * grown + added;
  }
}

function timesChanged(damping: number, step: number): number {
  return damping === 1 ? step + 1 : (damping * (1 - damping ** (step + 1))) / (1 - damping);
}
