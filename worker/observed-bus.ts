import type { Assignment } from "./protocol/assignment.ts";
import type { BlobStore } from "./protocol/blobs.ts";
import type { WorkerBus } from "./protocol/bus.ts";
import type { Clock } from "./protocol/clock.ts";
import type { AttemptRef } from "./protocol/ids.ts";
import type { AttemptEnd, Order, WorkerInfo, WorkerMessage } from "./protocol/messages.ts";
import type { SlotNews } from "./protocol/slot.ts";

export interface ObservedBusOptions {
  /** What every announcement says beside what the agent knows. */
  readonly about: Pick<WorkerInfo, "gpu" | "before">;
  readonly tell: (news: SlotNews) => void;
  /** Announcements of progress are at least this far apart, milliseconds. */
  readonly announceMs: number;
  readonly clock: Clock;
}

/** Speed is measured over this many of the newest epochs. */
const measuredEpochs = 5;

/** Waits that are shorter need no words, milliseconds. */
const shortWaitMs = 500;

interface Watched {
  readonly assignment: Assignment;
  readonly since: number;
  epoch: number;
  /** Seconds of the newest epochs. */
  seconds: readonly number[];
}

/** A bus that tells what passes through it: to those who watch the process, and, as progress, to the lab. */
export class ObservedBus implements WorkerBus {
  private readonly inner: WorkerBus;
  private readonly options: ObservedBusOptions;
  private info: WorkerInfo | null = null;
  private watched: Watched | null = null;
  private announcedAt = 0;

  constructor(inner: WorkerBus, options: ObservedBusOptions) {
    this.inner = inner;
    this.options = options;
  }

  get blobs(): BlobStore {
    return this.inner.blobs;
  }

  get draining(): AbortSignal {
    return this.inner.draining;
  }

  async claim(signal: AbortSignal): Promise<Assignment | null> {
    const { clock, tell } = this.options;
    const stopWaiting = clock.after(shortWaitMs, () => tell({ kind: "waiting" }));
    const assignment = await this.inner.claim(signal).finally(stopWaiting);
    if (assignment === null) return null;
    const from = startOf(assignment);
    this.watched = { assignment, since: this.options.clock.monotonic(), epoch: from, seconds: [] };
    tell({ kind: "started", ref: assignment.ref, from });
    return assignment;
  }

  send(message: WorkerMessage): void {
    this.inner.send(message);
    const { watched } = this;
    if (watched === null) return;
    if (message.kind === "report") {
      watched.epoch = message.epoch;
      watched.seconds = [...watched.seconds, message.seconds].slice(-measuredEpochs);
      this.announceProgress();
    } else if (message.kind === "ended") this.over(watched, message.end);
  }

  onOrder(ref: AttemptRef, listener: (order: Order) => void): () => void {
    return this.inner.onOrder(ref, listener);
  }

  announce(worker: WorkerInfo): void {
    this.info = worker;
    this.announcedAt = this.options.clock.monotonic();
    const { watched } = this;
    const progress =
      watched === null || watched.seconds.length === 0 ? {} : { progress: progressOf(watched) };
    this.inner.announce({ ...worker, ...this.options.about, ...progress });
  }

  async flush(signal: AbortSignal): Promise<void> {
    await this.inner.flush(signal);
  }

  async close(): Promise<void> {
    await this.inner.close();
  }

  private announceProgress(): void {
    const { announceMs, clock } = this.options;
    if (this.info !== null && clock.monotonic() - this.announcedAt >= announceMs) this.announce(this.info);
  }

  private over({ assignment, since, epoch }: Watched, end: AttemptEnd): void {
    this.watched = null;
    const seconds = (this.options.clock.monotonic() - since) / 1000;
    const epochs = Math.max(0, epoch - startOf(assignment));
    const { ref } = assignment;
    this.options.tell({ kind: "ended", ref, how: end.kind, why: reasonOf(end), epochs, seconds });
  }
}

function startOf(assignment: Assignment): number {
  return "from" in assignment && typeof assignment.from === "object" ? assignment.from.epoch : 0;
}

function progressOf({ assignment, epoch, seconds }: Watched): NonNullable<WorkerInfo["progress"]> {
  const total = seconds.reduce((sum, one) => sum + one, 0);
  return {
    epoch,
    epochs: "epochs" in assignment ? assignment.epochs : epoch,
    epochs_per_second: total > 0 ? seconds.length / total : 0,
  };
}

function reasonOf(end: AttemptEnd): string | null {
  if (end.kind === "diverged") return end.reason;
  return end.kind === "failed" ? end.message : null;
}
