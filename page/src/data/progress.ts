import type { StudyHead, StudyStatus } from "../../../orchestrator/views/page/wire.ts";
import type { PageTrial } from "./page-trial.ts";

/** How far a study has come. */
export interface Progress {
  readonly ended: number;
  /** Epochs that pruning saved, of those that all ended trials could have trained. */
  readonly saved: number;
  readonly trained: number;
  /** Milliseconds to go, `null` where that is not known. */
  readonly left: number | null;
}

export function progressOf(
  trials: readonly PageTrial[],
  { budget, epochs, startedAt }: StudyHead,
  status: StudyStatus,
  now: number,
): Progress {
  const ended = trials.filter(({ endedAt }) => endedAt !== null);
  const trained = trials.reduce((sum, { epochsDone }) => sum + epochsDone, 0);
  const saved = ended
    .filter(({ state }) => state === "pruned")
    .reduce((sum, { epochsDone }) => sum + Math.max(0, epochs - epochsDone), 0);
  const isOver = status.endedAt !== null || !status.driven;
  return {
    ended: ended.length,
    saved,
    trained,
    left: isOver ? null : timeLeft(trials, ended, budget, startedAt, status, now),
  };
}

/** Trials that ended say how long one takes, pruned ones at their share; those that run have a part behind them. */
function timeLeft(
  trials: readonly PageTrial[],
  ended: readonly PageTrial[],
  budget: StudyHead["budget"],
  startedAt: number,
  { running }: StudyStatus,
  now: number,
): number | null {
  const byTime = budget.wallTimeMs === null ? Infinity : Math.max(0, startedAt + budget.wallTimeMs - now);
  const slots = Math.max(1, running.length);
  const byTrials =
    budget.trials === null || ended.length === 0
      ? Infinity
      : workLeft(trials, ended, budget.trials, running, now) / slots;
  const left = Math.min(byTime, byTrials);
  return Number.isFinite(left) ? left : null;
}

function workLeft(
  trials: readonly PageTrial[],
  ended: readonly PageTrial[],
  wanted: number,
  running: StudyStatus["running"],
  now: number,
): number {
  const took = ended.map(({ startedAt, endedAt }) => endedAt! - startedAt);
  const mean = took.reduce((sum, ms) => sum + ms, 0) / took.length;
  const started = trials.filter(({ repeatOf }) => repeatOf === null).length;
  const open = running.reduce(
    (sum, { startedAt }) => sum + Math.max(0, mean - (now - (startedAt ?? now))),
    0,
  );
  return Math.max(0, wanted - started) * mean + open;
}
