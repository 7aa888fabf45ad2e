import { samplePrior } from "../../../search/domain.ts";
import { rngFor } from "../../../search/random.ts";
import type { ModelDims } from "../../../worker/protocol/model-shape.ts";
import { rangeTestOf } from "../../config/range-study.ts";
import { settingsFor, type Sweep } from "../../config/sweep.ts";
import type { DataCase } from "./data-check.ts";
import { multiplications } from "./model-size.ts";

/** How long a sweep may take, in milliseconds, when no trial is stopped early. */
export interface TimeEstimate {
  readonly least: number;
  readonly most: number;
}

/** Configurations drawn to know the mean trial. */
const draws = 64;

/**
 * Floating-point operations a second of one worker with the fused engine, from matrices too small to fill a
 * processor to ones that do (bench/, docs/lstm.md); another engine can be ten times slower.
 */
const slowest = 5e9;
const fastest = 4e10;
/** Starting a worker, and for each trial reading its data and its way through the database, milliseconds. */
const startMs = 1000;
const perTrialMs = { least: 30, most: 400 };

/**
 * Counted, not measured: a multiplication and an addition for every weight and step, three times for training
 * (forward, and twice backward) and once for validation, at the speeds above.
 */
export function timeEstimate(
  sweep: Sweep,
  trials: number,
  cases: readonly DataCase[],
  processors: number,
): TimeEstimate {
  const workers = Math.max(1, Math.min(sweep.workers.count, processors, trials));
  const operations = meanOperations(sweep, cases) * sweep.budget.epochs * trials;
  const limit = sweep.budget.wallTimeMs ?? Infinity;
  const time = (speed: number, perTrial: number): number =>
    Math.min(limit, startMs + ((operations / speed) * 1000 + perTrial * trials) / workers);
  return { least: time(fastest, perTrialMs.least), most: time(slowest, perTrialMs.most) };
}

/** Of one epoch, or of one step of a range test; mean over configurations drawn from the space. */
function meanOperations(sweep: Sweep, cases: readonly DataCase[]): number {
  const isRangeTest = rangeTestOf(sweep) !== null;
  let sum = 0;
  for (let draw = 0; draw < draws; draw++) {
    const resolved = settingsFor(sweep, samplePrior(sweep.space, rngFor(0, "check", draw)));
    if (!resolved.ok) continue;
    const { data, model } = resolved.settings;
    const { train, validation, dims } = amounts(cases, data.stride, data.window);
    const folds = data.folds ?? 1;
    const samples = isRangeTest ? 3 * model.batch_size : folds * (3 * train + validation);
    sum += 2 * multiplications(model, dims) * samples;
  }
  return sum / draws;
}

/** Samples and sizes for a stride and window between those described. */
function amounts(
  cases: readonly DataCase[],
  stride: number,
  window: number,
): { readonly train: number; readonly validation: number; readonly dims: ModelDims } {
  const { summary, stride: described } = cases[0]!;
  const perRow = summary.parts.train.samples * described;
  const features = cases.reduce((sum, each) => sum + each.summary.features.length, 0) / cases.length;
  return {
    train: perRow / stride,
    validation: summary.parts.validation.samples,
    dims: {
      features: Math.round(features),
      window: Math.min(window, summary.window),
      outputs: summary.outputs.length,
    },
  };
}
