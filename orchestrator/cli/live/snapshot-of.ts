import type { StudyBaseline } from "../../../storage/store.ts";
import type { Snapshot } from "../../views/snapshot.ts";
import { timeLeft } from "../../views/time-left.ts";
import { endedTrials, type LiveState } from "./state.ts";

/** What is fixed while a study runs. */
export interface LiveTarget {
  readonly metric: string;
  /** Trials of the budget; `null`: no limit. */
  readonly trials: number | null;
  readonly epochs: number;
  /** The budget's, from the start of this run. */
  readonly wallTimeMs: number | null;
}

/** A running study as a screen shows it. */
export function snapshotOf(
  state: LiveState,
  target: LiveTarget,
  baselines: readonly StudyBaseline[],
  now: number,
): Snapshot {
  const { metric, trials, epochs } = target;
  const done = endedTrials(state);
  const open = [...state.open.values()].sort((a, b) => a.number - b.number);
  const running = open.filter(({ isOn }) => isOn);
  return {
    study: state.study,
    metric,
    goal: state.goal,
    baselines,
    startedAt: state.startedAt,
    ended: state.ending === null ? null : { at: now, words: state.ending },
    counts: { ...state.counts, running: running.length, paused: open.length - running.length },
    done,
    budget: trials,
    repeats: state.repeats.size,
    repeatsEnded: state.repeatsEnded,
    epochs,
    ranked: state.ranked,
    running,
    workers: state.workers,
    left: leftOf(state, target, done, now),
  };
}

function leftOf(state: LiveState, target: LiveTarget, done: number, now: number): number | null {
  const { trials, epochs, wallTimeMs } = target;
  const elapsed = now - state.startedAt;
  const wall = wallTimeMs === null ? null : Math.max(0, wallTimeMs - elapsed);
  if (trials === null) return wall;
  const searched = [...state.open.values()].filter(({ number }) => !state.repeats.has(number));
  const left = timeLeft({
    waiting: Math.max(0, trials - done - searched.length),
    running: searched.map((trial) => trial.epochs),
    lengths: state.lengths,
    epochs,
    rate: elapsed > 0 ? state.epochs / elapsed : 0,
  });
  return left === null || wall === null ? left : Math.min(left, wall);
}
