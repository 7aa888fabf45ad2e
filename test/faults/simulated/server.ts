import { createHash } from "node:crypto";
import type { Rng } from "../../../search/random.ts";
import type { Assignment } from "../../../worker/protocol/assignment.ts";
import { BlobMissing, type BlobStore } from "../../../worker/protocol/blobs.ts";
import type { CoordinatorBus, CoordinatorHandlers } from "../../../worker/protocol/bus.ts";
import { refKey, type AttemptRef } from "../../../worker/protocol/ids.ts";
import type { Order, WorkerInfo, WorkerMessage } from "../../../worker/protocol/messages.ts";
import { Life, type VirtualTime } from "./time.ts";

/** A worker that waits for an attempt. */
export interface Claimer {
  readonly worker: string;
  readonly life: Life;
  readonly give: (assignment: Assignment) => void;
}

/** Who listens for orders now, by attempt. */
type Listener = (order: Order) => void;

/**
 * What lies between coordinator and workers and outlives both, as a server with streams does: offers, claims, orders,
 * files, and messages until they are acknowledged. Everything takes its time; acknowledgements may be lost.
 */
export class SimulatedServer {
  readonly listeners = new Map<string, Listener>();
  readonly orders = new Map<string, Order>();
  /** A control: messages are let go before they are recorded. */
  acknowledgesFirst = false;
  /** Said of every acknowledged message. */
  onAcknowledged: (message: WorkerMessage) => void = () => {};
  private readonly files = new Map<string, Uint8Array>();
  private readonly time: VirtualTime;
  private readonly rng: Rng;
  private readonly ever = new Life();
  private readonly offers = new Map<string, Assignment>();
  private readonly claims = new Map<string, string>();
  private readonly withdrawn = new Set<string>();
  private claimers: Claimer[] = [];
  private stored: WorkerMessage[] = [];
  private consumer: { readonly life: Life; readonly handlers: CoordinatorHandlers } | null = null;
  private delivering = false;
  private awayUntil = 0;

  constructor(time: VirtualTime, rng: Rng) {
    this.time = time;
    this.rng = rng;
  }

  /** Does something at the other end of the network. */
  trip(life: Life, run: () => void): void {
    this.time.after(this.delay(), life, run);
  }

  /** A way on which nothing overtakes what was sent before. */
  way(life: Life): (run: () => void) => void {
    let last = 0;
    return (run) => {
      last = Math.max(last, this.time.now + this.delay());
      this.time.after(last - this.time.now, life, run);
    };
  }

  private delay(): number {
    const delay = this.rng.next() < 0.05 ? 400 * this.rng.next() : 10 * this.rng.next();
    return Math.max(0, this.awayUntil - this.time.now) + delay;
  }

  /** Nobody reaches it for so long. */
  goAway(ms: number): void {
    this.awayUntil = Math.max(this.awayUntil, this.time.now + ms);
    const { consumer } = this;
    if (consumer === null) return;
    if (consumer.life.alive) consumer.handlers.connection?.("lost");
    this.time.after(ms, consumer.life, () => consumer.handlers.connection?.("open"));
  }

  heartbeat(worker: WorkerInfo): void {
    if (this.consumer?.life.alive === true) this.consumer.handlers.worker({ kind: "seen", worker });
  }

  wait(claimer: Claimer): void {
    this.claimers.push(claimer);
    this.match();
  }

  store(message: WorkerMessage): void {
    this.stored.push(message);
    this.deliverSoon();
  }

  blobs(life: Life): BlobStore {
    return {
      put: async (bytes) => {
        const sha256 = createHash("sha256").update(bytes).digest("hex");
        if (life.alive) this.files.set(sha256, bytes);
        return { sha256, bytes: bytes.length };
      },
      get: async (ref) => {
        const bytes = this.files.get(ref.sha256);
        if (bytes === undefined) throw new BlobMissing(ref);
        return bytes;
      },
      has: async ({ sha256 }) => this.files.has(sha256),
      delete: async ({ sha256 }) => void this.files.delete(sha256),
    };
  }

  /** The coordinator's end, for one process. */
  coordinatorBus(life: Life): CoordinatorBus {
    const way = this.way(life);
    const ask = async <T>(run: () => T): Promise<T> =>
      await new Promise((resolve) => way(() => resolve(run())));
    return {
      blobs: this.blobs(life),
      survivesCoordinator: true,
      open: async (handlers) =>
        await ask(() => {
          this.consumer = { life, handlers };
          this.deliverSoon();
        }),
      offer: async (assignment) => await ask(() => this.offer(assignment)),
      withdraw: async (ref) => await ask(() => this.withdraw(ref)),
      order: async (ref, order) => await ask(() => this.order(refKey(ref), order)),
      settle: async (ref, lastWord) => await ask(() => this.settle(ref, lastWord)),
      dismiss: async (refs) =>
        await ask(() => {
          for (const ref of refs) this.order(refKey(ref), { kind: "stop", reason: "the study is over" });
        }),
      drain: async () => {},
      close: async () => {},
    };
  }

  private offer(assignment: Assignment): void {
    const key = refKey(assignment.ref);
    const worker = this.claims.get(key);
    if (worker !== undefined) this.consumer?.handlers.claimed?.(assignment.ref, worker);
    else if (!this.withdrawn.has(key)) this.offers.set(key, assignment);
    this.match();
  }

  private withdraw(ref: AttemptRef): boolean {
    const key = refKey(ref);
    if (this.claims.has(key)) return false;
    this.offers.delete(key);
    this.withdrawn.add(key);
    return true;
  }

  private order(key: string, order: Order): void {
    this.orders.set(key, order);
    this.trip(this.ever, () => this.listeners.get(key)?.(order));
  }

  private settle(ref: AttemptRef, lastWord: Order | undefined): void {
    const key = refKey(ref);
    this.offers.delete(key);
    this.claims.delete(key);
    if (lastWord === undefined) this.orders.delete(key);
    else this.order(key, lastWord);
  }

  private match(): void {
    this.claimers = this.claimers.filter(({ life }) => life.alive);
    while (this.claimers.length > 0 && this.offers.size > 0) {
      const [claimer] = this.claimers.splice(this.rng.int(this.claimers.length), 1) as [Claimer];
      const [key, assignment] = this.offers.entries().next().value!;
      this.offers.delete(key);
      this.claims.set(key, claimer.worker);
      this.trip(claimer.life, () => claimer.give(assignment));
      const { consumer } = this;
      if (consumer !== null)
        this.trip(consumer.life, () => consumer.handlers.claimed?.(assignment.ref, claimer.worker));
    }
  }

  private deliverSoon(after = 0): void {
    if (this.delivering) return;
    this.delivering = true;
    this.time.after(after, this.ever, () =>
      this.trip(this.ever, () => {
        this.delivering = false;
        this.deliver();
      }),
    );
  }

  private deliver(): void {
    const { consumer } = this;
    if (consumer === null || !consumer.life.alive) return;
    const batch = this.stored.slice(0, 1 + this.rng.int(12));
    if (batch.length === 0) return;
    if (this.acknowledgesFirst) this.acknowledge(batch);
    try {
      consumer.handlers.commit(batch);
    } catch {
      this.deliverSoon(500);
      return;
    }
    if (!consumer.life.alive) return; // it died before it could acknowledge
    this.acknowledge(batch);
    this.deliverSoon();
  }

  /** A lost acknowledgement brings the messages again, after others. */
  private acknowledge(batch: readonly WorkerMessage[]): void {
    for (const message of batch) this.onAcknowledged(message);
    const acknowledged = new Set(batch);
    this.stored = this.stored.filter((message) => !acknowledged.has(message));
    if (this.rng.next() < 0.05)
      this.time.after(2_000 * this.rng.next(), this.ever, () => {
        this.stored.push(...batch);
        this.deliverSoon();
      });
  }
}
