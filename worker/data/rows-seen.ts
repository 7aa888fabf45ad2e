import type { DataSettings } from "../protocol/data-settings.ts";
import type { Retraining, RowsSeen } from "../protocol/retraining.ts";
import type { Table } from "./file/table.ts";
import { timeText } from "./file/moments.ts";
import { sampleCount } from "./outputs/sequences.ts";
import { usedRows } from "./outputs/windows.ts";
import type { PreparedData } from "./prepared.ts";
import { fitSeries } from "./series.ts";
import { length } from "./split/split.ts";

/** What a training after the search looks at. */
export function rowsSeen(
  table: Table,
  settings: DataSettings,
  retraining: Retraining,
  { train }: PreparedData,
): RowsSeen {
  const samples = sampleCount(train);
  if (settings.layout !== "series") return { samples };
  const { arranged, split } = fitSeries(table, settings, retraining);
  const { times } = arranged;
  const ranges = split.map((series) => usedRows(series, settings)).filter((range) => length(range) > 0);
  if (times === undefined || ranges.length === 0) return { samples };
  return {
    samples,
    from: timeText(Math.min(...ranges.map(({ start }) => times[start]!))),
    until: timeText(Math.max(...ranges.map(({ end }) => times[end - 1]!))),
  };
}
