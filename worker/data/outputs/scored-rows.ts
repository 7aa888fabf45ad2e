import type { SplitBlock } from "../split/series-split.ts";
import { length, type SplitName } from "../split/split.ts";

export type LaterPart = Exclude<SplitName, "train">;

/** How far forecasts look. */
export interface Reach {
  readonly horizon: number;
  readonly window: number;
}

/**
 * First rows of all windows of a part that can be scored: the same for every window length, but in series held out as a
 * whole, which have no earlier rows to look at.
 */
export function scoredRows(
  part: LaterPart,
  split: readonly SplitBlock[],
  outputs: { observed(row: number): boolean },
  { horizon, window }: Reach,
): Int32Array {
  const rows: number[] = [];
  for (const series of split) {
    const { start, end } = series[part];
    const first = start === series.block.start ? start + window : start;
    for (let t = first; t + horizon <= end; t++) if (outputs.observed(t)) rows.push(t);
  }
  return Int32Array.from(rows);
}

/** Rows before the first prediction of a part, in the series that has the fewest. */
export function rowsBefore(
  part: LaterPart,
  split: readonly SplitBlock[],
  { horizon, window }: Reach,
): number {
  const used = split.filter((series) => length(series[part]) >= horizon);
  return Math.min(...used.map((series) => series[part].start - series.block.start || window));
}

/** The earlier rows, at most, that the linear baseline looks at: two weeks of hours. */
const longestWindow = 336;

/**
 * Rows that the linear baseline looks at. Not a trial's window, so that it is the same for all trials: 336, or
 * as many as lie before the rows to be predicted and fit three times into the training rows.
 */
export function baselineWindow(part: LaterPart, split: readonly SplitBlock[], reach: Reach): number {
  const { horizon } = reach;
  const trained = Math.max(0, ...split.map(({ train }) => Math.floor((length(train) - horizon) / 3)));
  return Math.min(longestWindow, trained, rowsBefore(part, split, reach));
}
