import type { DataSettings } from "../protocol/data-settings.ts";
import { DataError } from "./errors.ts";
import { named, type Metrics, type ScoredSplit } from "./metrics.ts";
import { NumberOutputs } from "./number-outputs.ts";
import { tableOf, type DataSource } from "./prepare.ts";
import type { Baseline } from "./prepared.ts";
import { fitSeries } from "./series.ts";
import { linear, repeatLast, scoredRows, seasonAgo } from "./series-baselines.ts";
import type { Table } from "./table.ts";

/**
 * What simple forecasts reach on the rows that trials are scored by, in the same metrics. They depend on
 * nothing that a sweep may search but `features`, `categorical` and how missing values are filled.
 */
export function baselines(
  source: DataSource,
  settings: DataSettings,
  split: ScoredSplit,
): readonly Baseline[] {
  const table = tableOf(source);
  return seriesBaselines(table, settings, split);
}

function seriesBaselines(table: Table, settings: DataSettings, part: ScoredSplit): readonly Baseline[] {
  const { outputs, split } = fitSeries(table, settings);
  const rows = scoredRows(part, split, outputs, settings.horizon);
  if (!(outputs instanceof NumberOutputs)) return [];
  const { season } = settings;
  const found: Baseline[] = [];
  const add = (name: string, naive: boolean, metrics: Metrics | undefined): void => {
    if (metrics !== undefined) found.push({ name, naive, metrics: named(part, metrics) });
  };
  add("repeat last", true, repeatLast(outputs, rows));
  if (season !== undefined) {
    const first = Math.min(...split.map((series) => series[part].start - series.block.start));
    if (first < season) {
      throw new DataError(
        `a \`season\` of ${season} rows does not fit into the ${first} rows before the ${part} rows: shorten it or move \`split\``,
        { setting: "season" },
      );
    }
    add("season ago", true, seasonAgo(outputs, rows, season));
  }
  add("linear", false, linear(outputs, part, split, rows));
  return found;
}
