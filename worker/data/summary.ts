import type { DataSettings } from "../protocol/data-settings.ts";
import { looksNumeric, type Column } from "./columns.ts";
import { gapWarning, usualStep } from "./gaps.ts";
import { prepareData, tableOf, type DataSource } from "./prepare.ts";
import { sampleCount } from "./sequences.ts";
import { scoredRows } from "./series-baselines.ts";
import { fitSeries } from "./series.ts";
import { length, type SplitName } from "./split.ts";
import { timeText } from "./time.ts";

export interface ColumnSummary {
  readonly name: string;
  readonly kind: "number" | "text" | "empty";
  readonly missing: number;
}

export interface PartSummary {
  /** Rows of the file, or series where the layout has one sample a series. */
  readonly rows: number;
  /** Windows, or samples. */
  readonly samples: number;
  /** First and last time, `2016-07-01 13:00:00` (UTC). */
  readonly from?: string;
  readonly to?: string;
}

/** Plain facts about what the settings make of a file. */
export interface DataSummary {
  readonly rows: number;
  readonly columns: readonly ColumnSummary[];
  /** Time of the first and last row, and the usual distance between rows in milliseconds. */
  readonly time?: { readonly from: string; readonly to: string; readonly step: number | undefined };
  /** Series in the file. */
  readonly series: number;
  /** Longest sample, in rows. */
  readonly window: number;
  readonly features: readonly string[];
  readonly outputs: readonly string[];
  readonly parts: Readonly<Record<SplitName, PartSummary>>;
  readonly warnings: readonly string[];
}

export function describeData(source: DataSource, settings: DataSettings): DataSummary {
  const table = tableOf(source);
  const prepared = prepareData(table, settings);
  const { arranged, split, outputs } = fitSeries(table, settings);
  const { times, blocks } = arranged;
  const part = (name: SplitName, samples: number): PartSummary => {
    const ranges = split.map((series) => series[name]).filter((range) => length(range) > 0);
    const rows = ranges.reduce((sum, range) => sum + length(range), 0);
    if (times === undefined || rows === 0) return { rows, samples };
    const from = Math.min(...ranges.map(({ start }) => times[start]!));
    const to = Math.max(...ranges.map(({ end }) => times[end - 1]!));
    return { rows, samples, from: timeText(from), to: timeText(to) };
  };
  const gaps = gapWarning(arranged);
  return {
    rows: table.rows,
    columns: table.columns.map(columnSummary),
    ...timeRange(times, usualStep(arranged)),
    series: blocks.length,
    window: prepared.train.window,
    features: prepared.features,
    outputs: prepared.outputs,
    parts: {
      train: part("train", sampleCount(prepared.train)),
      validation: part("validation", sampleCount(prepared.validation)),
      test: part("test", scoredRows("test", split, outputs, settings.horizon).length),
    },
    warnings: gaps === undefined ? prepared.warnings : [gaps, ...prepared.warnings],
  };
}

function columnSummary(column: Column): ColumnSummary {
  const { name, counts } = column;
  const empty = counts.number + counts.text + counts.infinite === 0;
  return { name, kind: empty ? "empty" : looksNumeric(column) ? "number" : "text", missing: counts.missing };
}

function timeRange(times: Float64Array | undefined, step: number | undefined): Pick<DataSummary, "time"> {
  if (times === undefined) return {};
  const from = times.reduce((low, time) => Math.min(low, time), Infinity);
  const to = times.reduce((high, time) => Math.max(high, time), -Infinity);
  return { time: { from: timeText(from), to: timeText(to), step } };
}
