import type { Study, StudyStore, Trial } from "../../storage/store.ts";
import { UserError } from "../errors.ts";
import { secondsMetric } from "../../worker/protocol/cost-metrics.ts";
import { recordedRepeats } from "../repeats/recorded.ts";
import type { RecordedCurve, Recording } from "./recorded.ts";

export interface StudyCurves {
  readonly recording: Recording;
  /** What of the study is not among the curves, and why, in a sentence; `null`: everything is. */
  readonly leftOut: string | null;
}

/**
 * The curves of a study's trials that were trained to their end, diverged ones among them: what became of a pruned
 * trial later is unknown. Of a configuration with repeats only the first training counts, since the others would
 * never be looked up. Throws `UserError` when there is none.
 */
export function readStudyCurves(store: StudyStore, study: Study): StudyCurves {
  const repeats = new Set(recordedRepeats(store, study.id).map(({ trial }) => trial));
  const trials = store.trials(study.id);
  const searched = trials.filter(({ number }) => !repeats.has(number));
  const curves = searched.flatMap((trial) => curveOf(store, study, trial));
  if (curves.length === 0) {
    throw new UserError(
      `study ${study.name} has no trial that was trained to its end, so there is nothing to simulate with`,
    );
  }
  const recording = { name: study.name, metric: study.metric, goal: study.goal, curves };
  return { recording, leftOut: leftOutOf(study.name, searched.length, curves.length, repeats.size) };
}

function curveOf(store: StudyStore, study: Study, { number, params, state }: Trial): RecordedCurve[] {
  if (state !== "complete" && state !== "diverged") return [];
  const reports = store.curve(study.id, number);
  const values = reports.map(({ value }) => value);
  const seconds = reports.map((report) => report.seconds);
  const metrics: Readonly<Record<string, number>>[] = reports.map((report) => ({
    [secondsMetric]: report.seconds,
    ...report.metrics,
  }));
  if (state === "diverged" && values.at(-1) !== null) {
    values.push(null);
    seconds.push(seconds.at(-1) ?? 0);
    metrics.push({});
  }
  return values.length === 0 ? [] : [{ params, values, metrics, seconds }];
}

function leftOutOf(name: string, trials: number, used: number, repeats: number): string | null {
  const others = trials - used;
  const parts = [
    ...(others > 0
      ? [
          `only ${used} of the ${trials} trials of ${name} were trained to their end; what the other ${others} ` +
            "would have come to is unknown, so they are left out",
        ]
      : []),
    ...(repeats > 0
      ? [`the repeats of ${name} (${repeats}) are left out: they have no configurations of their own`]
      : []),
  ];
  return parts.length === 0 ? null : parts.join("; ");
}
