import type { StudyStore } from "../../storage/store.ts";
import { found } from "./until.ts";

/** An attempt that a worker is in the middle of. */
export interface UnderWay {
  readonly trial: number;
  readonly worker: string;
  /** Process of the worker, as it said. */
  readonly pid: number;
}

/**
 * The attempts of workers whose trials have from `least` to `most` epochs: to be harmed in the middle of their work, and not
 * when they have ended.
 */
export function underWay(
  store: StudyStore,
  study: number,
  [least, most]: readonly [least: number, most: number],
): readonly UnderWay[] {
  const pids = new Map(store.workers(study).map(({ id, pid }) => [id, pid]));
  const epochs = new Map(store.trials(study).map(({ number, epochsDone }) => [number, epochsDone]));
  return store.attempts(study).flatMap(({ trial, worker, state }) => {
    const pid = pids.get(worker ?? "");
    const done = epochs.get(trial) ?? 0;
    if (state !== "running" || worker === null || pid === undefined || done < least || done > most) return [];
    return [{ trial, worker, pid }];
  });
}

/**
 * Kills (SIGKILL) a worker in the middle of a trial. It is stopped first and looked at again, so that it cannot have come to
 * the end of its trial meanwhile, however slow the one who looks is.
 */
export async function killUnderWay(now: () => readonly UnderWay[]): Promise<UnderWay> {
  for (;;) {
    const victim = await found(() => now()[0], "a worker in the middle of a trial");
    process.kill(victim.pid, "SIGSTOP");
    const still = now().some(({ trial, worker }) => trial === victim.trial && worker === victim.worker);
    process.kill(victim.pid, still ? "SIGKILL" : "SIGCONT");
    if (still) return victim;
  }
}
