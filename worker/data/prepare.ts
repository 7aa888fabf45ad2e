import type { DataSettings } from "../protocol/data-settings.ts";
import { readingOf, type Reading } from "../protocol/file-settings.ts";
import { disguisedColumnWarnings } from "./checks/disguised-columns.ts";
import { emptyColumnWarnings } from "./checks/empty-columns.ts";
import { DataError } from "./errors.ts";
import { leftOutWarnings } from "./checks/left-out.ts";
import type { DataOutline, PreparedData, PrepareOptions } from "./prepared.ts";
import { outlineSamples, prepareSamples } from "./samples.ts";
import { outlineSeries, prepareSeries } from "./series.ts";
import type { Fold } from "./split/retraining.ts";
import { readTable, type Table } from "./file/table.ts";

/** The bytes of a CSV file, or the table read from them: keep the table where the same file is prepared often. */
export type DataSource = Uint8Array | Table;

export function tableOf(source: DataSource, settings: Reading): Table {
  return source instanceof Uint8Array ? readTable(source, readingOf(settings)) : source;
}

/**
 * Turns a data file into training and validation samples (and test samples when asked), and knows how to
 * score predictions for them. With `folds`, this is the last fold. Throws DataError for whatever the data or
 * the settings do not allow.
 */
export function prepareData(
  source: DataSource,
  settings: DataSettings,
  options: PrepareOptions = {},
): PreparedData {
  return prepareFold(tableOf(source, settings), settings, options);
}

/**
 * Every fold of the cross-validation that `folds` asks for, or the one split there is without it. A trial
 * trains on each and is scored by the mean of its metrics over them. Test samples are the same in each, scaled as
 * the fold's training rows say.
 */
export function prepareFolds(
  source: DataSource,
  settings: DataSettings,
  options: PrepareOptions = {},
): readonly PreparedData[] {
  const table = tableOf(source, settings);
  const count = settings.folds ?? 1;
  return Array.from({ length: count }, (_, fold) => prepareFold(table, settings, options, fold));
}

/** Fold `fold` (from 0), by default the last; or the rows of a training after the search. */
export function prepareFold(
  table: Table,
  settings: DataSettings,
  options: PrepareOptions = {},
  fold?: Fold,
): PreparedData {
  return nameFold(settings, fold, (given) => prepareOne(table, given, options, fold));
}

/** What `prepareFold` would make, without making its numbers: throws and warns as it does. */
export function outlineFold(table: Table, settings: DataSettings, fold?: number): DataOutline {
  return nameFold(settings, fold, (given) => {
    const warnings = columnWarnings(table, given);
    const outline = given.layout === "series" ? outlineSeries : outlineSamples;
    const made = outline(table, given, fold);
    return { ...made, warnings: [...warnings, ...made.warnings] };
  });
}

function prepareOne(
  table: Table,
  settings: DataSettings,
  options: PrepareOptions,
  fold: Fold | undefined,
): PreparedData {
  const warnings = columnWarnings(table, settings);
  const prepare = settings.layout === "series" ? prepareSeries : prepareSamples;
  const prepared = prepare(table, settings, options, fold);
  return { ...prepared, warnings: [...warnings, ...prepared.warnings] };
}

function columnWarnings(table: Table, settings: DataSettings): readonly string[] {
  return [
    ...emptyColumnWarnings(table, settings),
    ...disguisedColumnWarnings(table, settings),
    ...leftOutWarnings(table, settings),
  ];
}

/** Says in an error which fold it is about, unless the data cannot be used without folds either. */
function nameFold<T>(
  settings: DataSettings,
  fold: Fold | undefined,
  prepare: (settings: DataSettings) => T,
): T {
  const { folds, layout } = settings;
  try {
    return prepare(settings);
  } catch (error) {
    if (
      folds === undefined ||
      typeof fold === "object" ||
      !(error instanceof DataError) ||
      error.setting === "folds"
    )
      throw error;
    prepare({ ...settings, folds: undefined }); // throws what has nothing to do with folds
    const advice = layout === "series" ? "lower" : "change";
    throw new DataError(
      `in fold ${(fold ?? folds - 1) + 1} of \`folds: ${folds}\` ${error.message}, or ${advice} \`folds\``,
      error,
    );
  }
}
