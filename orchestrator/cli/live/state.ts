import type { OutcomeKind } from "../../../search/history.ts";
import { isBetter, toScore, type Goal } from "../../../search/scores.ts";
import type { Params } from "../../../search/space.ts";
import type { StudyEvent } from "../../events.ts";

export interface RunningTrial {
  readonly number: number;
  readonly params: Params;
  readonly worker: string | null;
  readonly epoch: number;
  /** Values of the ranking metric, epoch by epoch. */
  readonly curve: readonly (number | null)[];
}

export interface BestTrial {
  readonly number: number;
  readonly value: number;
  readonly params: Params;
}

/** What a watcher of a running study wants to know at a glance. */
export interface LiveState {
  readonly study: string;
  readonly goal: Goal;
  readonly startedAt: number;
  readonly workers: number;
  readonly running: ReadonlyMap<number, RunningTrial>;
  /** Outcomes, those of repeats among them. */
  readonly counts: Readonly<Record<OutcomeKind, number>>;
  /** Trials that train one of the search again: they are none of the budget's, and never the best. */
  readonly repeats: ReadonlySet<number>;
  readonly repeatsEnded: number;
  /** Trials that ended before this run (a resumed study), for an honest estimate. */
  readonly before: number;
  readonly best: BestTrial | null;
  readonly epochs: number;
  readonly notice: Extract<StudyEvent, { kind: "notice" }> | null;
}

export interface LiveStart {
  readonly goal: Goal;
  readonly counts: Readonly<Record<OutcomeKind, number>>;
  readonly repeats: ReadonlySet<number>;
  readonly repeatsEnded: number;
  readonly best: BestTrial | null;
  readonly at: number;
}

export function startState({ goal, counts, repeats, repeatsEnded, best, at }: LiveStart): LiveState {
  return {
    study: "",
    goal,
    startedAt: at,
    workers: 0,
    running: new Map(),
    counts,
    repeats,
    repeatsEnded,
    before: searched(counts, repeatsEnded),
    best,
    epochs: 0,
    notice: null,
  };
}

/** Trials of the search that ended. */
export function endedTrials({ counts, repeatsEnded }: LiveState): number {
  return searched(counts, repeatsEnded);
}

function searched(counts: LiveState["counts"], repeatsEnded: number): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0) - repeatsEnded;
}

/** The state after an event. `paramsOf` knows the trials that started before this run. */
export function reduce(state: LiveState, event: StudyEvent, paramsOf: (trial: number) => Params): LiveState {
  switch (event.kind) {
    case "study_started":
      return { ...state, study: event.study };
    case "worker_joined":
      return {
        ...state,
        workers: state.workers + 1,
        notice: state.notice?.until === "worker_joined" ? null : state.notice,
      };
    case "worker_gone":
      return { ...state, workers: Math.max(0, state.workers - 1) };
    case "trial_started": {
      const { trial: number, params, repeatOf } = event;
      const started = withRunning(state, { number, params, worker: null, epoch: 0, curve: [] });
      return repeatOf === null ? started : { ...started, repeats: new Set([...state.repeats, number]) };
    }
    case "attempt_started": {
      const known = state.running.get(event.trial);
      const trial = known ?? { number: event.trial, params: paramsOf(event.trial), epoch: 0, curve: [] };
      return withRunning(state, { ...trial, worker: event.worker });
    }
    case "report":
      return afterReport(state, event);
    case "trial_paused":
      return withoutRunning(state, event.trial);
    case "trial_ended": {
      const counts = { ...state.counts, [event.outcome]: state.counts[event.outcome] + 1 };
      const repeatsEnded = state.repeatsEnded + (state.repeats.has(event.trial) ? 1 : 0);
      return { ...withoutRunning(state, event.trial), counts, repeatsEnded };
    }
    case "notice":
      return { ...state, notice: event };
    case "ordered":
    case "attempt_ended":
    case "trial_continued":
    case "best":
    case "study_ended":
    case "verdict":
    case "model_written":
    case "model_not_written":
      return state;
    default:
      return event satisfies never;
  }
}

function afterReport(state: LiveState, event: Extract<StudyEvent, { kind: "report" }>): LiveState {
  const trial = state.running.get(event.trial);
  if (trial === undefined) return state;
  const next = { ...trial, epoch: event.epoch, curve: [...trial.curve, event.value] };
  const after = { ...withRunning(state, next), epochs: state.epochs + 1 };
  if (state.repeats.has(event.trial)) return after;
  const bestScore = state.best === null ? Number.NaN : toScore(state.best.value, state.goal);
  if (event.value === null || !isBetter(toScore(event.value, state.goal), bestScore)) return after;
  return { ...after, best: { number: event.trial, value: event.value, params: trial.params } };
}

function withRunning(state: LiveState, trial: RunningTrial): LiveState {
  return { ...state, running: new Map(state.running).set(trial.number, trial) };
}

function withoutRunning(state: LiveState, number: number): LiveState {
  const running = new Map(state.running);
  running.delete(number);
  return { ...state, running };
}
