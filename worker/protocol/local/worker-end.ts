import type { Assignment } from "../assignment.ts";
import type { BlobStore } from "../blobs.ts";
import type { WorkerBus } from "../bus.ts";
import { systemClock, type Clock } from "../clock.ts";
import { refKey, type AttemptRef } from "../ids.ts";
import type { Order, WorkerInfo, WorkerMessage } from "../messages.ts";
import { untilCalled } from "../waits.ts";
import { toWorkerSchema, type Channel, type ToCoordinator } from "./frames.ts";

/** The worker's end over a local channel. Messages that are not committed yet are counted, for `flush`. */
export class LocalWorkerBus implements WorkerBus {
  readonly blobs: BlobStore;
  private readonly channel: Channel;
  private readonly drainController = new AbortController();
  private waiting: ((assignment: Assignment | null) => void) | null = null;
  /** The coordinator knows that this worker waits, and has not answered yet. */
  private saidIdle = false;
  /** An assignment that came after its claim was abandoned: for the next claim. */
  private early: Assignment | null = null;
  /** The attempt it was given last, and what it was ordered: for a listener that comes later. */
  private mine: { readonly key: string; order: Order | null } | null = null;
  private readonly listeners = new Map<string, (order: Order) => void>();
  /** Newest message sent and not yet known to be committed, by attempt. */
  private readonly uncommitted = new Map<string, number>();
  private outbox: WorkerMessage[] = [];
  private readonly flushWaiters = new Set<() => void>();
  private readonly stopBeating: () => void;
  private info: WorkerInfo | null = null;
  /** It is to be said at the end of this turn, once, however often it changes. */
  private announcing = false;

  constructor(channel: Channel, blobs: BlobStore, heartbeatMs: number, clock: Clock = systemClock) {
    this.channel = channel;
    this.blobs = blobs;
    channel.onFrame((frame) => this.receive(frame));
    channel.onClose(() => this.stop());
    this.stopBeating = clock.every(heartbeatMs, () => this.beat());
  }

  get draining(): AbortSignal {
    return this.drainController.signal;
  }

  async claim(signal: AbortSignal): Promise<Assignment | null> {
    if (this.draining.aborted || signal.aborted) return null;
    const early = this.early;
    this.early = null;
    if (early !== null) return early;
    return await new Promise((resolve) => {
      const finish = (assignment: Assignment | null): void => {
        this.waiting = null;
        signal.removeEventListener("abort", abandon);
        resolve(assignment);
      };
      const abandon = (): void => finish(null);
      signal.addEventListener("abort", abandon, { once: true });
      this.waiting = finish;
      if (!this.saidIdle) this.sendFrame({ kind: "idle" });
      this.saidIdle = true;
    });
  }

  send(message: WorkerMessage): void {
    this.uncommitted.set(refKey(message.ref), message.n);
    this.outbox.push(message);
    if (this.outbox.length === 1) setImmediate(() => this.sendOutbox());
  }

  onOrder(ref: AttemptRef, listener: (order: Order) => void): () => void {
    const key = refKey(ref);
    this.listeners.set(key, listener);
    const early = this.mine?.key === key ? this.mine.order : null;
    if (early !== null) listener(early);
    return () => this.listeners.delete(key);
  }

  announce(worker: WorkerInfo): void {
    const isFirst = this.info === null;
    this.info = worker;
    if (isFirst) this.beat();
    else if (!this.announcing) {
      this.announcing = true;
      setImmediate(() => this.sayAnnounced());
    }
  }

  async flush(signal: AbortSignal): Promise<void> {
    this.sendOutbox();
    while (this.uncommitted.size > 0 && !signal.aborted) {
      await untilCalled((done) => {
        this.flushWaiters.add(done);
        return () => this.flushWaiters.delete(done);
      }, signal);
    }
  }

  async close(): Promise<void> {
    this.sendOutbox();
    this.stop();
    this.channel.close();
  }

  private receive(raw: unknown): void {
    const parsed = toWorkerSchema.safeParse(raw);
    if (!parsed.success) return;
    const frame = parsed.data;
    switch (frame.kind) {
      case "assign":
        this.saidIdle = false;
        this.mine = { key: refKey(frame.assignment.ref), order: null };
        if (this.waiting === null) this.early = frame.assignment;
        else this.waiting(frame.assignment);
        return;
      case "order":
        this.ordered(refKey(frame.ref), frame.order);
        return;
      case "committed":
        this.committed(refKey(frame.ref), frame.n);
        return;
      case "drain":
        this.drainController.abort();
        this.waiting?.(null);
        return;
      default:
        frame satisfies never;
    }
  }

  /** One that comes after its attempt's end finds no listener. */
  private ordered(key: string, order: Order): void {
    if (this.mine?.key === key) this.mine.order = order;
    this.listeners.get(key)?.(order);
  }

  private committed(key: string, n: number): void {
    if ((this.uncommitted.get(key) ?? -1) > n) return;
    this.uncommitted.delete(key);
    for (const wake of this.flushWaiters) wake();
  }

  private sendOutbox(): void {
    if (this.outbox.length === 0) return;
    this.sendFrame({ kind: "messages", messages: this.outbox });
    this.outbox = [];
  }

  private sayAnnounced(): void {
    if (this.announcing) this.beat();
  }

  private beat(): void {
    this.announcing = false;
    if (this.info !== null) this.sendFrame({ kind: "alive", worker: this.info });
  }

  private sendFrame(frame: ToCoordinator): void {
    this.channel.send(frame);
  }

  private stop(): void {
    this.stopBeating();
    this.drainController.abort();
    this.waiting?.(null);
  }
}
