import type { TrialState } from "../../search/history.ts";
import type { Goal } from "../../search/scores.ts";
import type { StudyState, StudyStore, StudySummary } from "../../storage/store.ts";

/** A line of `studies --json`: fields are added, never changed. */
export interface StudyRow {
  readonly name: string;
  readonly state: StudyState;
  /** How many there are. */
  readonly trials: number;
  /** Best value of a complete or pruned trial. */
  readonly best: number | null;
  /** A process drives the study now. A study that is `running` and not driven ended without a word. */
  readonly driven: boolean;
  readonly metric: string;
  readonly goal: Goal;
  readonly counts: Readonly<Record<TrialState, number>>;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number | null;
}

/** Every study, oldest first. `isDriven` knows whether a process drives it now. */
export function studyRows(
  store: StudyStore,
  isDriven: (study: StudySummary) => boolean,
): readonly StudyRow[] {
  return store.studies().map((study) => ({
    name: study.name,
    state: study.state,
    trials: study.trials,
    best: study.best,
    driven: isDriven(study),
    metric: study.metric,
    goal: study.goal,
    counts: study.counts,
    startedAt: study.at,
    endedAt: study.endedAt,
  }));
}
