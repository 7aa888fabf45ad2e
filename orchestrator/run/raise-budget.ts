import { recordedRepeats } from "../repeats/recorded.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import type { Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import { takeStudy } from "./take-study.ts";

/** `more`: this many more trials than the study has or plans; `total`: this many in all. */
export interface MoreTrials {
  readonly kind: "more" | "total";
  readonly count: number;
}

/** The sweep of a study with a larger budget of trials. Throws `UserError`. */
export function withMoreTrials(
  store: StudyStore,
  study: Study,
  sweep: Sweep,
  { kind, count }: MoreTrials,
): Sweep {
  if (recordedRepeats(store, study.id).length > 0) {
    throw new UserError(
      `study ${study.name} has already trained its best configurations again, after which it cannot continue the search: run the sweep again with known: {study: ${study.name}}`,
    );
  }
  const have = Object.values(store.counts(study.id)).reduce((sum, trials) => sum + trials, 0);
  const planned = study.state === "complete" ? have : Math.max(have, sweep.budget.trials ?? have);
  const trials = kind === "more" ? planned + count : count;
  if (trials > planned) return { ...sweep, budget: { ...sweep.budget, trials } };
  throw new UserError(
    `study ${study.name} has ${planned} trials, planned ones included: give --trials a larger number, or how many more, such as +20`,
  );
}

/** Records the larger budget of a study that no process drives. Throws `UserError`. */
export function raiseBudget(
  db: string,
  store: StudyStore,
  study: Study,
  sweep: Sweep,
  more: MoreTrials,
): Sweep {
  const lock = takeStudy(db, study);
  try {
    const raised = withMoreTrials(store, study, sweep, more);
    store.setConfig(study.id, raised);
    return raised;
  } finally {
    lock.release();
  }
}
