import type { NamedGoal } from "../../../search/goals/goals.ts";
import type { TrialState } from "../../../search/history.ts";
import type { Goal } from "../../../search/scores.ts";
import type { Params, Space } from "../../../search/space.ts";
import type { AttemptState, StudyBaseline, StudyState } from "../../../storage/store.ts";

/** A study as plots read it: plain data that can be sent to a browser. Times are milliseconds since 1970. */
export interface PlotStudy {
  readonly name: string;
  readonly state: StudyState;
  readonly metric: string;
  readonly goal: Goal;
  /** The value of a perfect model. */
  readonly perfect: number;
  /** The direction in which recorded metrics get better; of others nothing is known. */
  readonly goals: Readonly<Record<string, Goal>>;
  /** Where the study has several metrics or constraints. */
  readonly byGoals?: PlotGoals | null;
  readonly baselines: readonly StudyBaseline[];
  readonly space: Space;
  /** Epochs of a complete trial. */
  readonly epochs: number;
  /** Epochs at which trials are compared, rising; empty where none are fixed. */
  readonly rungs: readonly number[];
  readonly startedAt: number;
  /** When the study ended, or was read. */
  readonly until: number;
  /** By number, repeats among them. */
  readonly trials: readonly PlotTrial[];
  readonly attempts: readonly PlotAttempt[];
  /** Range tests of the study, of which `lr` shows the curves. */
  readonly ranges: readonly PlotRange[];
}

/** The ranking of a study by several metrics, or with constraints. */
export interface PlotGoals {
  readonly metrics: readonly NamedGoal[];
  /** Numbers of the trials on the Pareto front. */
  readonly front: readonly number[];
  /** Numbers of those that break a constraint or lack a metric. */
  readonly infeasible: readonly number[];
}

export interface PlotTrial {
  readonly number: number;
  readonly params: Params;
  readonly state: TrialState;
  /** Best epoch's value of the ranking metric, as the leaderboard has it. */
  readonly value: number | null;
  readonly bestEpoch: number | null;
  /** When the best epoch was reported, the last epoch, or the trial ended; by the clock of the coordinator. */
  readonly at: number;
  readonly reason: string | null;
  /** The trial it trains again with another seed. */
  readonly repeatOf: number | null;
  /** The ranking metric of epoch e at index e - 1; NaN: not finite, or not reported. */
  readonly curve: ArrayLike<number>;
  /** Every recorded metric at the best epoch; those that are not finite are left out. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Seconds of training, all epochs that count. */
  readonly seconds: number;
}

export interface PlotAttempt {
  readonly trial: number;
  readonly attempt: number;
  readonly worker: string | null;
  readonly state: AttemptState;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly reason: string | null;
}

/** One learning-rate range test, read by the rules. */
export interface PlotRange {
  /** What was tested: a bucket of architectures, or a trial. */
  readonly name: string;
  readonly rates: readonly number[];
  readonly losses: readonly number[];
  readonly smoothed: readonly number[];
  /** Averaged losses above this belong to the explosion. */
  readonly ceiling: number;
  readonly suggestions: readonly { readonly rule: string; readonly rate: number }[];
  /** Why there is no suggestion; `null` where there is one. */
  readonly reason: string | null;
  /** The rule whose suggestion counts; `null`: none in particular. */
  readonly rule: string | null;
}

/** Trials of the search that have a value: repeats measure another one again. */
export function ranked(study: PlotStudy): readonly (PlotTrial & { readonly value: number })[] {
  return study.trials.filter(
    (trial): trial is PlotTrial & { readonly value: number } =>
      trial.value !== null && Number.isFinite(trial.value) && trial.repeatOf === null,
  );
}

/** Why a study has no value to plot, in a sentence. */
export function whyNoValue({ trials, metric, name }: PlotStudy): string {
  if (trials.length === 0) return `${name} has no trial yet; the plot appears with the first result.`;
  const states = new Set(trials.map(({ state }) => state));
  const [only] = states;
  const n = trials.length === 1 ? "Its only trial" : `All ${trials.length} trials`;
  if (states.size === 1 && (only === "failed" || only === "diverged" || only === "cancelled")) {
    const verb = only === "cancelled" ? (trials.length === 1 ? "was " : "were ") : "";
    return `${n} of ${name} ${verb}${only}, so no ${metric} can be shown; the plot of failures says where they stood.`;
  }
  if (states.has("running")) return `No trial of ${name} has reported a finite ${metric} yet.`;
  return `No trial of ${name} has a finite ${metric}.`;
}
