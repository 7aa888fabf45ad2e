import { constraintText, judge, type Goals, type Judged, type NamedGoal } from "../../search/goals/goals.ts";
import { placesOf } from "../../search/goals/order.ts";
import type { Study, StudyStore, Trial } from "../../storage/store.ts";
import { goalsOf } from "../config/study-goals.ts";
import { digits } from "./numbers.ts";

/** What a study with several metrics or with constraints is judged by, as a leaderboard says it. */
export interface GoalsView {
  /** The first one picks each trial's best epoch. */
  readonly metrics: readonly NamedGoal[];
  readonly constraints: readonly string[];
  /** Numbers of the trials that keep the constraints and that none of those beats in every metric. */
  readonly front: readonly number[];
}

/** A trial by its study's goals, at its best epoch. */
export interface TrialGoals {
  /** By metric, those of the constraints included; `null`: not reported, or not finite. */
  readonly values: Readonly<Record<string, number | null>>;
  /** Non-domination rank among the trials that keep the constraints, from 1, the Pareto front; `null`: it has none. */
  readonly rank: number | null;
  /** Is it on the Pareto front? */
  readonly front: boolean;
  /** It has every metric and keeps every constraint. */
  readonly feasible: boolean;
  /** Why it is not, in words. */
  readonly broken: readonly string[];
}

/** The trials of a study in the order of its goals. */
export interface RankedByGoals {
  readonly view: GoalsView;
  /** First those that keep the constraints, by rank and then by the first metric; then the others. */
  readonly trials: readonly Trial[];
  readonly byTrial: ReadonlyMap<number, TrialGoals>;
}

/** `null`: the study has one metric and no constraints. `trials`: without repeats. */
export function rankByGoals(store: StudyStore, study: Study, trials: readonly Trial[]): RankedByGoals | null {
  const goals = goalsOf(study);
  if (goals === undefined) return null;
  const metrics = store.bestMetrics(
    study.id,
    0,
    trials.reduce((end, { number }) => Math.max(end, number + 1), 0),
  );
  // A trial that failed has no value, whatever it reported before.
  const valuesOf = ({ number, value }: Trial): Readonly<Record<string, number>> =>
    value === null ? {} : (metrics.get(number) ?? {});
  const judged = trials.map((trial) => judge(goals, (name) => valuesOf(trial)[name]));
  // As in a ranking by one metric, cancelled trials come behind and are on no front.
  const counted = judged.map((one, i) =>
    trials[i]!.state === "cancelled"
      ? { ...one, feasible: false, scores: one.scores.map(() => Number.NaN) }
      : one,
  );
  const places = placesOf(goals, counted);
  const order = [...trials.keys()].sort(
    (a, b) =>
      later(places[a]!.order) - later(places[b]!.order) ||
      behind(trials[a]!) - behind(trials[b]!) ||
      trials[a]!.number - trials[b]!.number,
  );
  const byTrial = new Map(
    trials.map((trial, i) => {
      const rank = places[i]!.rank;
      const values = valuesOf(trial);
      return [
        trial.number,
        {
          values: namedValues(goals, values),
          rank: rank === undefined ? null : rank + 1,
          front: rank === 0,
          feasible: judged[i]!.feasible,
          broken: trial.value === null ? [] : brokenWords(goals, judged[i]!, values),
        },
      ];
    }),
  );
  const ranked = order.map((index) => trials[index]!);
  return {
    view: {
      metrics: goals.metrics,
      constraints: goals.constraints.map(constraintText),
      front: ranked.filter(({ number }) => byTrial.get(number)!.front).map(({ number }) => number),
    },
    trials: ranked,
    byTrial,
  };
}

function later(order: number): number {
  return Number.isNaN(order) ? Number.MAX_SAFE_INTEGER : order;
}

function behind({ state, value }: Trial): number {
  return value === null ? 2 : state === "cancelled" ? 1 : 0;
}

function namedValues(
  { metrics, constraints }: Goals,
  values: Readonly<Record<string, number>>,
): Readonly<Record<string, number | null>> {
  const names = [...metrics.map(({ name }) => name), ...constraints.map(({ metric }) => metric)];
  return Object.fromEntries(
    names.map((name) => [name, Number.isFinite(values[name]) ? (values[name] ?? null) : null]),
  );
}

/** `parameters 81,234, not <= 50000`; `latency was not reported`. */
function brokenWords(goals: Goals, { excesses }: Judged, values: Readonly<Record<string, number>>): string[] {
  const missing = [
    ...goals.metrics.map(({ name }) => name),
    ...goals.constraints.map(({ metric }) => metric),
  ].filter((name) => !Number.isFinite(values[name]));
  const broken = goals.constraints.filter(
    ({ metric }, i) => excesses[i]! > 0 && Number.isFinite(values[metric]),
  );
  return [
    ...[...new Set(missing)].map((name) => `${name} was not reported as a finite number`),
    ...broken.map(({ metric, op, limit }) => `${metric} is ${digits(values[metric]!)}, not ${op} ${limit}`),
  ];
}
