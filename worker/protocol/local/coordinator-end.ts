import type { Assignment } from "../assignment.ts";
import type { BlobStore } from "../blobs.ts";
import type { CoordinatorBus, CoordinatorHandlers } from "../bus.ts";
import { systemClock, type Clock } from "../clock.ts";
import { refKey, type AttemptRef } from "../ids.ts";
import type { Order, WorkerMessage } from "../messages.ts";
import { toCoordinatorSchema, type Channel, type ToCoordinator, type ToWorker } from "./frames.ts";

interface Connection {
  readonly channel: Channel;
  readonly worker: string;
  idle: boolean;
  running: AttemptRef | null;
}

/** How long to wait before a batch that could not be committed is tried again. */
const retryCommitMs = 500;
/**
 * Acknowledgements are gathered this long: only a worker that ends waits for one, each message wakes its process, and one wait for
 * the disk serves them all.
 */
const acknowledgeMs = 20;

export interface LocalBusOptions {
  readonly clock?: Clock;
  /**
   * Settles when all that was committed survives the loss of power; ends are acknowledged then. Default: that is so when
   * `commit` returns.
   */
  readonly durable?: () => Promise<void>;
}

/**
 * The coordinator's end over local channels. It keeps no disk state: when the coordinator dies its workers die
 * too, and the database says what was recorded.
 *
 * Life of an attempt here: offered (in `queue`) → assigned to an idle connection → settled. Orders are kept
 * until settled, so one given before the assignment is sent right after it.
 */
export class LocalCoordinatorBus implements CoordinatorBus {
  readonly blobs: BlobStore;
  readonly survivesCoordinator = false;
  private handlers: CoordinatorHandlers | null = null;
  private readonly connections = new Map<string, Connection>();
  private readonly queue = new Map<string, Assignment>();
  private readonly orders = new Map<string, Order>();
  private readonly assigned = new Map<string, Connection>();
  private inbox: WorkerMessage[] = [];
  private flushing = false;
  private stopRetry: (() => void) | null = null;
  /** What is committed and not acknowledged yet, in its order. */
  private committed: WorkerMessage[] = [];
  private stopAcknowledging: (() => void) | null = null;
  private acknowledging: Promise<unknown> = Promise.resolve();
  private readonly clock: Clock;
  private readonly durable: (() => Promise<void>) | undefined;

  constructor(blobs: BlobStore, { clock = systemClock, durable }: LocalBusOptions = {}) {
    this.blobs = blobs;
    this.clock = clock;
    this.durable = durable;
  }

  async open(handlers: CoordinatorHandlers): Promise<void> {
    this.handlers = handlers;
    this.scheduleFlush();
  }

  /** A worker process is there; its frames are read from now on. */
  connect(worker: string, channel: Channel): void {
    const connection: Connection = { channel, worker, idle: false, running: null };
    this.connections.set(worker, connection);
    channel.onFrame((frame) => this.receive(connection, frame));
  }

  /** The process is gone: what it had sent is committed first, then the loss is reported. */
  disconnect(worker: string, reason: string): void {
    const connection = this.connections.get(worker);
    if (connection === undefined) return;
    this.connections.delete(worker);
    this.flush();
    const { running } = connection;
    if (running !== null) this.assigned.delete(refKey(running));
    this.handlers?.worker({ kind: "gone", worker, reason, running });
  }

  async offer(assignment: Assignment): Promise<void> {
    const key = refKey(assignment.ref);
    if (this.assigned.has(key)) return;
    this.queue.set(key, assignment);
    this.match();
  }

  async withdraw(ref: AttemptRef): Promise<boolean> {
    const key = refKey(ref);
    this.queue.delete(key);
    return !this.assigned.has(key);
  }

  async order(ref: AttemptRef, order: Order): Promise<void> {
    const key = refKey(ref);
    this.orders.set(key, order);
    const connection = this.assigned.get(key);
    if (connection !== undefined) send(connection, { kind: "order", ref, order });
  }

  /** A worker that is lost here has no later day: it hears the last word now or never. */
  async settle(ref: AttemptRef, lastWord?: Order): Promise<void> {
    const key = refKey(ref);
    const connection = this.assigned.get(key);
    if (lastWord !== undefined && connection !== undefined)
      send(connection, { kind: "order", ref, order: lastWord });
    this.queue.delete(key);
    this.orders.delete(key);
    this.assigned.delete(key);
  }

  /** A process that is lost here is dead and keeps nothing. */
  async dismiss(): Promise<void> {}

  async drain(): Promise<void> {
    for (const connection of this.connections.values()) send(connection, { kind: "drain" });
  }

  async close(): Promise<void> {
    this.flush();
    this.acknowledge();
    await this.acknowledging;
    this.stopRetry?.();
    for (const connection of this.connections.values()) connection.channel.close();
    this.connections.clear();
  }

  private receive(connection: Connection, raw: unknown): void {
    const parsed = toCoordinatorSchema.safeParse(raw);
    if (!parsed.success) return; // a frame this version does not know is dropped, like noise on a wire
    const frame: ToCoordinator = parsed.data;
    switch (frame.kind) {
      case "alive":
        this.handlers?.worker({ kind: "seen", worker: frame.worker });
        return;
      case "idle":
        connection.idle = true;
        connection.running = null;
        this.match();
        return;
      case "messages":
        this.inbox.push(...frame.messages);
        this.scheduleFlush();
        return;
      default:
        frame satisfies never;
    }
  }

  private match(): void {
    for (const connection of this.connections.values()) {
      if (!connection.idle) continue;
      const next = this.queue.entries().next();
      if (next.done === true) return;
      const [key, assignment] = next.value;
      this.queue.delete(key);
      connection.idle = false;
      connection.running = assignment.ref;
      this.assigned.set(key, connection);
      send(connection, { kind: "assign", assignment });
      const order = this.orders.get(key);
      if (order !== undefined) send(connection, { kind: "order", ref: assignment.ref, order });
    }
  }

  private scheduleFlush(): void {
    if (this.flushing || this.stopRetry !== null) return;
    this.flushing = true;
    setImmediate(() => {
      this.flushing = false;
      this.flush();
    });
  }

  /** Commit, then acknowledge. What could not be committed stays and is tried again. */
  private flush(): void {
    if (this.handlers === null || this.inbox.length === 0) return;
    const batch = this.inbox;
    try {
      this.handlers.commit(batch);
    } catch {
      // The committer has given its own listeners the reason; here it only means "not acknowledged yet".
      this.retryLater();
      return;
    }
    this.inbox = this.inbox.slice(batch.length);
    this.committed.push(...batch);
    this.stopAcknowledging ??= this.clock.after(acknowledgeMs, () => this.acknowledge());
  }

  private retryLater(): void {
    this.stopRetry ??= this.clock.after(retryCommitMs, () => {
      this.stopRetry = null;
      this.flush();
    });
  }

  private acknowledge(): void {
    this.stopAcknowledging?.();
    this.stopAcknowledging = null;
    const batch = this.committed;
    this.committed = [];
    this.acknowledging = Promise.all([this.acknowledging, this.acknowledgeDurable(batch)]);
  }

  /** Meanwhile others are committed. What the disk refuses is committed again, which changes nothing, and pressed again. */
  private async acknowledgeDurable(batch: readonly WorkerMessage[]): Promise<void> {
    try {
      if (batch.some(({ kind }) => kind === "ended")) await this.durable?.();
    } catch {
      this.inbox.unshift(...batch);
      this.retryLater();
      return;
    }
    const newest = new Map(batch.map((message) => [refKey(message.ref), message]));
    for (const { ref, n, worker } of newest.values()) {
      const connection = this.connections.get(worker);
      if (connection !== undefined) send(connection, { kind: "committed", ref, n });
    }
  }
}

function send(connection: Connection, frame: ToWorker): void {
  connection.channel.send(frame);
}
