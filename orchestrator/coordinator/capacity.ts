import type { WorkerInfo } from "../../worker/protocol/messages.ts";

/** A worker as far as sharing goes. */
export interface KnownWorker {
  readonly info: WorkerInfo;
  /** How long it has said that it runs nothing, milliseconds; 0 while it runs something. */
  readonly idleMs: number;
}

/** What a study has and wants now. */
export interface Demand {
  readonly workers: readonly KnownWorker[];
  /** Its trials that a worker holds. */
  readonly running: number;
  /** Its open trials, held or offered. */
  readonly open: number;
  /** Trials it could have open at most; `null`: without end. */
  readonly wanted: number | null;
}

/** Port: how many trials a study may have open. Asked whenever workers or trials come and go, and every half second. */
export interface Capacity {
  /** May this worker get trials of the study at all? */
  serves(worker: WorkerInfo): boolean;
  slots(demand: Demand): number;
}

/** Every worker is this study's own. */
export const allWorkers: Capacity = {
  serves: () => true,
  slots: ({ workers }) => workers.length,
};
