import type { EndState } from "../../../search/history.ts";
import { compareScores, isBetter, toScore, type Goal } from "../../../search/scores.ts";
import type { Params } from "../../../search/space.ts";
import type { StudyEvent } from "../../events.ts";
import type { SeenTrial } from "../../views/snapshot.ts";

/** A trial that began and has not ended. */
export interface OpenTrial extends SeenTrial {
  /** A worker has it now; false once it was handed back, lost or failed and waits for another. */
  readonly isOn: boolean;
}

/** What a watcher of a running study wants to know at a glance. */
export interface LiveState {
  readonly study: string;
  readonly goal: Goal;
  readonly startedAt: number;
  readonly workers: number;
  readonly open: ReadonlyMap<number, OpenTrial>;
  /** Outcomes, those of repeats among them. */
  readonly counts: Readonly<Record<EndState, number>>;
  /** Trials that train one of the search again: they are none of the budget's, and never the best. */
  readonly repeats: ReadonlySet<number>;
  readonly repeatsEnded: number;
  /** The best trials of the search, running ones among them, the best first. */
  readonly ranked: readonly SeenTrial[];
  /** Trials of the search that ended, by the epochs they had. */
  readonly lengths: ReadonlyMap<number, number>;
  /** Epochs reported since `startedAt`. */
  readonly epochs: number;
  readonly notice: Extract<StudyEvent, { kind: "notice" }> | null;
  /** What the study says at its end. */
  readonly ending: string | null;
}

export type LiveStart = Pick<
  LiveState,
  "goal" | "counts" | "repeats" | "repeatsEnded" | "ranked" | "lengths" | "startedAt"
>;

export function startState(start: LiveStart): LiveState {
  return { study: "", workers: 0, open: new Map(), epochs: 0, notice: null, ending: null, ...start };
}

/** Trials of the search that ended. */
export function endedTrials({ counts, repeatsEnded }: LiveState): number {
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
      const { trial, params, repeatOf } = event;
      const started = withOpen(state, newTrial(trial, params));
      return repeatOf === null ? started : { ...started, repeats: new Set([...state.repeats, trial]) };
    }
    case "attempt_started": {
      const known = state.open.get(event.trial) ?? newTrial(event.trial, paramsOf(event.trial));
      return withOpen(state, { ...known, worker: event.worker, isOn: true });
    }
    case "attempt_ended":
      return afterAttempt(state, event.trial);
    case "report":
      return afterReport(state, event);
    case "trial_paused":
      return withoutOpen(state, event.trial);
    case "trial_ended":
      return afterTrial(state, event);
    case "trial_invalid":
      return afterMark(state, event);
    case "notice":
      return { ...state, notice: event };
    case "study_ended":
      return { ...state, ending: `${event.state}: ${event.reason}` };
    case "ordered":
    case "trial_continued":
    case "best":
    case "baselines":
    case "verdict":
    case "model_written":
    case "model_not_written":
      return state;
    default:
      return event satisfies never;
  }
}

function newTrial(number: number, params: Params): OpenTrial {
  return {
    number,
    params,
    state: "running",
    value: null,
    bestEpoch: null,
    epochs: 0,
    curve: [],
    worker: null,
    isOn: true,
  };
}

/** Handed back, lost, failed: it continues on another worker or not at all, but no worker trains it now. */
function afterAttempt(state: LiveState, number: number): LiveState {
  const trial = state.open.get(number);
  return trial === undefined ? state : withOpen(state, { ...trial, worker: null, isOn: false });
}

function afterReport(state: LiveState, event: Extract<StudyEvent, { kind: "report" }>): LiveState {
  const trial = state.open.get(event.trial);
  if (trial === undefined) return state;
  const { value, epoch } = event;
  const improves =
    value !== null &&
    (trial.value === null || isBetter(toScore(value, state.goal), toScore(trial.value, state.goal)));
  const next = {
    ...trial,
    epochs: epoch,
    curve: [...trial.curve, value],
    ...(improves ? { value, bestEpoch: epoch } : {}),
  };
  const after = { ...withOpen(state, next), epochs: state.epochs + 1 };
  return state.repeats.has(event.trial) ? after : { ...after, ranked: rankedWith(after, next) };
}

function afterTrial(state: LiveState, event: Extract<StudyEvent, { kind: "trial_ended" }>): LiveState {
  const { trial: number, outcome, value, bestEpoch, epochs } = event;
  const counts = { ...state.counts, [outcome]: state.counts[outcome] + 1 };
  const after = { ...withoutOpen(state, number), counts };
  if (state.repeats.has(number)) return { ...after, repeatsEnded: state.repeatsEnded + 1 };
  const lengths = new Map(state.lengths).set(epochs, (state.lengths.get(epochs) ?? 0) + 1);
  const known = state.open.get(number) ?? state.ranked.find((one) => one.number === number);
  if (known === undefined) return { ...after, lengths };
  const ended: SeenTrial = { ...known, state: outcome, value, bestEpoch, epochs, worker: null };
  return { ...after, lengths, ranked: rankedWith(after, ended) };
}

/** It counts no more, and has no rank. */
function afterMark(
  state: LiveState,
  { trial, was }: Extract<StudyEvent, { kind: "trial_invalid" }>,
): LiveState {
  const counts = { ...state.counts, [was]: state.counts[was] - 1, invalid: state.counts.invalid + 1 };
  return { ...state, counts, ranked: state.ranked.filter(({ number }) => number !== trial) };
}

/** Trials kept in the ranking: more than any screen shows, so that those that drop out are not missed. */
const mostRanked = 200;

/** The ranking with the newest of one trial. */
function rankedWith({ ranked, goal }: LiveState, trial: SeenTrial): readonly SeenTrial[] {
  const others = ranked.filter(({ number }) => number !== trial.number);
  if (trial.value === null) return others;
  // As in the database: a cancelled trial stands behind those that ended by the rules.
  const isBefore = (one: SeenTrial, other: SeenTrial): boolean =>
    one.state === "cancelled" || other.state === "cancelled"
      ? one.state !== "cancelled"
      : compareScores(toScore(one.value, goal), toScore(other.value, goal)) < 0;
  const place = others.findIndex((other) => isBefore(trial, other));
  return others.toSpliced(place < 0 ? others.length : place, 0, trial).slice(0, mostRanked);
}

function withOpen(state: LiveState, trial: OpenTrial): LiveState {
  return { ...state, open: new Map(state.open).set(trial.number, trial) };
}

function withoutOpen(state: LiveState, number: number): LiveState {
  const open = new Map(state.open);
  open.delete(number);
  return { ...state, open };
}
