import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { Search } from "../../../orchestrator/run/search-of.ts";
import type { Ending } from "../../../orchestrator/coordinator/ending.ts";
import { rngFor, type Rng } from "../../../search/random.ts";
import type { StudyStore } from "../../../storage/store.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { NatsBusError } from "../../../worker/protocol/nats/link/errors.ts";
import { newStudy } from "../../support/study-writes.ts";
import { data, driveStudy, studyKey } from "./coordinator.ts";
import { SimulatedDisk } from "./disk.ts";
import type { SimulatedWire } from "./jetstream/wire.ts";
import { SimulatedLab } from "./lab.ts";
import { Promises } from "./promises.ts";
import { Records } from "./records.ts";
import { serverFault } from "./server-faults.ts";
import { Life } from "./time.ts";
import { SimulatedWorker } from "./worker.ts";

export interface WorldOptions {
  readonly seed: number;
  readonly trials: number;
  readonly epochs: number;
  readonly workers: number;
  /** Milliseconds between two faults, on average; infinite: none. */
  readonly faultMs: number;
  /** A control: the coordinator takes messages for recorded that its disk refused. */
  readonly swallows?: boolean;
  /** Default: random search, nothing pruned. */
  readonly search?: Search;
}

/**
 * A whole lab in one process: a coordinator with its database, both ends of the NATS bus, a server, workers that run the agent
 * of real ones, and faults, all in a time of its own and by one seed. The same seed is the same run, to the last event.
 *
 * Not in it: backups to the lab and stand-by coordinators (`Journal`), several studies on one server, neighbours that adopt a
 * dead worker's spool, credentials and TLS, clusters of servers; test/faults/nats plays those with real processes.
 */
export class World {
  readonly db: string;
  /** What must never happen, and did. */
  readonly violations: string[];
  deaths = 0;
  steps = 0;
  restored = 0;
  private readonly options: WorldOptions;
  private readonly folder: string;
  private readonly lab: SimulatedLab;
  private readonly disk = new SimulatedDisk();
  private readonly workers: readonly SimulatedWorker[];
  private readonly rng: Rng;
  private readonly ever = new Life();
  private readonly records: Records;
  private readonly trace = createHash("sha256");
  private coordinator = new Life();
  private wire: SimulatedWire | null = null;
  private interrupting = new AbortController();
  private closeStore = (): void => {};
  private copies = 0;
  private isOver = false;
  private areFaultsOver = false;

  constructor(options: WorldOptions) {
    const { seed, workers } = options;
    this.options = options;
    this.rng = rngFor(seed, "faults");
    this.folder = mkdtempSync(path.join(tmpdir(), "seqtune-simulated-"));
    this.db = path.join(this.folder, "study.db");
    this.lab = new SimulatedLab(seed);
    this.violations = this.lab.violations;
    this.records = new Records(this.violations);
    const promises = new Promises(this.records);
    this.lab.server.onStored = (message) => promises.stored(message);
    this.makeStudy();
    this.startCoordinator();
    this.workers = Array.from({ length: workers }, (_, index) => {
      return new SimulatedWorker(`w${index}`, this.lab, path.join(this.folder, `w${index}`));
    });
    this.nextFault();
  }

  /** Runs to the study's end, or until something is wrong. Returns a hash of everything that happened. */
  async run(): Promise<string> {
    const limit = 4_000_000;
    while (!this.isOver && this.violations.length === 0) {
      await turn(); // promises go on as far as they can
      await turn();
      if (!this.lab.time.step()) this.violations.push("nothing happens any more, and the study is not over");
      this.steps += 1;
      if (this.steps > limit) this.violations.push(`the study is not over after ${limit} steps`);
    }
    this.coordinator.end();
    this.closeStore();
    return this.trace.digest("hex");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  private makeStudy(): void {
    const store = openStore(this.db);
    const fixed = { name: studyKey, key: studyKey, metric: "val_mse", seed: 1, goal: "minimize" } as const;
    store.createStudy({ ...newStudy(), ...fixed, data: { ...data, file: "y.csv" } });
    store.close();
  }

  private startCoordinator(): void {
    const life = new Life();
    this.coordinator = life;
    const store = openStore(this.db);
    this.closeStore = () => store.close();
    this.interrupting = new AbortController();
    this.drive(life, store).then(
      ({ state, reason }) => {
        if (!life.alive) return;
        if (state === "interrupted") {
          this.endCoordinator();
          return;
        }
        this.isOver = true;
        if (state !== "complete") this.violations.push(`the study ended ${state}: ${reason}`);
      },
      (error: unknown) => {
        if (!life.alive) return;
        // Without its server a study does not begin; somebody starts it again.
        if (error instanceof NatsBusError || this.interrupting.signal.aborted) this.endCoordinator();
        else
          this.violations.push(
            `the coordinator failed: ${error instanceof Error ? error.stack : String(error)}`,
          );
      },
    );
  }

  private async drive(life: Life, store: StudyStore): Promise<Ending> {
    return await driveStudy({
      ...this.options,
      lab: this.lab,
      life,
      store: this.records.guard(store, life, () => this.killCoordinator()),
      folder: this.folder,
      copies: this.disk.copies,
      signal: this.interrupting.signal,
      onWire: (wire) => (this.wire = wire),
      onEvent: (event) => {
        this.trace.update(`${Math.round(this.lab.time.now)} ${JSON.stringify(event)}\n`);
      },
    });
  }

  private killCoordinator(): void {
    if (!this.coordinator.alive) return;
    this.deaths += 1;
    this.endCoordinator();
  }

  /** Another one follows. */
  private endCoordinator(): void {
    this.coordinator.end();
    this.wire?.die();
    this.wire = null;
    this.records.diesAfter = null;
    this.closeStore();
    if (!this.areFaultsOver) this.copyOrRestore();
    this.lab.time.after(50 + 1_000 * this.rng.next(), this.ever, () => this.startCoordinator());
  }

  /** Now and then the database is copied, and an older copy takes its place. */
  private copyOrRestore(): void {
    const luck = this.rng.next();
    const copy = path.join(this.folder, "copy.db");
    if (luck < 0.1) {
      copyFileSync(this.db, copy);
      this.records.keep();
      this.copies += 1;
    } else if (luck < 0.13 && this.copies > 0) {
      for (const rest of ["-wal", "-shm"]) rmSync(`${this.db}${rest}`, { force: true });
      copyFileSync(copy, this.db);
      this.records.restore();
      this.restored += 1;
    }
  }

  private nextFault(): void {
    const { faultMs } = this.options;
    if (faultMs === Infinity) return;
    this.lab.time.after(-Math.log(1 - this.rng.next()) * faultMs, this.ever, () => {
      // The second half of a study is long enough for everything to come right.
      this.areFaultsOver ||= this.records.trials > this.options.trials * 0.95;
      if (this.areFaultsOver) return;
      this.fault();
      this.nextFault();
    });
  }

  private fault(): void {
    const chance = this.rng.next();
    const some = (ms: number): number => ms * this.rng.next();
    const worker = this.worker();
    if (chance < 0.18) this.killCoordinator();
    else if (chance < 0.22) this.interruptCoordinator();
    else if (chance < 0.36)
      this.records.diesAfter = { records: this.rng.int(20), before: this.rng.next() < 0.5 };
    else if (chance < 0.4) this.records.fillDisk(this.lab.time, some(4_000));
    else if (chance < 0.48) this.deaths += serverFault(this.lab, this.rng, this.ever);
    else if (chance < 0.51) worker.cutOff(some(4_000), this.rng.next() < 0.5 ? 0 : some(3_000));
    else if (chance < 0.53) this.wire?.break(some(4_000), this.rng.next() < 0.5 ? 0 : some(3_000));
    else if (chance < 0.55) worker.freeze(some(8_000));
    else if (chance < 0.57) this.coordinator.freeze(this.lab.time.now + some(8_000));
    else if (chance < 0.6) worker.disk.fill(this.lab.time, this.rng.int(400), some(4_000));
    else if (chance < 0.61) worker.replace(path.join(this.folder, `machine-${this.deaths++}`));
    else if (chance < 0.65) worker.drain();
    else if (chance < 0.69) for (const one of this.workers) this.killWorker(one, true);
    else this.killWorker(worker, this.rng.next() < 0.7);
  }

  /** It waits for its workers, and seldom lives to hear them. */
  private interruptCoordinator(): void {
    this.interrupting.abort();
    this.lab.time.after(300 * this.rng.next(), this.coordinator, () => this.killCoordinator());
  }

  private worker(): SimulatedWorker {
    return this.workers[this.rng.int(this.workers.length)]!;
  }

  private killWorker(worker: SimulatedWorker, alone: boolean): void {
    this.deaths += 1;
    worker.die(alone);
  }
}
