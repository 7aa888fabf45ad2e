import type { WorkerChange } from "../../worker/protocol/bus.ts";
import { refKey, type AttemptRef } from "../../worker/protocol/ids.ts";
import type { WorkerInfo, WorkerMessage } from "../../worker/protocol/messages.ts";
import type { WorkerRow } from "../../storage/store.ts";
import { allWorkers, type Capacity } from "./capacity.ts";
import type { CoordinatorDeps } from "./deps.ts";
import { Desertions } from "./deserted.ts";
import type { Slots } from "./slots.ts";
import type { Driver } from "../study/driver.ts";
import type { LiveTrial } from "../study/live-trial.ts";
import type { Trials } from "../study/trials.ts";
import { Workers } from "./workers.ts";

export interface CrewDeps extends CoordinatorDeps {
  /** Of the study's machine, which records what is said here of their attempts. */
  readonly trials: Trials;
  readonly driver: Pick<Driver, "send" | "note">;
  readonly slots: Slots;
  /** Trials that could be open now; `null`: without end. */
  readonly wantedTrials: () => number | null;
}

/**
 * Watches the workers of one study: who holds which attempt, who is gone, silent or works on something else, and
 * how many trials may be open.
 */
export class Crew {
  private readonly deps: CrewDeps;
  private readonly trials: Trials;
  private readonly slots: Slots;
  private readonly workers: Workers;
  private readonly capacity: Capacity;
  private readonly desertions: Desertions;
  private resizing = false;

  constructor(deps: CrewDeps) {
    this.deps = deps;
    this.trials = deps.trials;
    this.slots = deps.slots;
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
    const { clock, events, store, study } = this.deps;
    const at = clock.now();
    if (change.kind === "seen") {
      if (!this.capacity.serves(change.worker)) return;
      const { id: worker, engine } = change.worker;
      const noted = this.workers.note(change);
      if (noted === "new") {
        const words = engine === undefined ? "unknown" : `${engine.engine}/${engine.backend}`;
        store.saveWorkers(study.id, this.workers.rows());
        events.emit({ kind: "worker_joined", worker, engine: words, at });
      }
      // What an earlier process of this worker held is over; also if this coordinator never heard that process.
      if (noted !== "known") this.processEnded(change.worker, noted === "restarted");
      const { running = null } = change.worker;
      if (running !== null) this.deps.driver.note({ kind: "heard_of", ref: running });
      this.holds(worker, running);
      this.resize();
      return;
    }
    const { worker, reason } = change;
    if (this.deps.bus.survivesCoordinator && !this.workers.has(worker)) return;
    this.holds(worker, change.running);
    this.workers.forget(worker);
    this.resize();
    events.emit({ kind: "worker_gone", worker, reason, at });
    this.loseWorker(worker, true, reason);
  }

  /** A worker has an attempt, known before its first message came through. */
  holds(worker: string, ref: AttemptRef | null): void {
    if (ref !== null) this.deps.driver.note({ kind: "claimed", ref, worker });
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

  /** As many open trials as workers allow; once for all the news that came together. */
  resize(): void {
    if (this.resizing) return;
    this.resizing = true;
    setImmediate(() => {
      this.resizing = false;
      this.resizeNow();
    });
  }

  private resizeNow(): void {
    const open = this.trials.openCount;
    const running = this.trials.open().filter((trial) => trial.worker !== null).length;
    const demand = { workers: this.workers.all(), running, open, wanted: this.deps.wantedTrials() };
    this.slots.resize(this.capacity.slots(demand));
  }

  connection(state: "open" | "lost"): void {
    this.workers.connection(state);
    this.desertions.connection(state, this.deps.clock.monotonic());
  }

  /**
   * What this worker held before its process began will not go on. A supervisor that lives says how the process before
   * died: the trial may have caused that. Without such a word both went together, with their machine.
   */
  private processEnded({ id, before, up }: WorkerInfo, heardBefore: boolean): void {
    const { clock } = this.deps;
    const began = up === undefined ? null : clock.now() - up * 1000;
    const reason = before ?? "its worker was started again, most likely with its machine";
    for (const trial of this.trials.open()) {
      if (trial.worker !== id) continue;
      const { startedAt } = trial;
      const isOlder = startedAt === null || began === null ? before !== undefined : startedAt < began;
      if (!heardBefore && !isOlder) continue;
      this.desertions.ended(
        this.trials.ref(trial),
        { reason, died: before !== undefined },
        clock.monotonic(),
      );
    }
  }

  private loseWorker(worker: string, died: boolean, reason: string): void {
    for (const trial of this.trials.open()) {
      if (trial.worker === worker) this.desert(trial, died, reason);
    }
  }

  /** Records that no worker trains the attempt any more, which can no longer speak for itself. */
  private desert(trial: LiveTrial, died: boolean, reason: string): void {
    const at = this.deps.clock.now();
    this.deps.driver.send({ kind: "deserted", ref: this.trials.ref(trial), died, reason, at });
  }

  /**
   * Attempts of unknown workers. A local one is gone, which could not be recorded when it was reported; one on
   * another machine may only not have been heard yet, so its lease begins.
   */
  private reclaimOrphans(): void {
    for (const trial of this.trials.open()) {
      const { worker } = trial;
      if (worker === null || this.workers.has(worker)) continue;
      if (this.deps.bus.survivesCoordinator) this.workers.expect(worker);
      else this.desert(trial, true, `worker ${worker} is gone`);
    }
  }

  /** Attempts whose worker lives and works on something else, or on nothing. */
  private reclaimDeserted(): void {
    if (!this.deps.bus.survivesCoordinator) return;
    const now = this.deps.clock.monotonic();
    for (const trial of this.trials.open()) {
      const info = trial.worker === null ? null : this.workers.info(trial.worker);
      if (info === null) continue;
      const ref = this.trials.ref(trial);
      const isNamed = info.running !== undefined && refKey(info.running) === refKey(ref);
      const deserted = this.desertions.look(ref, isNamed, now);
      if (deserted === null) continue;
      this.desert(trial, deserted.died, deserted.reason);
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
