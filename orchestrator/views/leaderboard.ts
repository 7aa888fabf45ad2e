import { bestPossible } from "../config/metrics.ts";
import { goalsOf } from "../config/study-goals.ts";
import type { TrialState } from "../../search/history.ts";
import type { Goal } from "../../search/scores.ts";
import type { Params } from "../../search/space.ts";
import { repeatsOf, type Repeat } from "../repeats/recorded.ts";
import { repeatedTrials, type Repeated } from "../repeats/repeated.ts";
import type { StudyBaseline, Study, StudyState, StudyStore, Trial, TrialQuery } from "../../storage/store.ts";
import { expectedOf, type ExpectedView } from "./expected.ts";
import { rankByGoals, type GoalsView, type RankedByGoals, type TrialGoals } from "./goals.ts";
import { bestNaive, skill } from "./skill.ts";
import { sortTrials } from "./sort-trials.ts";
import { configOf, tunedBy, type Tuned } from "./tuned-by.ts";

/** A trial's line on the leaderboard. */
export interface LeaderboardRow {
  /** The trial's number, from 0. */
  readonly number: number;
  /** Outcome, or `running` / `paused` while there is none. */
  readonly outcome: TrialState;
  /** Best epoch's value of the ranking metric. */
  readonly value: number | null;
  readonly bestEpoch: number | null;
  readonly lastValue: number | null;
  /** Share of the naive baseline's error that the trial removes; see skill.ts. */
  readonly skill: number | null;
  readonly params: Params;
  /** Epochs that have a report. */
  readonly epochs: number;
  readonly attempts: number;
  readonly reason: string | null;
  /** What training it again with other seeds came to; `null` for a trial that was not repeated. */
  readonly repeats: Repeated | null;
  /** What its configuration is expected to come to with another seed; `null` where `Leaderboard.expected` is, or it is not complete. */
  readonly expected: { readonly mean: number; readonly deviation: number } | null;
  /** By the study's goals; `null` where `Leaderboard.goals` is. */
  readonly goals: TrialGoals | null;
}

/** A study's results, best first. The shape of `leaderboard --json`: fields are added, never changed. */
export interface Leaderboard {
  readonly study: string;
  readonly state: StudyState;
  /** Why the study ended, in words. */
  readonly reason: string | null;
  /** A process drives the study now. A study that is `running` and not driven ended without a word. */
  readonly driven: boolean;
  readonly metric: string;
  readonly goal: Goal;
  /** Several metrics, of which `metric` is the first, or constraints; `null`: neither. */
  readonly goals: GoalsView | null;
  /** The best naive forecast, which skill is measured against. */
  readonly baseline: { readonly name: string; readonly value: number } | null;
  readonly baselines: readonly StudyBaseline[];
  readonly counts: Readonly<Record<TrialState, number>>;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** What the trials are sorted by: `value` is the ranking. */
  readonly sort: string;
  /** Without the repeats, which do not rank: each is one more measurement of the trial it repeats. */
  readonly trials: readonly LeaderboardRow[];
  /** Trials that are repeats; they are among the `counts`. */
  readonly repeats: number;
  /** The trial to choose by what is expected rather than by what was measured once; `null`: too little to say. */
  readonly expected: ExpectedView | null;
  /** Results from elsewhere the search learned from. */
  readonly known: number;
  /** What its trials are: trainings of models, runs of a program, or the work of the programs that ask for them. */
  readonly tunes: Tuned;
}

export interface LeaderboardQuery {
  /** Only this many, from the first. */
  readonly top?: number | undefined;
  /** `value` (default), `number`, or the name of a parameter: rising, trials without it last. */
  readonly sort?: string | undefined;
  /** See `Leaderboard.driven`; default false. */
  readonly driven?: boolean | undefined;
  /** `false`: without what is expected, which takes a tenth of a second to find; default true. */
  readonly expected?: boolean | undefined;
}

/** Throws `UnknownSort`. */
export function leaderboard(store: StudyStore, study: Study, query: LeaderboardQuery = {}): Leaderboard {
  const baseline = baselineOf(study);
  const repeats = repeatsOf(store, study);
  const ranked = rankedByGoals(store, study, repeats);
  const trials = sortedTrials(store, study, query, { repeats, ranked });
  const repeated = repeatedTrials(store, study, repeats);
  const expected = query.expected === false ? null : expectedOf(store, study, repeats);
  return {
    study: study.name,
    state: study.state,
    reason: study.reason,
    driven: query.driven === true || (study.state === "running" && tunedBy(study) === "asked"),
    metric: study.metric,
    goal: study.goal,
    goals: ranked?.view ?? null,
    baseline,
    baselines: study.baselines,
    counts: store.counts(study.id),
    startedAt: study.at,
    endedAt: study.endedAt,
    sort: query.sort ?? "value",
    trials: trials.map((trial) => ({
      ...toRow(trial, baseline?.value ?? null, bestPossible(study.metric, study.goal)),
      repeats: repeated.get(trial.number) ?? null,
      expected: expected?.byTrial.get(trial.number) ?? null,
      goals: ranked?.byTrial.get(trial.number) ?? null,
    })),
    repeats: repeats.length,
    expected: expected?.view ?? null,
    known: knownResults(study),
    tunes: tunedBy(study),
  };
}

/**
 * The first `top` of the ranking that may be named best, or more for the whole Pareto front: repeats are left out, and trials that break a
 * constraint.
 */
export function rankedTrials(
  store: StudyStore,
  study: Study,
  { top, withFront = false }: { readonly top: number; readonly withFront?: boolean },
): readonly Trial[] {
  const repeats = repeatsOf(store, study);
  const ranked = rankedByGoals(store, study, repeats);
  if (ranked === null) return sortedTrials(store, study, { top }, { repeats, ranked });
  const size = withFront ? Math.max(top, ranked.view.front.length) : top;
  return ranked.trials.filter(({ number }) => ranked.byTrial.get(number)!.feasible).slice(0, size);
}

function rankedByGoals(store: StudyStore, study: Study, repeats: readonly Repeat[]): RankedByGoals | null {
  if (goalsOf(study) === undefined) return null;
  const hidden = new Set(repeats.map(({ trial }) => trial));
  return rankByGoals(
    store,
    study,
    store.trials(study.id).filter(({ number }) => !hidden.has(number)),
  );
}

function knownResults(study: Study): number {
  const { knownResults: known } = configOf(study);
  return Array.isArray(known) ? known.length : 0;
}

/** The best naive baseline of a study, when one has a value. */
export function baselineOf(study: Pick<Study, "baselines" | "goal">): Leaderboard["baseline"] {
  const naive = bestNaive(study.baselines, study.goal);
  return naive === null || naive.value === null ? null : { name: naive.name, value: naive.value };
}

function sortedTrials(
  store: StudyStore,
  study: Study,
  query: LeaderboardQuery,
  { repeats, ranked }: { readonly repeats: readonly Repeat[]; readonly ranked: RankedByGoals | null },
): readonly Trial[] {
  const { top, sort = "value" } = query;
  if (sort === "value" && ranked !== null) return ranked.trials.slice(0, top);
  const limit = top === undefined ? {} : { limit: top + repeats.length };
  const hidden = new Set(repeats.map(({ trial }) => trial));
  const listed = (order: TrialQuery): Trial[] =>
    store.trials(study.id, order).filter(({ number }) => !hidden.has(number));
  if (sort === "value") return listed({ order: "rank", ...limit }).slice(0, top);
  if (sort === "number") return listed({ order: "number", ...limit }).slice(0, top);
  return sortTrials(listed({ order: "rank" }), sort).slice(0, top);
}

function toRow(
  trial: Trial,
  naive: number | null,
  best: number,
): Omit<LeaderboardRow, "repeats" | "expected" | "goals"> {
  return {
    number: trial.number,
    outcome: trial.state,
    value: trial.value,
    bestEpoch: trial.bestEpoch,
    lastValue: trial.lastValue,
    skill: skill(trial.value, naive, best),
    params: trial.params,
    epochs: trial.epochsDone,
    attempts: trial.attempts,
    reason: trial.reason,
  };
}
