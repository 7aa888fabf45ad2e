import type { CoordinatorBus, CoordinatorHandlers, WorkerChange } from "../../worker/protocol/bus.ts";
import type { AttemptRef } from "../../worker/protocol/ids.ts";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";
import { override } from "../override.ts";

/** What passes through a coordinator's bus. */
export interface BusListener {
  offered(ref: AttemptRef): void;
  /** A worker has it, or it is over. */
  taken(ref: AttemptRef): void;
  worker(change: WorkerChange): void;
  connection(state: "open" | "lost"): void;
  /** Begins to record a batch; the returned function says whether it is on disk. */
  committing(messages: readonly WorkerMessage[]): (done: boolean) => void;
}

/** A bus that reports to a listener what passes through it; so neither the bus nor the coordinator knows that anyone counts. */
export function observed(bus: CoordinatorBus, listener: BusListener): CoordinatorBus {
  return override(bus, {
    open: async (handlers) => await bus.open(heard(handlers, listener)),
    offer: async (assignment) => {
      listener.offered(assignment.ref);
      await bus.offer(assignment);
    },
    withdraw: async (ref) => {
      const isWithdrawn = await bus.withdraw(ref);
      if (isWithdrawn) listener.taken(ref);
      return isWithdrawn;
    },
    settle: async (ref, lastWord) => {
      listener.taken(ref);
      await bus.settle(ref, lastWord);
    },
  });
}

function heard(handlers: CoordinatorHandlers, listener: BusListener): CoordinatorHandlers {
  return {
    commit: (messages) => {
      const end = listener.committing(messages);
      let done = false;
      try {
        handlers.commit(messages);
        done = true;
      } finally {
        end(done);
      }
      for (const { kind, ref } of messages) if (kind === "started") listener.taken(ref);
    },
    worker: (change) => {
      listener.worker(change);
      handlers.worker(change);
    },
    claimed: (ref, worker) => {
      listener.taken(ref);
      handlers.claimed?.(ref, worker);
    },
    connection: (state) => {
      listener.connection(state);
      handlers.connection?.(state);
    },
  };
}
