import type { Study, StudyStore } from "../../storage/store.ts";
import { UserError } from "../errors.ts";
import type { RecordedCurve, Recording } from "./recorded.ts";

/**
 * The curves of a study's trials that were trained to their end, diverged ones among them: what became of a pruned
 * trial later nobody knows. Throws `UserError` when there is none.
 */
export function readStudyCurves(store: StudyStore, study: Study): Recording {
  const whole = store.trials(study.id).filter(({ state }) => state === "complete" || state === "diverged");
  const curves = whole.flatMap(({ number, params, state }): RecordedCurve[] => {
    const reports = store.curve(study.id, number);
    const values = reports.map(({ value }) => value);
    const seconds = reports.map((report) => report.seconds);
    if (state === "diverged" && values.at(-1) !== null) {
      values.push(null);
      seconds.push(seconds.at(-1) ?? 0);
    }
    return values.length === 0 ? [] : [{ params, values, seconds }];
  });
  if (curves.length === 0) {
    throw new UserError(
      `study ${study.name} has no trial that was trained to its end, so there is nothing to simulate with`,
    );
  }
  return { name: study.name, metric: study.metric, goal: study.goal, curves };
}
