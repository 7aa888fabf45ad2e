import { analyseRange, ceilingOf, type RangeAnalysis } from "../../../search/lr-range/analyse.ts";
import { defaultReading } from "../../../search/lr-range/curve.ts";
import { defaultRule } from "../../../search/lr-range/rules.ts";
import type { Study, StudyStore } from "../../../storage/store.ts";
import { rangeTestOf } from "../../config/range-study.ts";
import type { Sweep } from "../../config/sweep.ts";
import { rangeRecords } from "../../lr-range/range-records.ts";
import { testedTrials } from "../../lr-range/study-table.ts";
import type { PlotRange } from "../plots/study.ts";
import { paramLine } from "../params.ts";

/** The range tests of a study: its trials where it is made of tests, else those that narrow its learning rates. */
export function plotRanges(store: StudyStore, study: Study, sweep: Sweep): readonly PlotRange[] {
  const test = rangeTestOf(sweep);
  if (test !== null)
    return testedTrials(store, study, test).map(({ trial, params, analysis }) =>
      plotRange(`trial ${trial}: ${paramLine(params)}`, analysis, null),
    );
  const reading = sweep.rangeTest ?? defaultReading;
  return rangeRecords(store, study).map(({ bucket, curve }) => {
    const points = curve.map(([rate, loss]) => ({ rate, loss: loss ?? Number.NaN }));
    const name = bucket === "" ? "all architectures" : bucket;
    return plotRange(name, analyseRange(points, reading), sweep.rangeTest?.rule ?? defaultRule);
  });
}

/** One test as the plot reads it. `rule`: the one whose suggestion counts. */
export function plotRange(name: string, analysis: RangeAnalysis, rule: string | null): PlotRange {
  const found = analysis.suggestions.flatMap((one) =>
    one.rate === null ? [] : [{ rule: one.rule, rate: one.rate }],
  );
  const reasons = new Set(analysis.suggestions.flatMap((one) => (one.rate === null ? [one.reason] : [])));
  const [reason] = reasons;
  return {
    name,
    rates: analysis.points.map(({ rate }) => rate),
    losses: analysis.points.map(({ loss }) => loss),
    smoothed: analysis.points.map(({ smoothed }) => smoothed),
    ceiling: ceilingOf(analysis),
    suggestions: found,
    reason:
      found.length > 0 ? null : reasons.size === 1 && reason !== undefined ? reason : "no rule finds one",
    rule,
  };
}
