import type { DataSettings } from "../../protocol/data-settings.ts";
import { blocksOfWindows } from "./blocks.ts";
import type { FittedBaseline } from "./fitted.ts";
import { fitClassBaselines } from "./fit-class-baselines.ts";
import { fitSampleBaselines } from "./fit-sample-baselines.ts";
import type { PartFits } from "./kept-fits.ts";
import { fitNumberBaselines, type NumberMethods } from "./number-baselines.ts";
import { meanOver, named, type ScoredSplit } from "../outputs/metrics.ts";
import { NumberOutputs } from "../outputs/number-outputs.ts";
import type { Outputs } from "../outputs/outputs.ts";
import { placesOf, type SamplePlace } from "./places.ts";
import { predictFitted, type Asked } from "./predict-fitted.ts";
import { tableOf, type DataSource } from "../prepare.ts";
import type { Baseline, PreparedData } from "../prepared.ts";
import { fitSamples, prepareSamples } from "../samples.ts";
import { rowsBefore, scoredRows } from "../outputs/scored-rows.ts";
import { shareOutside } from "./outside.ts";
import { fitSeries } from "../series.ts";
import type { Fold } from "../split/retraining.ts";
import { splitSeries } from "../split/series-split.ts";
import type { Table } from "../file/table.ts";
import { requireSeason } from "./require-seasons.ts";

/** What a simple method says of each sample of a part. */
interface BaselinePredictions extends FittedBaseline {
  /** [samples, outputs] in the data's own units, or probabilities. */
  readonly decoded: Float64Array;
}

/** The samples of one part, and what simple methods say of them. */
export interface PartBaselines {
  readonly outputs: Outputs;
  /** The samples, as `outputs` knows them, in the order in which trials predict them. */
  readonly rows: Int32Array;
  readonly found: readonly BaselinePredictions[];
  /** The inputs that methods looked at, in their own preparation; absent where none did. */
  readonly inputs?: PreparedData;
  /** The block of each sample (blocks.ts); absent where samples are independent. */
  readonly blockOf?: () => Int32Array;
  /** Share of the values to predict that lie outside the range of the training rows; absent for classes. */
  readonly outside?: () => number;
  /** Where a window of a series lies, by its row; absent for samples. */
  readonly placeOf?: (row: number) => SamplePlace;
  /** Rows before the first prediction; null for samples. */
  readonly before: number | null;
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
  return meanBaselines(baselineParts(source, settings, split).map((part) => scored(part, split)));
}

/** Those of each fold, or of the one part there is. */
export function baselineParts(
  source: DataSource,
  settings: DataSettings,
  split: ScoredSplit,
): readonly PartBaselines[] {
  const table = tableOf(source, settings);
  const { folds } = settings;
  const count = folds === undefined || split === "test" ? 1 : folds;
  return Array.from({ length: count }, (_, fold) =>
    predictBaselines(table, settings, split, count === 1 ? {} : { fold }),
  );
}

/** Scores of each part, as their mean; only of methods that say something of each. */
export function meanBaselines(found: readonly (readonly Baseline[])[]): readonly Baseline[] {
  return found[0]!.flatMap(({ name, naive }) => {
    const ofEach = found.map((part) => part.find((one) => one.name === name));
    const metrics = ofEach.flatMap((one) => (one === undefined ? [] : [one.metrics]));
    return metrics.length < found.length ? [] : [{ name, naive, metrics: meanOver(metrics) }];
  });
}

/** What they reach on the samples of the part. */
export function scored({ outputs, rows, found }: PartBaselines, split: ScoredSplit): readonly Baseline[] {
  return found.map(({ name, naive, decoded }) => ({
    name,
    naive,
    metrics: named(split, outputs.score(rows, decoded)),
  }));
}

export interface BaselineOptions {
  /** Fold (from 0) of `folds`, by default the last; or a training after the search. */
  readonly fold?: Fold;
  /** The samples to predict, by row; default: all that can be scored. */
  readonly rows?: Int32Array;
  /** What was fitted before on the same training rows (kept-fits.ts): it is not fitted again. */
  readonly kept?: PartFits | undefined;
  /** Of forecasts of numbers, which methods (default: all); anything else has all. */
  readonly methods?: NumberMethods | undefined;
}

export function predictBaselines(
  table: Table,
  settings: DataSettings,
  part: ScoredSplit,
  options: BaselineOptions = {},
): PartBaselines {
  const find = settings.layout === "series" ? seriesBaselines : sampleBaselines;
  return find(table, settings, part, options);
}

function seriesBaselines(
  table: Table,
  settings: DataSettings,
  part: ScoredSplit,
  { fold, rows: given, kept, methods }: BaselineOptions,
): PartBaselines {
  const fitted = fitSeries(table, settings, fold);
  const { outputs, split, arranged } = fitted;
  const rows = given ?? scoredRows(part, split, outputs, settings);
  requireSeason(fitted, part);
  const first = (typeof fold === "number" ? splitSeries(arranged, settings, 0) : split).map(
    ({ train }) => train,
  );
  const before = rowsBefore(part, split, settings);
  const known = kept?.before === before ? kept.found : undefined;
  const { found, inputs } =
    outputs instanceof NumberOutputs
      ? fitNumberBaselines({ table, settings, outputs, split, first, part, rows, fold, known, methods })
      : fitClassBaselines(outputs, fitted, part, table, { fold, known });
  const asked: Asked = { outputs, rows, blocks: arranged.blocks, ...(inputs && inputsAsked(inputs, part)) };
  return {
    outputs,
    rows,
    found: found.map((one) => ({ ...one, decoded: predictFitted(one.fitted, asked) })),
    ...(inputs && { inputs }),
    blockOf: () => blocksOfWindows(fitted, rows),
    placeOf: placesOf(fitted),
    before,
    ...(outputs instanceof NumberOutputs && {
      outside: () =>
        shareOutside(
          outputs,
          split.map(({ train }) => train),
          rows,
          settings.horizon,
        ),
    }),
  };
}

function inputsAsked(data: PreparedData, part: ScoredSplit): Pick<Asked, "inputs"> {
  return { inputs: { set: data[part]!, decode: (predictions) => data.decode(part, predictions) } };
}

function sampleBaselines(
  table: Table,
  settings: DataSettings,
  part: ScoredSplit,
  { fold, kept }: BaselineOptions,
): PartBaselines {
  const { outputs, parts, source } = fitSamples(table, settings, fold);
  const inputs = prepareSamples(table, settings, { test: part === "test" }, fold);
  const found = kept?.found ?? fitSampleBaselines(outputs, parts.train, inputs, part);
  const rows = parts[part];
  const asked: Asked = { outputs, rows, blocks: source.steps.blocks, ...inputsAsked(inputs, part) };
  return {
    outputs,
    rows,
    found: found.map((one) => ({ ...one, decoded: predictFitted(one.fitted, asked) })),
    inputs,
    before: null,
  };
}
