import type { TrialState } from "../../search/history.ts";
import type { Goal } from "../../search/scores.ts";
import type { Params } from "../../search/space.ts";
import type { Baseline, Study, StudyState, StudyStore, Trial } from "../../storage/store.ts";
import { bestNaive, skill } from "./skill.ts";

export interface LeaderboardRow {
  /** As people count: the trial's number from 0. */
  readonly number: number;
  /** Outcome, or `running` / `paused` while there is none. */
  readonly outcome: TrialState;
  /** Best epoch's value of the ranking metric. */
  readonly value: number | null;
  readonly bestEpoch: number | null;
  readonly lastValue: number | null;
  readonly skill: number | null;
  readonly params: Params;
  /** Epochs that have a report. */
  readonly epochs: number;
  readonly attempts: number;
  readonly reason: string | null;
}

/** A study's results, best first. The shape of `leaderboard --json`: fields are added, never changed. */
export interface Leaderboard {
  readonly study: string;
  readonly state: StudyState;
  readonly metric: string;
  readonly goal: Goal;
  /** The best naive forecast, which skill is measured against. */
  readonly baseline: { readonly name: string; readonly value: number } | null;
  readonly baselines: readonly Baseline[];
  readonly counts: Readonly<Record<TrialState, number>>;
  readonly trials: readonly LeaderboardRow[];
}

export interface LeaderboardQuery {
  /** Only the first so many. */
  readonly top?: number;
  /** `value` (default), `number`, or the name of a parameter. */
  readonly sort?: string;
}

export function leaderboard(store: StudyStore, study: Study, query: LeaderboardQuery = {}): Leaderboard {
  const naive = bestNaive(study.baselines, study.goal);
  const rows = rankedTrials(store, study, query).map((trial) => toRow(trial, naive?.value ?? null, study.goal));
  return {
    study: study.name,
    state: study.state,
    metric: study.metric,
    goal: study.goal,
    baseline: naive === null || naive.value === null ? null : { name: naive.name, value: naive.value },
    baselines: study.baselines,
    counts: store.counts(study.id),
    trials: rows,
  };
}

function rankedTrials(store: StudyStore, study: Study, { top, sort = "value" }: LeaderboardQuery): readonly Trial[] {
  const limit = top === undefined ? {} : { limit: top };
  if (sort === "value") return store.trials(study.id, { order: "rank", ...limit });
  if (sort === "number") return store.trials(study.id, { order: "number", ...limit });
  const all = [...store.trials(study.id, { order: "rank" })];
  all.sort((a, b) => compareParams(a.params[sort], b.params[sort]));
  return all.slice(0, top);
}

function compareParams(a: Params[string] | undefined, b: Params[string] | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b));
}

function toRow(trial: Trial, naive: number | null, goal: Goal): LeaderboardRow {
  return {
    number: trial.number,
    outcome: trial.state,
    value: trial.value,
    bestEpoch: trial.bestEpoch,
    lastValue: trial.lastValue,
    skill: skill(trial.value, naive, goal),
    params: trial.params,
    epochs: trial.epochsDone,
    attempts: trial.attempts,
    reason: trial.reason,
  };
}
