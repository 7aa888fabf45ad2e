import type { History } from "../../search/history.ts";
import type { Goal } from "../../search/scores.ts";
import type { Ending } from "../coordinator/ending.ts";
import type { StudyPlan } from "../coordinator/plan.ts";
import { Repeats } from "../repeats/repeats.ts";
import { Aside } from "./aside.ts";
import { Trials } from "./trials.ts";
import { Wishes } from "./wishes.ts";

/** What a study is judged by; it does not change while the study runs. */
export interface StudyRules {
  readonly study: {
    readonly key: string;
    readonly metric: string;
    readonly goal: Goal;
    readonly data: { readonly file: string };
  };
  readonly plan: Pick<
    StudyPlan,
    "seed" | "budget" | "goals" | "sampler" | "pruner" | "pausesAfter" | "repeats" | "bounds" | "endsEarly"
  >;
  /**
   * Does committing let a worker on another machine forget a message, and do its attempts outlive the coordinator? Then
   * messages must survive a power cut.
   */
  readonly remote: boolean;
}

/** Everything a study knows while it runs. Rebuilt from the database by `rebuild`. */
export interface RunState {
  readonly rules: StudyRules;
  /** Another object once a trial is marked invalid. */
  history: History;
  readonly trials: Trials;
  readonly repeats: Repeats;
  readonly aside: Aside;
  readonly wishes: Wishes;
  /** Best score said so far; NaN: none. */
  best: number;
  /** Why no new trials start; `null`: they do. */
  ending: Ending | null;
  /** The sampler has nothing more, or the budget is spent. */
  searchDone: boolean;
  repeatsDone: boolean;
}

/** Of a study that has just begun. `history`: to be kept up to date, without trials. */
export function newState(rules: StudyRules, history: History): RunState {
  const { key } = rules.study;
  return {
    rules,
    history,
    trials: new Trials(key),
    repeats: new Repeats(rules.plan.repeats, [], rules.plan.goals),
    aside: new Aside(key),
    wishes: new Wishes(),
    best: Number.NaN,
    ending: null,
    searchDone: false,
    repeatsDone: false,
  };
}
