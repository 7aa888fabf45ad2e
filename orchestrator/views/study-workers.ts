import type { Attempt, WorkerRow } from "../../storage/store.ts";
import { byProcess } from "./worker-processes.ts";

/** What a worker has done for a study, or all lanes of a process together. */
export interface StudyWorker {
  readonly id: string;
  readonly host: string;
  readonly engine: string | null;
  /** The trial it has now; `null` also for several lanes. */
  readonly trial: number | null;
  /** How many lanes it has, and how many of them have a trial. */
  readonly lanes: number;
  readonly training: number;
  /** Attempts that ended, those of them that were lost or failed, and epochs it trained in all. */
  readonly ended: number;
  readonly lost: number;
  readonly failed: number;
  readonly epochs: number;
  /** Share of its time in the study that it had a trial, from 0 to 1; `null` before it has begun one. */
  readonly busy: number | null;
}

/** Those with a trial first, then those seen last. `now`: for what goes on; the study's end where it has ended. */
export function studyWorkers(
  workers: readonly WorkerRow[],
  attempts: readonly Attempt[],
  now: number,
): readonly StudyWorker[] {
  const byWorker = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    if (attempt.worker === null) continue;
    const known = byWorker.get(attempt.worker);
    if (known === undefined) byWorker.set(attempt.worker, [attempt]);
    else known.push(attempt);
  }
  const all = workers
    .toSorted((a, b) => b.lastSeen - a.lastSeen || a.id.localeCompare(b.id))
    .map((row) => workerOf(row, byWorker.get(row.id) ?? [], now));
  return byProcess(all, ({ id }) => id)
    .map(({ id, lanes }) => (lanes.length === 1 ? lanes[0] : together(id, lanes)))
    .toSorted((a, b) => Number(b.training > 0) - Number(a.training > 0));
}

/** Its share of time is that of the lanes that have begun a trial. */
function together(id: string, lanes: readonly [StudyWorker, ...StudyWorker[]]): StudyWorker {
  const sum = (of: (lane: StudyWorker) => number): number =>
    lanes.reduce((total, lane) => total + of(lane), 0);
  const begun = lanes.filter(({ busy }) => busy !== null).length;
  return {
    ...lanes[0],
    id,
    trial: null,
    lanes: lanes.length,
    training: sum(({ training }) => training),
    ended: sum(({ ended }) => ended),
    lost: sum(({ lost }) => lost),
    failed: sum(({ failed }) => failed),
    epochs: sum(({ epochs }) => epochs),
    busy: begun === 0 ? null : sum(({ busy }) => busy ?? 0) / begun,
  };
}

function workerOf({ id, host, engine }: WorkerRow, attempts: readonly Attempt[], now: number): StudyWorker {
  const open = attempts.find(({ state }) => state === "running");
  const begun = attempts.flatMap(({ startedAt, endedAt }) =>
    startedAt === null ? [] : [[startedAt, endedAt ?? now] as const],
  );
  const from = Math.min(...begun.map(([start]) => start));
  const to = open === undefined ? Math.max(...begun.map(([, end]) => end)) : now;
  const worked = begun.reduce((sum, [start, end]) => sum + Math.max(0, end - start), 0);
  return {
    id,
    host,
    engine,
    trial: open?.trial ?? null,
    lanes: 1,
    training: open === undefined ? 0 : 1,
    ended: attempts.filter(({ endedAt }) => endedAt !== null).length,
    lost: attempts.filter(({ state }) => state === "lost").length,
    failed: attempts.filter(({ state }) => state === "failed").length,
    epochs: attempts.reduce((sum, { fromEpoch, toEpoch }) => sum + Math.max(0, toEpoch - fromEpoch), 0),
    busy: to > from ? Math.min(1, worked / (to - from)) : null,
  };
}
