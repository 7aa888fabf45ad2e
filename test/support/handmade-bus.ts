import type { Assignment } from "../../worker/protocol/assignment.ts";
import type { BlobStore } from "../../worker/protocol/blobs.ts";
import type { CoordinatorBus, CoordinatorHandlers } from "../../worker/protocol/bus.ts";
import { refKey, type AttemptRef } from "../../worker/protocol/ids.ts";
import type { Order } from "../../worker/protocol/messages.ts";

/** A bus whose other end is a test: it sees what is offered and ordered, and says what workers say. */
export class HandmadeBus implements CoordinatorBus {
  readonly blobs: BlobStore;
  readonly survivesCoordinator = true;
  /** Attempts that were offered and have not ended. */
  readonly offered = new Map<string, Assignment>();
  readonly orders = new Map<string, Order>();
  /** Called with every offer, when it is made. */
  onOffer: (assignment: Assignment) => void = () => {};
  private opened: CoordinatorHandlers | null = null;

  constructor(blobs: BlobStore) {
    this.blobs = blobs;
  }

  get handlers(): CoordinatorHandlers {
    if (this.opened === null) throw new Error("the bus is not open yet");
    return this.opened;
  }

  get isOpen(): boolean {
    return this.opened !== null;
  }

  async open(handlers: CoordinatorHandlers): Promise<void> {
    this.opened = handlers;
  }

  async offer(assignment: Assignment): Promise<void> {
    this.offered.set(refKey(assignment.ref), assignment);
    this.onOffer(assignment);
  }

  async withdraw(): Promise<boolean> {
    return false;
  }

  async order(ref: AttemptRef, order: Order): Promise<void> {
    this.orders.set(refKey(ref), order);
  }

  async settle(ref: AttemptRef): Promise<void> {
    this.offered.delete(refKey(ref));
    this.orders.delete(refKey(ref));
  }

  async dismiss(): Promise<void> {}
  async drain(): Promise<void> {}
  async close(): Promise<void> {}
}
