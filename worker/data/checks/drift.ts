import type { DataSettings } from "../../protocol/data-settings.ts";
import { columnOf, numbersOf, type Table } from "../file/table.ts";
import { arrange } from "../split/arrange.ts";
import { splitSeries } from "../split/series-split.ts";

/** How far a target's level wanders within the training rows. */
export interface Drift {
  readonly column: string;
  /**
   * Share of values outside the range of all earlier ones, of the second or the last third of the training rows, whichever
   * is more; 0 to 1.
   */
  readonly outside: number;
}

/**
 * Looks at the thirds of the training rows of each series, one after another (layout series, numbers): where a later third
 * leaves the range of the earlier ones, rows after training will leave that of training. Of several series the mean
 * counts. Throws DataError for targets or a split that the file does not have.
 */
export function driftOf(table: Table, settings: DataSettings): readonly Drift[] {
  const arranged = arrange(table, settings);
  const split = splitSeries(arranged, settings);
  return settings.targets.map((column) => {
    const values = numbersOf(arranged.table, columnOf(arranged.table, column, "targets"), "targets");
    const shares = split
      .map(({ train }) =>
        leaving(values.subarray(train.start, train.end).filter((value) => !Number.isNaN(value))),
      )
      .filter((share) => share !== null);
    return { column, outside: shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length) };
  });
}

/** Values of a third, at least, for its range to mean something. */
const fewest = 10;

function leaving(values: Float64Array): number | null {
  const third = Math.floor(values.length / 3);
  if (third < fewest) return null;
  return Math.max(
    shareOutside(values.subarray(third, 2 * third), values.subarray(0, third)),
    shareOutside(values.subarray(2 * third), values.subarray(0, 2 * third)),
  );
}

function shareOutside(values: Float64Array, earlier: Float64Array): number {
  const low = earlier.reduce((least, value) => Math.min(least, value), Infinity);
  const high = earlier.reduce((most, value) => Math.max(most, value), -Infinity);
  return values.filter((value) => value < low || value > high).length / values.length;
}
