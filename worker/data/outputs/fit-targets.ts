import type { DataSettings } from "../../protocol/data-settings.ts";
import type { Arranged } from "../split/arrange.ts";
import type { Column } from "../file/columns.ts";
import { difference } from "../inputs/difference.ts";
import { DataError } from "../errors.ts";
import { requireComplete } from "../split/feature-columns.ts";
import { fillForward } from "../inputs/fill.ts";
import { collect, differencing, observedOf } from "../inputs/fit-features.ts";
import type { NumberTarget } from "../inputs/pipeline.ts";
import { fitScaler, meanOf, summaryOf } from "../inputs/scale.ts";
import { inPieces, type RowRange } from "../split/split.ts";
import { columnOf, numbersOf, type Table } from "../file/table.ts";

/** The target columns as numbers; text, infinite values and, unless `missing` says otherwise, gaps are refused. */
export function targetColumns(table: Table, settings: DataSettings): readonly Column[] {
  const columns = [...new Set(settings.targets)].map((name) => columnOf(table, name, "targets"));
  if (settings.task === "regression") for (const column of columns) numbersOf(table, column, "targets");
  if (settings.missing === "error") requireComplete(table, columns, "targets");
  return columns;
}

/**
 * Fits the scalers of a target. The one of the metrics sees all training rows (`train`), the one of the model
 * those it trains on (`used`).
 */
export function fitNumberTarget(
  column: Column,
  { blocks }: Pick<Arranged, "blocks">,
  train: readonly RowRange[],
  used: readonly RowRange[],
  settings: DataSettings,
): NumberTarget {
  const raw = column.numbers;
  const seen = collect(raw, train);
  const summary = summaryOf(seen);
  if (summary.count === 0) {
    throw new DataError(`the target "${column.name}" has no value in the training rows: change \`split\``, {
      column: column.name,
      setting: "split",
    });
  }
  const metric = fitScaler("standard", seen, summary);
  if (metric.scale === 0) {
    throw new DataError(
      `the target "${column.name}" has the same value in all training rows: choose another target, or a \`split\` in which it varies`,
      { column: column.name, setting: "targets" },
    );
  }
  const fill = meanOf(summary);
  const filled = fillForward(raw, blocks, fill);
  const observed = observedOf(raw, filled, difference(filled, blocks, differencing(settings)));
  const { center, scale } = fitScaler(settings.normalise, collect(observed, used));
  // Constant where the model trains, or after differencing: there is no unit to learn, so it keeps the data's own.
  return { column: column.name, fill, center, scale: scale === 0 ? 1 : scale, metric };
}

/**
 * Mean absolute error of forecasting each training row by the one `lag` rows before it (Hyndman and Koehler 2006,
 * section 3): what `mase` is measured in. NaN where no two such rows are known.
 */
export function naiveError(raw: Float64Array, train: readonly RowRange[], lag: number): number {
  const found = { sum: 0, count: 0 };
  for (const { start, end } of train)
    inPieces({ start: start + lag, end }, (piece) => addErrors(found, raw, lag, piece));
  return found.sum / found.count;
}

function addErrors(
  found: { sum: number; count: number },
  raw: Float64Array,
  lag: number,
  { start, end }: RowRange,
): void {
  let { sum, count } = found;
  for (let row = start; row < end; row++) {
    const error = Math.abs(raw[row]! - raw[row - lag]!);
    if (Number.isNaN(error)) continue;
    sum += error;
    count++;
  }
  found.sum = sum;
  found.count = count;
}
