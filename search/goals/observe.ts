import type { History } from "../history.ts";
import type { Observation } from "../samplers/bayes/observations.ts";
import { judgeRecord, watchedMetrics, type Goals, type Judged } from "./goals.ts";

/** What one trial taught, by each goal. */
export interface GoalObservation extends Observation {
  readonly judged: Judged;
}

/**
 * Of a trial that was stopped early the first score is the estimate that `Observation.score` is; the others stand as they were
 * measured: what a training costs does not change with its epochs, and further scores look a little worse than they would be.
 */
export function observedGoals(
  goals: Goals,
  history: History,
  finished: readonly Observation[],
): readonly GoalObservation[] {
  const names = watchedMetrics(goals);
  return finished.map((observation) => {
    const judged = judgeRecord(goals, names, history.trial(observation.trial));
    const { score, partial } = observation;
    if (!Number.isFinite(score)) return { ...observation, judged: { ...judged, feasible: false } };
    if (!partial) return { ...observation, judged };
    const scores = judged.scores.slice();
    scores[0] = score;
    return { ...observation, judged: { ...judged, scores } };
  });
}

/** Trained to its end, with every metric. */
export function hasScores({ score, judged }: GoalObservation): boolean {
  return Number.isFinite(score) && judged.scores.every(Number.isFinite);
}
