import type { DataSettings } from "../protocol/data-settings.ts";
import type { Metrics } from "./outputs/metric.ts";
import type { ScoredSplit } from "./outputs/metrics.ts";
import type { Pipeline } from "./inputs/pipeline.ts";
import type { SequenceSet } from "./outputs/sequences.ts";

export interface PrepareOptions {
  /** Prepare the test samples too. Only `evaluate` may ask. Default false. */
  readonly test?: boolean;
}

/** What a trial trains on and is scored by. */
export interface PreparedData {
  readonly settings: DataSettings;
  readonly train: SequenceSet;
  readonly validation: SequenceSet;
  /** Only when asked for. */
  readonly test?: SequenceSet;
  /** Names of the inputs, by column of `values`. */
  readonly features: readonly string[];
  /** Names of the outputs: `OT+1`, `label=3`. */
  readonly outputs: readonly string[];
  /** What was learned from the training rows, as plain JSON. */
  readonly pipeline: Pipeline;
  /** The samples of a part by their rows (series: the first row after the window), in the order of predictions. */
  rows(split: ScoredSplit): Int32Array;
  /** Sentences for people: constant columns, unseen levels, windows left out. */
  readonly warnings: readonly string[];
  /**
   * Metrics of predictions [samples, outputs] as the model gives them, after undoing this trial's own scaling
   * and differencing: `val_mse`, ... or `test_mse`, ...; see `metricInfos`. Not finite when the predictions are not.
   */
  score(split: ScoredSplit, predictions: Float32Array): Metrics;
  /** The same of predictions that `decode` has given, or the mean of several models' such predictions. */
  scoreDecoded(split: ScoredSplit, decoded: Float64Array): Metrics;
  /** Such predictions less the truth, in the data's own units; `null` for classes. */
  errors(split: ScoredSplit, decoded: Float64Array): Float64Array | null;
  /** Predictions [samples, outputs] in the data's own units, or probabilities. */
  decode(split: ScoredSplit, predictions: Float32Array): Float64Array;
}

/** What would be prepared, in numbers and names. */
export interface DataOutline {
  /** Rows of a sample. */
  readonly window: number;
  readonly samples: { readonly train: number; readonly validation: number };
  /** Names of the inputs and outputs, and layout wide: the columns that hold the steps, in order. */
  readonly features: readonly string[];
  readonly outputs: readonly string[];
  readonly steps?: readonly string[];
  /** As those of `PreparedData`. */
  readonly warnings: readonly string[];
}

export interface Baseline {
  /** See `FittedBaseline` (baselines/fitted.ts). */
  readonly name: string;
  /** Naive: knows nothing but the past values or the class counts. Skill is measured against the best of these. */
  readonly naive: boolean;
  readonly metrics: Metrics;
}
