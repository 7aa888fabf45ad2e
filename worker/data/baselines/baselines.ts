import type { DataSettings } from "../../protocol/data-settings.ts";
import { classAgo, majority } from "./class-baselines.ts";
import { ClassOutputs } from "../outputs/class-outputs.ts";
import { DataError } from "../errors.ts";
import { linearPredictions } from "./linear-model.ts";
import type { Metrics } from "../outputs/metric.ts";
import { meanOver, named, type ScoredSplit } from "../outputs/metrics.ts";
import { NumberOutputs } from "../outputs/number-outputs.ts";
import { tableOf, type DataSource } from "../prepare.ts";
import type { Baseline } from "../prepared.ts";
import { fitSamples, prepareSamples } from "../samples.ts";
import { baselineWindow, rowsBefore, scoredRows } from "../outputs/scored-rows.ts";
import { sampleCount } from "../outputs/sequences.ts";
import { linear, repeatLast, seasonAgo } from "./series-baselines.ts";
import { fitSeries, prepareSeries, type FittedSeries } from "../series.ts";
import type { Table } from "../file/table.ts";
import { usedRows } from "../outputs/windows.ts";

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
  const table = tableOf(source);
  const find = settings.layout === "series" ? seriesBaselines : sampleBaselines;
  const { folds } = settings;
  if (folds === undefined || split === "test") return find(table, settings, split);
  const found = Array.from({ length: folds }, (_, fold) => find(table, settings, split, fold));
  return found[0]!.map(({ name, naive }, i) => ({
    name,
    naive,
    metrics: meanOver(found.map((ofFold) => ofFold[i]!.metrics)),
  }));
}

function seriesBaselines(
  table: Table,
  settings: DataSettings,
  part: ScoredSplit,
  fold?: number,
): readonly Baseline[] {
  const fitted = fitSeries(table, settings, fold);
  const { outputs, split } = fitted;
  const rows = scoredRows(part, split, outputs, settings.horizon);
  requireSeason(fitted, part);
  if (outputs instanceof NumberOutputs) return numberBaselines(outputs, fitted, part, rows);
  if (outputs instanceof ClassOutputs) return classBaselines(outputs, fitted, part, rows, table, fold);
  return [];
}

function numberBaselines(
  outputs: NumberOutputs,
  { split, settings: { season } }: FittedSeries,
  part: ScoredSplit,
  rows: Int32Array,
): readonly Baseline[] {
  const ridge = linear(outputs, part, split, rows);
  return [
    naive(part, "repeat last", repeatLast(outputs, rows)),
    ...(season === undefined ? [] : [naive(part, "season ago", seasonAgo(outputs, rows, season))]),
    ...(ridge === undefined ? [] : [{ name: "linear", naive: false, metrics: named(part, ridge) }]),
  ];
}

function classBaselines(
  outputs: ClassOutputs,
  { split, arranged, settings }: FittedSeries,
  part: ScoredSplit,
  rows: Int32Array,
  table: Table,
  fold: number | undefined,
): readonly Baseline[] {
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
    naive(part, "majority class", majority(outputs, trained, rows)),
    naive(part, "repeat last", classAgo(outputs, arranged, rows, 1)),
    ...(season === undefined ? [] : [naive(part, "season ago", classAgo(outputs, arranged, rows, season))]),
    ...(ridge === undefined ? [] : [{ name: "linear", naive: false, metrics: ridge }]),
  ];
}

/** Undefined where windows of this length cannot be had, though those of trials may. */
function linearOnClasses(
  table: Table,
  settings: DataSettings,
  part: ScoredSplit,
  fold: number | undefined,
): Metrics | undefined {
  if (settings.window < 1) return undefined;
  try {
    const data = prepareSeries(table, settings, { test: part === "test" }, fold);
    return data.score(
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
): readonly Baseline[] {
  const { outputs, parts } = fitSamples(table, settings, fold);
  const data = prepareSamples(table, settings, { test: part === "test" }, fold);
  const set = data[part]!;
  const ridge = linearPredictions(data.train, set, (sample) => sample % 5 === 4);
  const simple =
    outputs instanceof ClassOutputs
      ? naive(part, "majority class", majority(outputs, parts.train, parts[part]))
      : {
          name: "mean",
          naive: true,
          metrics: data.score(part, meanPrediction(data.train, sampleCount(set))),
        };
  return [simple, { name: "linear", naive: false, metrics: data.score(part, ridge) }];
}

/** The mean training target of each output, for every sample. */
function meanPrediction(train: { targets: Float32Array; outputs: number }, samples: number): Float32Array {
  const { targets, outputs } = train;
  const means = new Float64Array(outputs);
  for (let i = 0; i < targets.length; i++) means[i % outputs]! += (targets[i]! * outputs) / targets.length;
  return Float32Array.from({ length: samples * outputs }, (_, i) => means[i % outputs]!);
}

function naive(part: ScoredSplit, name: string, metrics: Metrics): Baseline {
  return { name, naive: true, metrics: named(part, metrics) };
}

function requireSeason({ split, settings: { season, horizon } }: FittedSeries, part: ScoredSplit): void {
  const before = rowsBefore(part, split, horizon);
  if (season === undefined || before >= season) return;
  throw new DataError(
    `a \`season\` of ${season} rows does not fit into the ${before} rows before the ${part} rows: shorten it or move \`split\``,
    { setting: "season" },
  );
}
