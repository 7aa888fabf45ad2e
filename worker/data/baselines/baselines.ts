import type { DataSettings } from "../../protocol/data-settings.ts";
import { blocksOfWindows } from "./blocks.ts";
import { placesOf, type SamplePlace } from "./places.ts";
import { classAgo, majority } from "./class-baselines.ts";
import { ClassOutputs } from "../outputs/class-outputs.ts";
import { DataError } from "../errors.ts";
import { linearPredictions } from "./linear-model.ts";
import { meanOver, named, type ScoredSplit } from "../outputs/metrics.ts";
import { NumberOutputs } from "../outputs/number-outputs.ts";
import type { Outputs } from "../outputs/outputs.ts";
import { tableOf, type DataSource } from "../prepare.ts";
import type { Baseline } from "../prepared.ts";
import { fitSamples, prepareSamples } from "../samples.ts";
import { baselineWindow, rowsBefore, scoredRows } from "../outputs/scored-rows.ts";
import { sampleCount } from "../outputs/sequences.ts";
import { shareOutside } from "./outside.ts";
import { linear, repeatLast, seasonAgo } from "./series-baselines.ts";
import { fitSeries, prepareSeries, type FittedSeries } from "../series.ts";
import type { Table } from "../file/table.ts";
import { usedRows } from "../outputs/windows.ts";

/** What a simple method says of each sample of a part. */
export interface BaselinePredictions {
  readonly name: string;
  readonly naive: boolean;
  /** [samples, outputs] in the data's own units, or probabilities. */
  readonly decoded: Float64Array;
}

/** The samples of one part, and what simple methods say of them. */
export interface PartBaselines {
  readonly outputs: Outputs;
  /** The samples, as `outputs` knows them, in the order in which trials predict them. */
  readonly rows: Int32Array;
  readonly found: readonly BaselinePredictions[];
  /** The block of each sample (blocks.ts); absent where samples are independent. */
  readonly blockOf?: Int32Array;
  /** Share of the values to predict that lie outside the range of the training rows; absent for classes. */
  readonly outside?: number;
  /** Where a window of a series lies, by its row; absent for samples. */
  readonly placeOf?: (row: number) => SamplePlace;
}

/**
 * What simple forecasts reach on the samples that trials are scored by, in the same metrics; with `folds`, on
 * validation, the mean over the folds. They depend on nothing that a sweep may search, but for the inputs of
 * `linear` on classes and samples (features, scaling, missing values).
 */
export function baselines(
  source: DataSource,
  settings: DataSettings,
  split: ScoredSplit,
): readonly Baseline[] {
  const table = tableOf(source, settings);
  const { folds } = settings;
  const count = folds === undefined || split === "test" ? 1 : folds;
  const found = Array.from({ length: count }, (_, fold) =>
    scored(predictBaselines(table, settings, split, count === 1 ? undefined : fold), split),
  );
  return found[0]!.map(({ name, naive }, i) => ({
    name,
    naive,
    metrics: meanOver(found.map((ofFold) => ofFold[i]!.metrics)),
  }));
}

function scored({ outputs, rows, found }: PartBaselines, split: ScoredSplit): readonly Baseline[] {
  return found.map(({ name, naive, decoded }) => ({
    name,
    naive,
    metrics: named(split, outputs.score(rows, decoded)),
  }));
}

/** Fold `fold` (from 0) of `folds`, by default the last. */
export function predictBaselines(
  table: Table,
  settings: DataSettings,
  part: ScoredSplit,
  fold?: number,
): PartBaselines {
  const find = settings.layout === "series" ? seriesBaselines : sampleBaselines;
  return find(table, settings, part, fold);
}

function seriesBaselines(
  table: Table,
  settings: DataSettings,
  part: ScoredSplit,
  fold?: number,
): PartBaselines {
  const fitted = fitSeries(table, settings, fold);
  const { outputs, split } = fitted;
  const rows = scoredRows(part, split, outputs, settings.horizon);
  requireSeason(fitted, part);
  const found =
    outputs instanceof NumberOutputs
      ? numberBaselines(outputs, fitted, part, rows)
      : outputs instanceof ClassOutputs
        ? classBaselines(outputs, fitted, part, rows, table, fold)
        : [];
  const { horizon } = settings;
  return {
    outputs,
    rows,
    found,
    blockOf: blocksOfWindows(fitted, rows),
    placeOf: placesOf(fitted),
    ...(outputs instanceof NumberOutputs && {
      outside: shareOutside(
        outputs,
        split.map(({ train }) => train),
        rows,
        horizon,
      ),
    }),
  };
}

function numberBaselines(
  outputs: NumberOutputs,
  { split, settings: { season } }: FittedSeries,
  part: ScoredSplit,
  rows: Int32Array,
): readonly BaselinePredictions[] {
  const ridge = linear(outputs, part, split, rows);
  return [
    naive("repeat last", repeatLast(outputs, rows)),
    ...(season === undefined ? [] : [naive("season ago", seasonAgo(outputs, rows, season))]),
    ...(ridge === undefined ? [] : [{ name: "linear", naive: false, decoded: ridge }]),
  ];
}

function classBaselines(
  outputs: ClassOutputs,
  { split, arranged, settings }: FittedSeries,
  part: ScoredSplit,
  rows: Int32Array,
  table: Table,
  fold: number | undefined,
): readonly BaselinePredictions[] {
  const { season } = settings;
  const trained = Int32Array.from(
    split.flatMap((series) => {
      const { start, end } = usedRows(series, settings);
      return Array.from({ length: end - start }, (_, i) => start + i).filter((row) => outputs.observed(row));
    }),
  );
  const window = Math.min(64, baselineWindow(part, split, 1));
  const ridge = linearOnClasses(table, { ...settings, window, stride: 1 }, part, fold);
  return [
    naive("majority class", majority(outputs, trained, rows)),
    naive("repeat last", classAgo(outputs, arranged, rows, 1)),
    ...(season === undefined ? [] : [naive("season ago", classAgo(outputs, arranged, rows, season))]),
    ...(ridge === undefined ? [] : [{ name: "linear", naive: false, decoded: ridge }]),
  ];
}

/** Undefined where windows of this length cannot be had, though those of trials may. */
function linearOnClasses(
  table: Table,
  settings: DataSettings,
  part: ScoredSplit,
  fold: number | undefined,
): Float64Array | undefined {
  if (settings.window < 1) return undefined;
  try {
    const data = prepareSeries(table, settings, { test: part === "test" }, fold);
    return data.decode(
      part,
      linearPredictions(data.train, data[part]!, (_, place) => place >= 0.8),
    );
  } catch (error) {
    if (error instanceof DataError && error.setting === "window") return undefined;
    throw error;
  }
}

function sampleBaselines(
  table: Table,
  settings: DataSettings,
  part: ScoredSplit,
  fold?: number,
): PartBaselines {
  const { outputs, parts } = fitSamples(table, settings, fold);
  const data = prepareSamples(table, settings, { test: part === "test" }, fold);
  const set = data[part]!;
  const rows = parts[part];
  const ridge = linearPredictions(data.train, set, (sample) => sample % 5 === 4);
  const simple =
    outputs instanceof ClassOutputs
      ? naive("majority class", majority(outputs, parts.train, rows))
      : naive("mean", data.decode(part, meanPrediction(data.train, sampleCount(set))));
  return {
    outputs,
    rows,
    found: [simple, { name: "linear", naive: false, decoded: data.decode(part, ridge) }],
  };
}

/** The mean training target of each output, for every sample. */
function meanPrediction(train: { targets: Float32Array; outputs: number }, samples: number): Float32Array {
  const { targets, outputs } = train;
  const means = new Float64Array(outputs);
  for (let i = 0; i < targets.length; i++) means[i % outputs]! += (targets[i]! * outputs) / targets.length;
  return Float32Array.from({ length: samples * outputs }, (_, i) => means[i % outputs]!);
}

function naive(name: string, decoded: Float64Array): BaselinePredictions {
  return { name, naive: true, decoded };
}

function requireSeason({ split, settings: { season, horizon } }: FittedSeries, part: ScoredSplit): void {
  const before = rowsBefore(part, split, horizon);
  if (season === undefined || before >= season) return;
  throw new DataError(
    `a \`season\` of ${season} rows does not fit into the ${before} rows before the ${part} rows: shorten it or move \`split\``,
    { setting: "season" },
  );
}
