import type { DataSettings } from "../../protocol/data-settings.ts";
import { DataError } from "../errors.ts";
import { type ScoredSplit } from "../outputs/metrics.ts";
import type { FittedSeries } from "../series.ts";
import { arrange } from "../split/arrange.ts";
import { splitSeries } from "../split/series-split.ts";
import type { Table } from "../file/table.ts";

/** Throws `DataError` where the `season` of forecasts does not fit before the validation rows of a fold. */
export function requireSeasons(table: Table, settings: DataSettings): void {
  if (settings.layout !== "series" || settings.season === undefined) return;
  const { folds } = settings;
  const arranged = arrange(table, settings);
  for (let fold = 0; fold < (folds ?? 1); fold++) {
    const split = splitSeries(arranged, settings, folds === undefined ? undefined : fold);
    requireSeason({ split, settings }, "validation");
  }
}

/** Throws `DataError` where the `season` does not fit before a part of one fold. */
export function requireSeason(
  { split, settings }: Pick<FittedSeries, "split" | "settings">,
  part: ScoredSplit,
): void {
  const { season } = settings;
  // Series that are held out as a whole have no row before; forecasts begin within them.
  const before = Math.max(...split.map((series) => series[part].start - series.block.start));
  if (season === undefined || before === 0 || before >= season) return;
  throw new DataError(
    `a \`season\` of ${season} rows does not fit into the ${before} rows before the ${part} rows: shorten it or move \`split\``,
    { setting: "season" },
  );
}
