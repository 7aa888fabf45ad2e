import type { DataSettings } from "../protocol/data-settings.ts";
import type { PreparedData, PrepareOptions } from "./prepared.ts";
import { prepareSeries } from "./series.ts";
import { readTable, type Table } from "./table.ts";

/** The bytes of a CSV file, or the table read from them: keep the table where the same file is prepared often. */
export type DataSource = Uint8Array | Table;

export function tableOf(source: DataSource): Table {
  return source instanceof Uint8Array ? readTable(source) : source;
}

/**
 * Turns a data file into training and validation samples (and test samples when asked), and knows how to
 * score predictions for them. Throws DataError for whatever the data or the settings do not allow.
 */
export function prepareData(
  source: DataSource,
  settings: DataSettings,
  options: PrepareOptions = {},
): PreparedData {
  return prepareSeries(tableOf(source), settings, options);
}
