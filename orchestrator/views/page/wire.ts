import type { TrialState } from "../../../search/history.ts";
import type { NamedGoal } from "../../../search/goals/goals.ts";
import type { Goal } from "../../../search/scores.ts";
import type { Params, Space } from "../../../search/space.ts";
import type { AttemptState, StudyBaseline, Place, StudyState } from "../../../storage/store.ts";
import type { PlotAttempt, PlotGoals } from "../plots/study.ts";

/** What the dashboard's server and its page say to each other. A page of another version asks to be loaded again. */
export const wireVersion = 4;

type Counts = Readonly<Record<TrialState, number>>;

/** One line of the list of studies. Times are milliseconds since 1970. */
export interface StudyLine {
  readonly key: string;
  readonly name: string;
  readonly state: StudyState;
  /** A process drives the study now. */
  readonly driven: boolean;
  readonly metric: string;
  readonly goal: Goal;
  readonly counts: Counts;
  readonly best: number | null;
  /** The best naive forecast, and the skill of `best` against it. */
  readonly baseline: { readonly name: string; readonly value: number } | null;
  readonly skill: number | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

/** What never changes in a study once it has begun. */
export interface StudyHead {
  readonly key: string;
  readonly name: string;
  readonly metric: string;
  readonly goal: Goal;
  /** The value of a perfect model; `null`: there is no bound. */
  readonly perfect: number | null;
  /** The direction in which recorded metrics get better. */
  readonly goals: Readonly<Record<string, Goal>>;
  readonly space: Space;
  /** Epochs of a complete trial. */
  readonly epochs: number;
  readonly rungs: readonly number[];
  readonly budget: {
    readonly trials: number | null;
    readonly wallTimeMs: number | null;
    readonly target: number | null;
  };
  readonly method: string;
  readonly pruner: string | null;
  readonly seed: number;
  readonly data: { readonly file: string; readonly sha256: string; readonly bytes: number };
  readonly versions: Readonly<Record<string, string>>;
  readonly startedAt: number;
  /** The sweep file as written. */
  readonly source: string;
}

/** What changes while it runs. */
export interface StudyStatus {
  readonly state: StudyState;
  readonly driven: boolean;
  readonly reason: string | null;
  readonly endedAt: number | null;
  readonly counts: Counts;
  /** Empty while they are computed. */
  readonly baselines: readonly StudyBaseline[];
  readonly running: readonly RunningAttempt[];
  readonly workers: readonly WorkerLine[];
  /** What the best trial's model is worth; `null` while it was compared with nothing. */
  readonly verdict: VerdictLine | null;
  /** That the first of the ranking was probably lucky, where that is so, once the study has ended. */
  readonly luck: string | null;
  /** The ranking of a study with several metrics or with constraints; `null`: by its one metric. */
  readonly goals: GoalRanking | null;
  /** What this page leaves out of the study, in a sentence without its point; `null`: nothing. */
  readonly note: string | null;
}

/** Trials in the order of the study's goals, as the leaderboard has them. Lists go in the order of `order`. */
export interface GoalRanking {
  readonly metrics: readonly NamedGoal[];
  readonly constraints: readonly string[];
  /** Trial numbers, best first, without repeats. */
  readonly order: readonly number[];
  /** Non-domination ranks, from 1, the Pareto front; `null`: it has none. */
  readonly ranks: readonly (number | null)[];
  /** What the goals look at beside the first metric: a list for each metric. */
  readonly values: Readonly<Record<string, readonly (number | null)[]>>;
  /** Trials that break a constraint or lack a metric, and why in words. */
  readonly broken: readonly (readonly [trial: number, why: string])[];
}

/** The same as plots read it. */
export function plotGoals(ranking: GoalRanking | null): PlotGoals | null {
  if (ranking === null) return null;
  const { metrics, order, ranks, broken } = ranking;
  return {
    metrics,
    front: order.filter((_, i) => ranks[i] === 1),
    infeasible: broken.map(([trial]) => trial),
  };
}

export interface RunningAttempt {
  readonly trial: number;
  readonly attempt: number;
  readonly state: AttemptState;
  readonly worker: string | null;
  readonly startedAt: number | null;
}

export interface WorkerLine {
  readonly id: string;
  readonly host: string;
  readonly engine: string | null;
  readonly lastSeen: number;
}

export interface VerdictLine {
  readonly worth: string;
  readonly sentence: string;
  readonly steps: readonly string[];
}

/** A trial in a list of thousands: names would be most of it. */
export type TrialTuple = readonly [
  number: number,
  state: TrialState,
  value: number | null,
  bestEpoch: number | null,
  lastValue: number | null,
  epochsDone: number,
  epochs: number,
  attempts: number,
  /** See `PlotTrial.at`. */
  at: number,
  /** Of training, all epochs that count. */
  seconds: number,
  startedAt: number,
  endedAt: number | null,
  repeatOf: number | null,
  origin: string | null,
  reason: string | null,
  params: Params,
];

/** Values of a trial's epochs `from` and on; what is known of later epochs is replaced. `null`: not finite. */
export interface CurvePiece {
  readonly trial: number;
  readonly from: number;
  readonly values: readonly (number | null)[];
}

/** The columns of a study, once. `at` and `seconds` of its trials come with the curves. */
export interface StudySnapshot {
  readonly wire: number;
  readonly head: StudyHead;
  readonly status: StudyStatus;
  readonly place: string;
  readonly trials: readonly TrialTuple[];
}

/** What changed since a place. To apply one twice does no harm. */
export interface StudyDelta {
  readonly wire: number;
  readonly place: string;
  readonly status: StudyStatus;
  readonly trials: readonly TrialTuple[];
  readonly curves: readonly CurvePiece[];
  /** Every trial that has not ended: some have paused or gone on without a report. */
  readonly open: readonly (readonly [trial: number, state: TrialState])[];
}

/** Metrics at the best epochs: a column for each metric, `null` where a trial has no finite one. */
export interface MetricColumns {
  readonly trials: readonly number[];
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>;
}

export type AttemptList = readonly PlotAttempt[];

/** The cursor of the stream, as text: the id of its events, and what `Last-Event-ID` brings back. */
export function placeText({ reports, ended, trials }: Place): string {
  return `${reports}.${ended}.${trials}`;
}

/** `null`: it is no place. */
export function readPlace(text: string): Place | null {
  const found = /^(\d{1,15})\.(\d{1,15})\.(\d{1,15})$/.exec(text);
  if (found === null) return null;
  const [reports, ended, trials] = found.slice(1).map(Number) as [number, number, number];
  return { reports, ended, trials };
}

/**
 * Curves of many trials as one list of numbers: how many trials, then their numbers, the lengths of their curves, seconds of
 * training, moments (`PlotTrial.at`), and all values one after another.
 */
export interface CurveBlock {
  readonly trials: ArrayLike<number>;
  readonly lengths: ArrayLike<number>;
  readonly seconds: ArrayLike<number>;
  readonly ats: ArrayLike<number>;
  readonly values: Float64Array;
}

export function readCurveBlock(numbers: Float64Array): CurveBlock {
  const count = numbers[0] ?? 0;
  const part = (i: number): Float64Array => numbers.subarray(1 + i * count, 1 + (i + 1) * count);
  return {
    trials: part(0),
    lengths: part(1),
    seconds: part(2),
    ats: part(3),
    values: numbers.subarray(1 + 4 * count),
  };
}
