import type { DataSettings } from "../../protocol/data-settings.ts";
import type { NewData, PredictedSample } from "./new-data.ts";
import type { PredictedQuantile } from "./scored-table.ts";
import type { Pipeline } from "../inputs/pipeline.ts";
import { timeAfter } from "./pace.ts";
import { Zone } from "../file/zone.ts";
import { timeText } from "../file/moments.ts";
import { groupColumns } from "../split/arrange.ts";
import type { CsvCell } from "../file/write-csv.ts";

/** How sure predictions of numbers are, in further columns. */
interface Spread {
  /** Half widths of an interval around each number, by target and step. */
  readonly widths?: readonly (readonly number[])[] | undefined;
  readonly quantiles?: readonly PredictedQuantile[];
}

/**
 * Predictions as the rows of a table, the header first. A forecast of a series takes a row for each step ahead, with
 * its time where the file has times; everything else a row for each sample, classes with their probabilities. The
 * class of a series is that of the next row, and so is its time.
 * `decoded` [samples, outputs] is what `fresh.decode` gives.
 */
export function predictionRows(
  fresh: NewData,
  pipeline: Pipeline,
  settings: DataSettings,
  decoded: Float64Array,
  { widths, quantiles = [] }: Spread = {},
): CsvCell[][] {
  const width = fresh.outputs.length;
  const place = placeColumns(fresh, settings);
  const said = (sample: number): Float64Array => decoded.subarray(sample * width, (sample + 1) * width);
  if (pipeline.task !== "regression") {
    const header = [...place.header, ...place.timeHeader, ...classHeader(pipeline)];
    const rows = fresh.samples.map((sample, i) => [
      ...place.of(sample),
      ...place.time(sample, i, 1),
      ...classCells(pipeline, said(i)),
    ]);
    return [header, ...rows];
  }
  const targets = pipeline.numbers.map(({ column }) => column);
  const steps = width / targets.length;
  const fits = widths?.length === targets.length && widths.every(({ length }) => length === steps);
  const spread = targets.flatMap((target) => quantiles.map(({ quantile }) => `${target} q${quantile}`));
  const ends = fits ? targets.flatMap((target) => [`${target} low`, `${target} high`]) : [];
  const numbers = (i: number, step: number): number[] => {
    const own = Array.from(said(i).subarray(step * targets.length, (step + 1) * targets.length));
    const at = i * width + step * targets.length;
    const found = targets.flatMap((_, j) => quantiles.map((one) => one.decoded[at + j]!));
    if (!fits) return [...own, ...found];
    const bounds = own.flatMap((value, j) => [value - widths[j]![step]!, value + widths[j]![step]!]);
    return [...own, ...bounds, ...found];
  };
  if (settings.layout !== "series") {
    const rows = fresh.samples.map((sample, i) => [...place.of(sample), ...numbers(i, 0)]);
    return [[...place.header, ...targets, ...ends, ...spread], ...rows];
  }
  const rows = fresh.samples.flatMap((sample, i) =>
    Array.from({ length: steps }, (_, step) => [
      ...place.of(sample),
      step + 1,
      ...place.time(sample, i, step + 1),
      ...numbers(i, step),
    ]),
  );
  return [[...place.header, "step", ...place.timeHeader, ...targets, ...ends, ...spread], ...rows];
}

interface Place {
  readonly header: readonly string[];
  readonly timeHeader: readonly string[];
  of(sample: PredictedSample): CsvCell[];
  /** Of sample number `i`. */
  time(sample: PredictedSample, i: number, steps: number): CsvCell[];
}

/** Which series or sample is meant, the line that the model saw last, and the time some steps after it. */
function placeColumns({ samples, paces }: NewData, settings: DataSettings): Place {
  const { series_id, time_zone } = settings;
  const zone = time_zone === undefined ? undefined : new Zone(time_zone);
  const named = samples.some(({ names }) => names.length > 0);
  const groups = groupColumns(settings);
  const timed = samples.some(({ time }) => time !== undefined);
  return {
    header: [...(groups.length > 0 ? groups : named ? [series_id ?? "sample"] : []), "line"],
    timeHeader: timed ? ["time"] : [],
    of: ({ names, line }) => [...names, line],
    time: ({ time }, i, steps) => {
      if (!timed) return [];
      const pace = paces?.[i];
      return [
        time === undefined || pace === undefined ? null : momentText(timeAfter(time, pace, steps), zone),
      ];
    },
  };
}

/** In a zone: what its clocks show, with their offset. */
function momentText(time: number, zone: Zone | undefined): string {
  return zone === undefined ? timeText(time) : zone.text(time);
}

/** The class of highest probability, or for yes/no outputs the second from 0.5 on; then the probabilities. */
function classHeader({ task, classes }: Pipeline): string[] {
  const shown = (names: readonly string[]): readonly string[] =>
    task === "multiclass" ? names : [names[1]!];
  return [
    ...classes.map(({ column }) => column),
    ...classes.flatMap(({ column, names }) => shown(names).map((name) => `${column}=${name}`)),
  ];
}

function classCells({ task, classes }: Pipeline, said: Float64Array): CsvCell[] {
  const predicted = classes.map(({ names }, j) =>
    task === "multiclass" ? names[said.indexOf(Math.max(...said))]! : names[said[j]! >= 0.5 ? 1 : 0]!,
  );
  return [...predicted.map(asNumber), ...said];
}

/** A class that is written as a number stays one in spreadsheets. */
function asNumber(name: string): CsvCell {
  return String(Number(name)) === name ? Number(name) : name;
}
