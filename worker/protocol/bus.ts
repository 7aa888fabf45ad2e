import type { Assignment } from "./assignment.ts";
import type { BlobStore } from "./blobs.ts";
import type { AttemptRef } from "./ids.ts";
import type { Order, WorkerInfo, WorkerMessage } from "./messages.ts";

/**
 * Port: how coordinator and workers reach each other. Two ends, one contract (test/contracts/trial-bus.ts).
 *
 * Guarantees, whatever carries the messages:
 * - An offer is claimed by one worker at most. Offering the same attempt again is harmless.
 * - A message is delivered to `commit` at least once, in the order of its `n` within an attempt, and is
 *   acknowledged only after `commit` returned. When `commit` throws, or either end dies, it comes again.
 * - An order (stop, pause) reaches the attempt even if it is given before the claim or while the worker is away.
 * - Nothing is decided here: who holds an attempt and what counts is the database's word.
 */
export interface CoordinatorBus {
  readonly blobs: BlobStore;
  /** Do running attempts go on when the coordinator dies? If not, a resumed study offers them again. */
  readonly survivesCoordinator: boolean;
  /** Connects and starts delivering. Messages of unfinished attempts from before come first. */
  open(handlers: CoordinatorHandlers): Promise<void>;
  /** Makes one attempt available to the workers. */
  offer(assignment: Assignment): Promise<void>;
  /** Takes back an offer; true when it is certain that no worker has claimed it and none will. */
  withdraw(ref: AttemptRef): Promise<boolean>;
  /** Orders a running attempt to stop or pause. Sticky until `settle`. */
  order(ref: AttemptRef, order: Order): Promise<void>;
  /**
   * The attempt's end is recorded: forget what was kept for it. `lastWord`: its worker was lost and did not end it; the
   * order is kept for the day it comes back.
   */
  settle(ref: AttemptRef, lastWord?: Order): Promise<void>;
  /**
   * The study is over, and these attempts' workers were lost: what they still keep for it is wanted no more. They
   * hear it also when they come back later.
   */
  dismiss(refs: readonly AttemptRef[]): Promise<void>;
  /** Tells workers that live only for this coordinator to hand back what they run and end. Shared ones go on. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

export interface CoordinatorHandlers {
  /**
   * Records a batch. Synchronous: when it returns the batch is on disk, and only then does the bus acknowledge.
   */
  commit(messages: readonly WorkerMessage[]): void;
  worker(change: WorkerChange): void;
  /**
   * A worker holds the attempt now; its `started` follows, unless it dies in between. Sent by a bus whose claims
   * outlive the worker, also for an attempt that is offered again and was claimed before.
   */
  claimed?(ref: AttemptRef, worker: string): void;
  /** The way to the workers is open or not; leases stand still while it is not. Never called: always open. */
  connection?(state: "open" | "lost"): void;
}

/** News of a worker: its heartbeat (the first one announces it), or the certainty that its process is gone. */
export type WorkerChange =
  | { readonly kind: "seen"; readonly worker: WorkerInfo }
  | {
      readonly kind: "gone";
      readonly worker: string;
      readonly reason: string;
      /** What it had been given, whether or not it had said so yet. */
      readonly running: AttemptRef | null;
    };

export interface WorkerBus {
  readonly blobs: BlobStore;
  /** Waits for the next attempt. `null`: drain was asked for, or the signal fired. */
  claim(signal: AbortSignal): Promise<Assignment | null>;
  /** Hands a message over; from here the bus keeps it until the coordinator has committed it. */
  send(message: WorkerMessage): void;
  /** Calls back with every order for `ref`, also one given earlier. Returns how to stop listening. */
  onOrder(ref: AttemptRef, listener: (order: Order) => void): () => void;
  /** What the heartbeat says from now on. */
  announce(worker: WorkerInfo): void;
  /** Fires when the worker should hand back what it runs and end. */
  readonly draining: AbortSignal;
  /** Resolves when everything sent is committed, or the signal fires. */
  flush(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
