import type { Assignment } from "../../worker/protocol/assignment.ts";
import type { BlobStore } from "../../worker/protocol/blobs.ts";
import type { CoordinatorBus, CoordinatorHandlers, WorkerChange } from "../../worker/protocol/bus.ts";
import type { AttemptRef } from "../../worker/protocol/ids.ts";
import type { Order, WorkerMessage } from "../../worker/protocol/messages.ts";

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

/** A bus that tells a listener what passes through it. */
export class ObservedCoordinatorBus implements CoordinatorBus {
  readonly blobs: BlobStore;
  readonly survivesCoordinator: boolean;
  private readonly bus: CoordinatorBus;
  private readonly listener: BusListener;

  constructor(bus: CoordinatorBus, listener: BusListener) {
    this.blobs = bus.blobs;
    this.survivesCoordinator = bus.survivesCoordinator;
    this.bus = bus;
    this.listener = listener;
  }

  async open(handlers: CoordinatorHandlers): Promise<void> {
    const { listener } = this;
    await this.bus.open({
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
    });
  }

  async offer(assignment: Assignment): Promise<void> {
    this.listener.offered(assignment.ref);
    await this.bus.offer(assignment);
  }

  async withdraw(ref: AttemptRef): Promise<boolean> {
    const isWithdrawn = await this.bus.withdraw(ref);
    if (isWithdrawn) this.listener.taken(ref);
    return isWithdrawn;
  }

  async order(ref: AttemptRef, order: Order): Promise<void> {
    await this.bus.order(ref, order);
  }

  async settle(ref: AttemptRef, lastWord?: Order): Promise<void> {
    this.listener.taken(ref);
    await this.bus.settle(ref, lastWord);
  }

  async dismiss(refs: readonly AttemptRef[]): Promise<void> {
    await this.bus.dismiss(refs);
  }

  async drain(): Promise<void> {
    await this.bus.drain();
  }

  async close(): Promise<void> {
    await this.bus.close();
  }
}
