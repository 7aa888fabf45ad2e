import type { DataSettings } from "../../protocol/data-settings.ts";
import { columnOf, numbersOf, type Table } from "../file/table.ts";
import { arrange } from "../split/arrange.ts";
import { splitSeries } from "../split/series-split.ts";

/** What a target is in the training rows. */
export interface TrainingValues {
  readonly column: string;
  /** The values of each series, NaN where missing. */
  readonly series: readonly Float64Array[];
}

/** Those of all targets (layout series, numbers). Throws DataError for targets or a split that the file does not have. */
export function trainingValues(table: Table, settings: DataSettings): readonly TrainingValues[] {
  const arranged = arrange(table, settings);
  const split = splitSeries(arranged, settings);
  return settings.targets.map((column) => {
    const values = numbersOf(arranged.table, columnOf(arranged.table, column, "targets"), "targets");
    return { column, series: split.map(({ train }) => values.subarray(train.start, train.end)) };
  });
}

/** The values less the mean of their place in a season of so many rows; as they are where there are fewer than three seasons. */
export function withoutSeason(target: TrainingValues, season: number): TrainingValues {
  const series = target.series.map((values) =>
    values.length < 3 * season ? values : adjusted(values, season),
  );
  return { ...target, series };
}

function adjusted(values: Float64Array, season: number): Float64Array {
  const sums = new Float64Array(season);
  const counts = new Float64Array(season);
  for (const [row, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    sums[row % season]! += value;
    counts[row % season]! += 1;
  }
  return values.map((value, row) => value - sums[row % season]! / counts[row % season]!);
}
