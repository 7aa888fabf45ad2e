import type { FittedSeries } from "../series.ts";
import { blockAt } from "../split/blocks.ts";

/** Blocks, at most, into which the samples of a part are cut: more of them hardly narrow an interval. */
const mostBlocks = 16;
/** From this many blocks of time on, series that share their ups and downs do no harm. */
const enoughBlocks = 6;

/** Stretches of time, nearly independent, that windows which begin at so many moments are worth. */
export function stretchesIn(moments: number, horizon: number): number {
  return Math.max(1, Math.min(mostBlocks, Math.floor(moments / (2 * horizon))));
}

/**
 * Samples of windows as independent as they can be had: the block of each. Windows of neighbouring rows share targets,
 * and errors come in spells, so a thousand of them may say no more than ten. Blocks are stretches of time, each at least two
 * horizons long; means over such blocks are nearly independent (Ibragimov and Mueller 2010, t-statistic based correlation
 * and heterogeneity robust inference). Where time has too few of them and there are many series, a series is a block.
 */
export function blocksOfWindows(fitted: FittedSeries, rows: Int32Array): Int32Array {
  const { arranged, split, settings } = fitted;
  const blocks = split.map(({ block }) => block);
  const series = rows.map((row) => blockAt(blocks, row));
  const moments = Float64Array.from(rows, (row, i) =>
    arranged.times === undefined ? row - split[series[i]!]!.block.start : arranged.times[row]!,
  );
  const distinct = [...new Set(moments)].sort((a, b) => a - b);
  const inTime = stretchesIn(distinct.length, settings.horizon);
  if (inTime < enoughBlocks && new Set(series).size >= enoughBlocks) return series;
  const place = new Map(distinct.map((moment, i) => [moment, i]));
  return Int32Array.from(moments, (moment) => Math.floor((place.get(moment)! * inTime) / distinct.length));
}
