import type { DataSettings } from "../../protocol/data-settings.ts";
import { rowsLost } from "../inputs/difference.ts";
import { differencing } from "../inputs/fit-features.ts";
import type { SplitBlock } from "../split/series-split.ts";
import { length, type SplitName } from "../split/split.ts";

export type LaterPart = Exclude<SplitName, "train">;

/** Rows of its series that lie before a row that is scored, at least: the same for all trials of a sweep. */
export function leastBefore(settings: DataSettings): number {
  return Math.max(rowsRead(settings), settings.season ?? 0);
}

/** Rows that the widest window reads, with those that differences lose. */
export function rowsRead(settings: DataSettings): number {
  return Math.max(settings.rows_before ?? 0, settings.window + rowsLost(differencing(settings)));
}

/** The first row of a part that has enough rows of its series before it. */
export function firstScored(part: LaterPart, series: SplitBlock, settings: DataSettings): number {
  return Math.max(series[part].start, series.block.start + leastBefore(settings));
}

/** First rows of all windows of a part that can be scored: the same for every window length. */
export function scoredRows(
  part: LaterPart,
  split: readonly SplitBlock[],
  outputs: { observed(row: number): boolean },
  settings: DataSettings,
): Int32Array {
  const rows: number[] = [];
  for (const series of split) {
    const last = series[part].end - settings.horizon;
    for (let t = firstScored(part, series, settings); t <= last; t++) if (outputs.observed(t)) rows.push(t);
  }
  return Int32Array.from(rows);
}

/** Rows before the first prediction of a part, in the series that has the fewest. */
export function rowsBefore(part: LaterPart, split: readonly SplitBlock[], settings: DataSettings): number {
  const { horizon } = settings;
  const used = split.filter((series) => firstScored(part, series, settings) + horizon <= series[part].end);
  return Math.min(...used.map((series) => firstScored(part, series, settings) - series.block.start));
}

/** The earlier rows, at most, that the linear baseline looks at: two weeks of hours. */
const longestWindow = 336;

/**
 * Rows that the linear baseline looks at. Not a trial's window, so that it is the same for all trials: 336, or
 * as many as lie before the rows to be predicted and fit three times into the training rows.
 */
export function baselineWindow(
  part: LaterPart,
  split: readonly SplitBlock[],
  settings: DataSettings,
): number {
  const { horizon } = settings;
  const trained = Math.max(0, ...split.map(({ train }) => Math.floor((length(train) - horizon) / 3)));
  return Math.min(longestWindow, trained, rowsBefore(part, split, settings));
}
