import type { StudyHead, StudyStatus } from "../../../orchestrator/views/page/wire.ts";
import { lengthsOf, timeLeft } from "../../../orchestrator/views/time-left.ts";
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
  head: StudyHead,
  status: StudyStatus,
  now: number,
): Progress {
  const { epochs } = head;
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
    left: isOver ? null : timeToGo(trials, head, status, now),
  };
}

/** By the epochs that trials train before they end, as `seqtune watch` has it, and by the time that the budget allows. */
function timeToGo(
  trials: readonly PageTrial[],
  { budget, epochs, startedAt }: StudyHead,
  { running }: StudyStatus,
  now: number,
): number | null {
  const byTime = budget.wallTimeMs === null ? null : Math.max(0, startedAt + budget.wallTimeMs - now);
  const searched = trials.filter(({ repeatOf }) => repeatOf === null);
  const byTrials =
    budget.trials === null
      ? null
      : timeLeft({
          waiting: Math.max(0, budget.trials - searched.length),
          running: searched.filter(({ endedAt }) => endedAt === null).map(({ epochsDone }) => epochsDone),
          lengths: lengthsOf(searched.filter(({ endedAt }) => endedAt !== null)),
          epochs,
          rate: rateOf(trials, running.length),
        });
  return byTime === null || byTrials === null ? (byTrials ?? byTime) : Math.min(byTime, byTrials);
}

/** Epochs per millisecond of this many workers, 0 before a curve is known. */
function rateOf(trials: readonly PageTrial[], workers: number): number {
  const trained = trials.filter(({ seconds }) => seconds > 0);
  const epochs = trained.reduce((sum, { epochsDone }) => sum + epochsDone, 0);
  const ms = trained.reduce((sum, { seconds }) => sum + 1000 * seconds, 0);
  return ms > 0 ? (Math.max(1, workers) * epochs) / ms : 0;
}
