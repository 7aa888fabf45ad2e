/**
 * `stop`, `enqueue` and `invalid` run in processes of their own, and the study may have no coordinator at the moment. A row in the
 * database waits for one, and an enqueued configuration outlives it.
 */
import type { Study, StudyStore } from "../../storage/store.ts";
import type { Driver } from "../study/driver.ts";
import type { MachineEvent } from "../study/step.ts";
import type { CoordinatorDeps } from "./deps.ts";
import type { Ending } from "./ending.ts";

/** Requests to stop up to this one were meant for others. */
export function newestStopRequest(store: StudyStore, { id }: Study): number {
  return store.stopRequests(id, 0).at(-1)?.id ?? 0;
}

interface RequestDeps extends Pick<CoordinatorDeps, "clock" | "store" | "study" | "lastStopRequest"> {
  readonly driver: Driver;
  readonly end: (ending: Ending) => void;
}

/** What other processes ask for in the database. */
export class Requests {
  private readonly deps: RequestDeps;
  private lastStop: number;
  /** From the first: what a coordinator that died did not come to is done by the next one, and nothing is done twice. */
  private last = 0;

  constructor(deps: RequestDeps) {
    this.deps = deps;
    this.lastStop = deps.lastStopRequest ?? newestStopRequest(deps.store, deps.study);
  }

  /** Throws `StoreError` when what is asked for cannot be recorded now: it comes again. */
  obey(): void {
    const { driver, end, store, study } = this.deps;
    const at = this.deps.clock.now();
    for (const { id, trial } of store.stopRequests(study.id, this.lastStop)) {
      const reason = "stopped by `seqtune stop`";
      if (trial === null) end({ state: "stopped", reason });
      else driver.send({ kind: "stop_trial", trial, reason, at });
      this.lastStop = id; // not before the order is recorded
    }
    for (const { id, request } of store.requests(study.id, this.last)) {
      const event: MachineEvent =
        request.kind === "invalid"
          ? { kind: "invalidate", trial: request.trial, reason: request.reason, at }
          : { kind: "enqueue", wish: { params: request.params, request: id }, at };
      driver.send(event);
      this.last = id;
    }
  }
}
