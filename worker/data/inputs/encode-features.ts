import type { DataSettings } from "../../protocol/data-settings.ts";
import type { Arranged } from "../split/arrange.ts";
import { Zone } from "../file/zone.ts";
import { wave } from "./calendar.ts";
import { cellText } from "../file/columns.ts";
import { difference } from "./difference.ts";
import { plural } from "../errors.ts";
import { fillForward, fillLinear, someMissing } from "./fill.ts";
import { deltas, differencing } from "./fit-features.ts";
import type { FittedFeature } from "./pipeline.ts";
import { scaled, type Scaler } from "./scale.ts";
import type { RowRange } from "../split/split.ts";
import { columnOf, numbersOf, type Table } from "../file/table.ts";
import { levelFinder } from "../file/written.ts";

/** How a number is scaled, and what stands for one that is not there (NaN). */
export interface Scaling {
  readonly scaler: Scaler;
  readonly absent: number;
}

/** One input over all rows, as the model sees it once `scaling`, where there is one, is applied: see `scaledValues`. */
export interface EncodedFeature {
  readonly values: Float64Array;
  readonly scaling?: Scaling;
  /** Where interpolation was used: the same without any look ahead, and which rows were missing. */
  readonly causal?: { readonly values: Float64Array; readonly missing: (row: number) => boolean };
}

/** Of each categorical column, which of its levels a cell means. */
export type LevelFinders = ReadonlyMap<string, ReturnType<typeof levelFinder>>;

export function levelFinders(features: readonly FittedFeature[]): LevelFinders {
  const levels = new Map<string, string[]>();
  for (const feature of features) {
    if (feature.kind !== "level") continue;
    const known = levels.get(feature.column);
    if (known === undefined) levels.set(feature.column, [feature.level]);
    else known.push(feature.level);
  }
  return new Map([...levels].map(([column, known]) => [column, levelFinder(known)]));
}

/** Applies what was fitted to a table, the same for training data and for new data. */
export function encodeFeature(
  feature: FittedFeature,
  { table, blocks, times }: Arranged,
  settings: DataSettings,
  finders: LevelFinders,
): EncodedFeature {
  switch (feature.kind) {
    case "numeric":
    case "delta": {
      const steps = feature.kind === "delta" ? deltas : differencing(settings);
      const raw = numbersOf(table, columnOf(table, feature.column, "features"), "features");
      // A sample's first step has changed by 0; the first rows of a differenced series are in no window.
      const first = feature.kind === "delta" ? scaled(feature, 0) : 0;
      const scaling = { scaler: feature, absent: first };
      const changes = (filled: Float64Array): Float64Array => difference(filled, blocks, steps);
      const forward = { values: changes(fillForward(raw, blocks, feature.fill)), scaling };
      if (settings.missing !== "linear" || !someMissing(raw)) return forward;
      const missing = (row: number): boolean => Number.isNaN(raw[row]!);
      const linear = { values: changes(fillLinear(raw, blocks, feature.fill)), scaling };
      return { values: scaledValues(linear), causal: { values: scaledValues(forward), missing } };
    }
    case "position":
      return { values: positions(blocks, table.rows, feature) };
    case "level": {
      const column = columnOf(table, feature.column, "categorical");
      const find = finders.get(feature.column);
      const meant = (text: string | undefined): boolean =>
        text !== undefined && find?.(text) === feature.level;
      return { values: byRow(table.rows, (row) => (meant(cellText(column, row)) ? 1 : 0)) };
    }
    case "missing": {
      const column = columnOf(table, feature.column, "features");
      return { values: byRow(table.rows, (row) => (Number.isNaN(column.numbers[row]!) ? 1 : 0)) };
    }
    case "known":
      return { values: knownAhead(feature, table, blocks) };
    case "calendar": {
      // Days and hours are those of the people and machines that the data are about.
      const zone = settings.time_zone === undefined ? undefined : new Zone(settings.time_zone);
      return {
        values: byRow(table.rows, (row) => {
          const time = times?.[row] ?? 0;
          return wave(feature.wave, feature.part, time + (zone?.offset(time) ?? 0));
        }),
      };
    }
    default:
      return feature satisfies never;
  }
}

/** What the model sees. */
export function scaledValues({ values, scaling }: EncodedFeature): Float64Array {
  if (scaling === undefined) return values;
  const seen = new Float64Array(values.length);
  scaleRows(values, scaling, { start: 0, end: values.length }, seen, 0, 1);
  return seen;
}

/** Puts the values of some rows, scaled, to every `stride`-th number of `into` from `at` on. */
export function scaleRows(
  values: Float64Array,
  { scaler, absent }: Scaling,
  { start, end }: RowRange,
  into: Float32Array | Float64Array,
  at: number,
  stride: number,
): void {
  for (let row = start, place = at; row < end; row++, place += stride) {
    const value = values[row]!;
    into[place] = Number.isNaN(value) ? absent : scaled(scaler, value);
  }
}

/** Rows whose step lies beyond their series are in no window. */
function knownAhead(
  feature: Extract<FittedFeature, { kind: "known" }>,
  table: Table,
  blocks: readonly RowRange[],
): Float64Array {
  const { column, step, fill } = feature;
  const name = step === 0 ? "static" : "known_future";
  const filled = fillForward(numbersOf(table, columnOf(table, column, name), name), blocks, fill);
  const values = new Float64Array(table.rows);
  for (const { start, end } of blocks) {
    for (let row = start; row + step < end; row++) values[row] = scaled(feature, filled[row + step]!);
  }
  return values;
}

function positions(
  blocks: readonly RowRange[],
  rows: number,
  { period, wave }: Extract<FittedFeature, { kind: "position" }>,
): Float64Array {
  const values = new Float64Array(rows);
  for (const { start, end } of blocks) {
    const first = Math.max(start, end - period); // of a sample longer than any in training the end is seen
    for (let row = first; row < end; row++) values[row] = Math[wave]((2 * Math.PI * (row - first)) / period);
  }
  return values;
}

function byRow(rows: number, value: (row: number) => number): Float64Array {
  const values = new Float64Array(rows);
  for (let row = 0; row < rows; row++) values[row] = value(row);
  return values;
}

/** A sentence for every categorical column that takes values, in these rows, which training rows do not have. */
export function unseenLevels(
  features: readonly FittedFeature[],
  { table }: Arranged,
  ranges: readonly RowRange[],
): readonly string[] {
  return [...levelFinders(features)].flatMap(([name, find]) => {
    const column = columnOf(table, name, "categorical");
    let count = 0;
    let example: string | undefined;
    for (const { start, end } of ranges) {
      for (let row = start; row < end; row++) {
        const text = cellText(column, row);
        if (text === undefined || find(text) !== undefined) continue;
        count++;
        example ??= text;
      }
    }
    if (count === 0) return [];
    const what = `${plural(count, "row")} hold${count === 1 ? "s" : ""} values of "${name}"`;
    return [`${what} that the training rows do not have ("${example}"): all its inputs are 0 there`];
  });
}
