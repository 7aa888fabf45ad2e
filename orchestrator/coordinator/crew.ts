import type { WorkerChange } from "../../worker/protocol/bus.ts";
import { refKey, type AttemptRef } from "../../worker/protocol/ids.ts";
import type { WorkerInfo, WorkerMessage } from "../../worker/protocol/messages.ts";
import type { WorkerRow } from "../../storage/store.ts";
import { allWorkers, type Capacity } from "./capacity.ts";
import type { CoordinatorDeps } from "./deps.ts";
import { Desertions } from "./deserted.ts";
import { Workers } from "./workers.ts";

/** An attempt that is offered or running. */
export interface OpenAttempt {
  readonly ref: AttemptRef;
  /** Who holds it, as far as that is known. */
  readonly worker: string | null;
  readonly startedAt: number | null;
}

/** Port: the attempts whose workers are watched, a study's trials or questions; they hear here what became of their workers. */
export interface OpenAttempts {
  readonly openCount: number;
  open(): readonly OpenAttempt[];
  /** A worker has it now. */
  claimed(ref: AttemptRef, worker: string): void;
  /** A worker says that it runs this. */
  heardOf(ref: AttemptRef): void;
  /** No worker runs it any more. `died`: with its process, and the attempt may have caused that. */
  deserted(ref: AttemptRef, died: boolean, reason: string): void;
}

export interface CrewDeps extends Pick<CoordinatorDeps, "clock" | "events" | "leaseMs" | "capacity"> {
  readonly attempts: OpenAttempts;
  /** Workers that go on without this process, on other machines. */
  readonly remote: boolean;
  /** Attempts that could be open now; `null`: without end. */
  readonly wanted: () => number | null;
  /** Hears how many may be open. */
  readonly resize: (slots: number) => void;
  /** Records a worker that is new, or another process now. */
  readonly save: (row: WorkerRow) => void;
}

/**
 * Watches workers: who holds which attempt, who is gone, silent or works on something else, and how many attempts may
 * be open.
 */
export class Crew {
  private readonly deps: CrewDeps;
  private readonly attempts: OpenAttempts;
  private readonly workers: Workers;
  private readonly capacity: Capacity;
  private readonly desertions: Desertions;
  private resizing = false;

  constructor(deps: CrewDeps) {
    this.deps = deps;
    this.attempts = deps.attempts;
    this.workers = new Workers(deps.clock);
    this.capacity = deps.capacity ?? allWorkers;
    this.desertions = new Desertions(2 * deps.leaseMs);
  }

  /** A worker that must be running something of an earlier coordinator: its lease begins now. */
  expect(worker: string): void {
    this.workers.expect(worker);
  }

  rows(): readonly WorkerRow[] {
    return this.workers.rows();
  }

  /** Looks at every lease; attempts that no worker trains any more are settled. */
  look(): void {
    this.expireLeases();
    this.reclaimOrphans();
    this.reclaimDeserted();
    this.resize();
  }

  workerChanged(change: WorkerChange): void {
    const { clock, events } = this.deps;
    const at = clock.now();
    if (change.kind === "seen") {
      if (!this.capacity.serves(change.worker)) return;
      const { id: worker, engine } = change.worker;
      const noted = this.workers.note(change);
      if (noted !== "known") this.deps.save(this.workers.row(worker)!);
      if (noted === "new") {
        const words = engine === undefined ? "unknown" : `${engine.engine}/${engine.backend}`;
        events.emit({ kind: "worker_joined", worker, engine: words, at });
      }
      // What an earlier process of this worker held is over; also if this coordinator never heard that process.
      if (noted !== "known") this.processEnded(change.worker, noted === "restarted");
      const { running = null } = change.worker;
      if (running !== null) this.attempts.heardOf(running);
      this.holds(worker, running);
      this.resize();
      return;
    }
    const { worker, reason } = change;
    if (this.deps.remote && !this.workers.has(worker)) return;
    this.holds(worker, change.running);
    this.workers.forget(worker);
    this.resize();
    events.emit({ kind: "worker_gone", worker, reason, at });
    this.loseWorker(worker, true, reason);
  }

  /** A worker has an attempt, known before its first message came through. */
  holds(worker: string, ref: AttemptRef | null): void {
    if (ref !== null) this.attempts.claimed(ref, worker);
  }

  /** These messages are recorded. */
  heard(messages: readonly WorkerMessage[]): void {
    const now = this.deps.clock.monotonic();
    for (const { ref } of messages) this.desertions.heard(ref, now);
  }

  /** The attempt ended, however it did. */
  settled(ref: AttemptRef): void {
    this.desertions.forget(ref);
  }

  /** As many open attempts as workers allow; once for all the news that came together. */
  resize(): void {
    if (this.resizing) return;
    this.resizing = true;
    setImmediate(() => {
      this.resizing = false;
      this.resizeNow();
    });
  }

  private resizeNow(): void {
    const open = this.attempts.openCount;
    const running = this.attempts.open().filter(({ worker }) => worker !== null).length;
    const demand = { workers: this.workers.all(), running, open, wanted: this.deps.wanted() };
    this.deps.resize(this.capacity.slots(demand));
  }

  connection(state: "open" | "lost"): void {
    this.workers.connection(state);
    this.desertions.connection(state, this.deps.clock.monotonic());
  }

  /**
   * What this worker held before its process began will not go on. A supervisor that lives says how the process before
   * died: the attempt may have caused that. Without such a word both went together, with their machine.
   */
  private processEnded({ id, before, up }: WorkerInfo, heardBefore: boolean): void {
    const { clock } = this.deps;
    const began = up === undefined ? null : clock.now() - up * 1000;
    const reason = before ?? "its worker was started again, most likely with its machine";
    for (const { ref, worker, startedAt } of this.attempts.open()) {
      if (worker !== id) continue;
      const isOlder = startedAt === null || began === null ? before !== undefined : startedAt < began;
      if (!heardBefore && !isOlder) continue;
      this.desertions.ended(ref, { reason, died: before !== undefined }, clock.monotonic());
    }
  }

  private loseWorker(worker: string, died: boolean, reason: string): void {
    for (const attempt of this.attempts.open()) {
      if (attempt.worker === worker) this.attempts.deserted(attempt.ref, died, reason);
    }
  }

  /**
   * Attempts of unknown workers. A local one is gone, which could not be recorded when it was reported; one on
   * another machine may only not have been heard yet, so its lease begins.
   */
  private reclaimOrphans(): void {
    for (const { ref, worker } of this.attempts.open()) {
      if (worker === null || this.workers.has(worker)) continue;
      if (this.deps.remote) this.workers.expect(worker);
      else this.attempts.deserted(ref, true, `worker ${worker} is gone`);
    }
  }

  /** Attempts whose worker lives and works on something else, or on nothing. */
  private reclaimDeserted(): void {
    if (!this.deps.remote) return;
    const now = this.deps.clock.monotonic();
    for (const { ref, worker } of this.attempts.open()) {
      const info = worker === null ? null : this.workers.info(worker);
      if (info === null) continue;
      const isNamed = info.running !== undefined && refKey(info.running) === refKey(ref);
      const deserted = this.desertions.look(ref, isNamed, now);
      if (deserted === null) continue;
      this.attempts.deserted(ref, deserted.died, deserted.reason);
    }
  }

  private expireLeases(): void {
    const { clock, events, leaseMs } = this.deps;
    for (const worker of this.workers.expire(leaseMs)) {
      const reason = `worker ${worker} was not heard of for ${Math.round(leaseMs / 1000)} s`;
      events.emit({ kind: "worker_gone", worker, reason, at: clock.now() });
      this.loseWorker(worker, false, reason);
      this.resize();
    }
  }
}
