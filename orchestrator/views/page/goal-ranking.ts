import type { Study, StudyStore } from "../../../storage/store.ts";
import { goalsOf } from "../../config/study-goals.ts";
import { rankByGoals, type GoalsView, type TrialGoals } from "../goals.ts";
import type { GoalRanking } from "./wire.ts";

/** `isRepeat`: by number, trials that do not rank. */
export function goalRanking(
  store: StudyStore,
  study: Study,
  isRepeat: (trial: number) => boolean,
): GoalRanking | null {
  if (goalsOf(study) === undefined) return null;
  const trials = store.trials(study.id).filter(({ number }) => !isRepeat(number));
  const ranked = rankByGoals(store, study, trials);
  if (ranked === null) return null;
  return packRanking(
    ranked.view,
    ranked.trials.map(({ number }) => [number, ranked.byTrial.get(number)!]),
  );
}

/** `trials` in the order of the ranking. */
export function packRanking(
  { metrics, constraints }: Pick<GoalsView, "metrics" | "constraints">,
  trials: readonly (readonly [trial: number, goals: TrialGoals])[],
): GoalRanking {
  const names = new Set(trials.flatMap(([, { values }]) => Object.keys(values)));
  names.delete(metrics[0]!.name);
  return {
    metrics,
    constraints,
    order: trials.map(([number]) => number),
    ranks: trials.map(([, { rank }]) => rank),
    values: Object.fromEntries(
      [...names].map((name) => [name, trials.map(([, { values }]) => values[name] ?? null)]),
    ),
    broken: trials.flatMap(([number, { broken }]) =>
      broken.length === 0 ? [] : [[number, broken.join("; ")] as const],
    ),
  };
}
