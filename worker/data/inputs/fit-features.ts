import type { DataSettings, DerivedInput } from "../../protocol/data-settings.ts";
import type { Arranged } from "../split/arrange.ts";
import { calendarOf } from "./calendar.ts";
import { cellText, type Column } from "../file/columns.ts";
import { difference, type Differencing } from "./difference.ts";
import { DataError, listed, plural } from "../errors.ts";
import { categoricalColumns, knownColumns, numericColumns, staticColumns } from "../split/feature-columns.ts";
import { fillForward } from "./fill.ts";
import type { FittedFeature, Seen } from "./pipeline.ts";
import { fitScaler, meanOf, summaryOf, type Summary } from "./scale.ts";
import { longest, type RowRange } from "../split/split.ts";

/** One-hot columns with more values than this are identifiers, not categories. */
const maxLevels = 200;

export interface FittedInputs {
  readonly features: readonly FittedFeature[];
  /** Of each numeric column, as it is in the file, the values in the training rows. */
  readonly ranges: Seen["ranges"];
  readonly warnings: readonly string[];
}

/** Learns scalers and levels from the training rows `train`. */
export function fitFeatures(
  inputs: Arranged,
  train: readonly RowRange[],
  settings: DataSettings,
): FittedInputs {
  const constant: string[] = [];
  const features: FittedFeature[] = [];
  const ranges: Seen["ranges"] = [];
  const derived = derivedInputsOf(settings);
  for (const column of numericColumns(inputs.table, settings)) {
    const trained = summaryOf(column.numbers, train);
    const { count, low, high } = trained;
    if (count > 0) ranges.push({ column: column.name, low, high });
    const feature = fitNumeric(inputs, column, train, trained, settings);
    if (feature.scale === 0) constant.push(column.name);
    features.push(feature);
    if (derived.includes("delta")) features.push(fitDelta(inputs, column, train, trained, settings));
    if (settings.missing === "mask" && someMissing(column, train)) {
      features.push({ kind: "missing", column: column.name });
    }
  }
  features.push(...fitKnown(inputs, train, settings));
  for (const column of categoricalColumns(inputs.table, settings)) {
    for (const level of fitLevels(column, train))
      features.push({ kind: "level", column: column.name, level });
  }
  if (derived.includes("position")) {
    const period = longest(inputs.blocks);
    features.push({ kind: "position", period, wave: "sin" }, { kind: "position", period, wave: "cos" });
  }
  for (const part of calendarOf(settings)) {
    features.push({ kind: "calendar", part, wave: "sin" }, { kind: "calendar", part, wave: "cos" });
  }
  requireTimes(inputs, settings);
  if (features.length > 0) return { features, ranges, warnings: constantWarnings(constant, settings) };
  throw new DataError("no input is left: name columns in `features`, `categorical` or `calendar`", {
    setting: "features",
  });
}

/** One sentence for all columns that never change. */
function constantWarnings(names: readonly string[], settings: DataSettings): readonly string[] {
  if (names.length === 0) return [];
  const [column, is, it] =
    names.length === 1 ? ["column", "is", "an input it is"] : ["columns", "are", "inputs they are"];
  return differencing(settings).order === 0
    ? [`${column} ${listed(names)} ${is} constant in the training rows: as ${it} always 0`]
    : [
        `the differences of ${column} ${listed(names)} are constant in the training rows: as inputs they are always 0`,
      ];
}

function fitNumeric(
  inputs: Arranged,
  column: Column,
  train: readonly RowRange[],
  trained: Summary,
  settings: DataSettings,
): Extract<FittedFeature, { kind: "numeric" }> {
  return { kind: "numeric", ...fitSteps(inputs, column, train, trained, settings, differencing(settings)) };
}

/** Inputs, at most, that columns known in advance give. */
const mostKnown = 2000;

/** Of each column known in advance its value at every row of the horizon; static columns as they are. */
function fitKnown(
  inputs: Arranged,
  train: readonly RowRange[],
  settings: DataSettings,
): Extract<FittedFeature, { kind: "known" }>[] {
  const future = knownColumns(inputs.table, settings);
  const { horizon, normalise } = settings;
  if (future.length * horizon > mostKnown) {
    throw new DataError(
      `\`known_future\` gives ${future.length * horizon} inputs, one for each column and row of the horizon, and may give ${mostKnown}: name fewer columns or shorten \`horizon\``,
      { setting: "known_future" },
    );
  }
  const known = (column: Column, step: number): Extract<FittedFeature, { kind: "known" }> => ({
    kind: "known",
    column: column.name,
    step,
    fill: meanOf(summaryOf(column.numbers, train)),
    ...fitScaler(normalise, collect(column.numbers, train)),
  });
  return [
    ...staticColumns(inputs, settings).map((column) => known(column, 0)),
    ...future.flatMap((column) => Array.from({ length: horizon }, (_, step) => known(column, step + 1))),
  ];
}

/** Known as delta coefficients in the recognition of speech (Furui 1986). */
function fitDelta(
  inputs: Arranged,
  column: Column,
  train: readonly RowRange[],
  trained: Summary,
  settings: DataSettings,
): Extract<FittedFeature, { kind: "delta" }> {
  return { kind: "delta", ...fitSteps(inputs, column, train, trained, settings, deltas) };
}

/** From one step of a sample to the next. */
export const deltas: Differencing = { order: 1, lag: 1 };

function fitSteps(
  { blocks }: Arranged,
  column: Column,
  train: readonly RowRange[],
  trained: Summary,
  settings: DataSettings,
  steps: Differencing,
): { column: string; fill: number; center: number; scale: number } {
  const raw = column.numbers;
  const fill = meanOf(trained);
  const filled = fillForward(raw, blocks, fill);
  const changes = observedOf(raw, filled, difference(filled, blocks, steps));
  const summary = changes === raw ? trained : summaryOf(changes, train);
  return { column: column.name, fill, ...fitScaler(settings.normalise, collect(changes, train), summary) };
}

/** Of the changes of `filled`, those to a value that is not missing in `raw`. */
export function observedOf(raw: Float64Array, filled: Float64Array, changes: Float64Array): Float64Array {
  if (filled === raw) return changes;
  return changes.map((change, row) => (Number.isNaN(raw[row]!) ? Number.NaN : change));
}

/** Only samples have them. */
function derivedInputsOf({ derive, layout }: DataSettings): readonly DerivedInput[] {
  return derive === "none" || layout === "series" ? [] : derive;
}

/** Only forecasts of numbers are differenced. */
export function differencing(settings: DataSettings): Differencing {
  const forecast = settings.task === "regression" && settings.layout === "series";
  return { order: forecast ? settings.difference : 0, lag: settings.difference_lag };
}

/** The values of some rows, one after another; of one range a view, not to be written to. */
export function collect(values: Float64Array, ranges: readonly RowRange[]): Float64Array {
  if (ranges.length === 1) return values.subarray(ranges[0]!.start, ranges[0]!.end);
  const total = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  const result = new Float64Array(total);
  let offset = 0;
  for (const { start, end } of ranges) {
    result.set(values.subarray(start, end), offset);
    offset += end - start;
  }
  return result;
}

function someMissing(column: Column, ranges: readonly RowRange[]): boolean {
  return ranges.some(({ start, end }) => column.numbers.subarray(start, end).some(Number.isNaN));
}

/** The values a column takes in the training rows, numbers in order of size, text in order of the alphabet. */
export function fitLevels(column: Column, train: readonly RowRange[]): readonly string[] {
  const found = new Set<string>();
  for (const { start, end } of train) {
    for (let row = start; row < end; row++) {
      const text = cellText(column, row);
      if (text !== undefined) found.add(text);
      if (found.size > maxLevels) throw tooManyLevels(column);
    }
  }
  return sortLevels([...found]);
}

function tooManyLevels(column: Column): DataError {
  return new DataError(
    `column "${column.name}" takes more than ${plural(maxLevels, "different value")}, too many for one input each: leave it out of \`categorical\``,
    { column: column.name, setting: "categorical" },
  );
}

export function sortLevels(levels: readonly string[]): string[] {
  const byNumber = levels.every((level) => Number.isFinite(Number(level)));
  return levels.toSorted((a, b) => (byNumber ? Number(a) - Number(b) : a < b ? -1 : 1));
}

function requireTimes({ times }: Arranged, settings: DataSettings): void {
  if (times !== undefined || calendarOf(settings).length === 0) return;
  throw new DataError("`calendar` needs the times of the rows: name the time column in `time`", {
    setting: "calendar",
  });
}
