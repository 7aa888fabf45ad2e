import { analyseRange, type RangeAnalysis } from "../../search/lr-range/analyse.ts";
import type { Params } from "../../search/space.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import type { RangeTestSettings } from "../../worker/protocol/range-test.ts";
import { toRangePoint } from "./range-curve.ts";

/** A range test of a study: that of a trial, or of a bucket of architectures. */
export interface TestedTrial {
  readonly trial: number;
  readonly params: Params;
  readonly analysis: RangeAnalysis;
}

/** The curve of one trial that is a range test, read again from its reports. */
export function trialAnalysis(
  store: StudyStore,
  study: Study,
  trial: number,
  test: RangeTestSettings,
): RangeAnalysis {
  const points = store.curve(study.id, trial).map(({ metrics }) => toRangePoint(metrics));
  return analyseRange(points, test);
}

/** Every trial of a `method: lr_range` study with what the rules make of it. */
export function testedTrials(
  store: StudyStore,
  study: Study,
  test: RangeTestSettings,
): readonly TestedTrial[] {
  return store.trials(study.id).map(({ number, params }) => ({
    trial: number,
    params,
    analysis: trialAnalysis(store, study, number, test),
  }));
}
