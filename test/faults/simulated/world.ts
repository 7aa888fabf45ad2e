import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { Coordinator } from "../../../orchestrator/coordinator/coordinator.ts";
import type { StudyPlan } from "../../../orchestrator/coordinator/plan.ts";
import { StudyEvents } from "../../../orchestrator/events.ts";
import type { Search } from "../../../orchestrator/run/search-of.ts";
import { keepAll } from "../../../search/pruner.ts";
import { rngFor, type Rng } from "../../../search/random.ts";
import { randomSampler } from "../../../search/samplers/random.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { settingsWith } from "../../../worker/protocol/settings.ts";
import { scriptedSpace } from "../../support/scripted-study.ts";
import { newStudy } from "../../support/study-writes.ts";
import { Records } from "./records.ts";
import { SimulatedServer } from "./server.ts";
import { Life, VirtualTime } from "./time.ts";
import { SimulatedWorker } from "./worker.ts";

export interface WorldOptions {
  readonly seed: number;
  readonly trials: number;
  readonly epochs: number;
  readonly workers: number;
  /** Milliseconds between two faults, on average; infinite: none. */
  readonly faultMs: number;
  /** A control: the server lets go of messages before they are recorded. */
  readonly acknowledgesFirst?: boolean;
  /** Default: random search, nothing pruned. */
  readonly search?: Search;
}

export const studyKey = "simulated";
const data = { sha256: createHash("sha256").update("y\n1\n").digest("hex"), bytes: 4 };

/**
 * A whole lab in one process: a coordinator with its database, a server, workers that run the agent of real ones, and
 * faults, all in a time of its own and by one seed. The same seed is the same run, to the last event.
 */
export class World {
  readonly db: string;
  /** What must never happen, and did. */
  readonly violations: string[] = [];
  deaths = 0;
  steps = 0;
  restored = 0;
  private readonly options: WorldOptions;
  private readonly folder: string;
  private readonly time = new VirtualTime();
  private readonly server: SimulatedServer;
  private readonly workers: readonly SimulatedWorker[];
  private readonly rng: Rng;
  private readonly ever = new Life();
  private readonly records: Records;
  private readonly trace = createHash("sha256");
  private coordinator = new Life();
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
    this.server = new SimulatedServer(this.time, rngFor(seed, "server"));
    this.server.acknowledgesFirst = options.acknowledgesFirst ?? false;
    this.records = new Records(this.violations);
    this.server.onAcknowledged = (message) => this.records.acknowledged(message);
    this.makeStudy();
    this.startCoordinator();
    this.workers = Array.from({ length: workers }, (_, index) => {
      return new SimulatedWorker(`w${index}`, this.time, this.server, seed);
    });
    this.nextFault();
  }

  /** Runs to the study's end, or until something is wrong. Returns a hash of everything that happened. */
  async run(): Promise<string> {
    await this.server.blobs(this.ever).put(new TextEncoder().encode("y\n1\n"));
    const limit = 4_000_000;
    while (!this.isOver && this.violations.length === 0) {
      await turn(); // promises go on as far as they can
      await turn();
      if (!this.time.step()) this.violations.push("nothing happens any more, and the study is not over");
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

  private plan(): StudyPlan {
    const { trials, epochs, search } = this.options;
    return {
      seed: 1,
      budget: { trials, epochs },
      sampler: randomSampler(scriptedSpace),
      pruner: keepAll,
      ...search,
      data,
      checkpointSeconds: null,
      settingsFor: (params) => {
        const settings = settingsWith({ data: { targets: ["y"] }, model: {} }, params);
        if (!settings.success) throw settings.error;
        return settings.data;
      },
    };
  }

  private startCoordinator(): void {
    const life = new Life();
    this.coordinator = life;
    const store = openStore(this.db);
    this.closeStore = () => store.close();
    const dies = (): void => this.killCoordinator();
    const events = new StudyEvents();
    events.on((event) => {
      if (life.alive) this.trace.update(`${Math.round(this.time.now)} ${JSON.stringify(event)}\n`);
    });
    const coordinator = new Coordinator({
      study: store.findStudy(studyKey)!,
      plan: this.plan(),
      store: this.records.guard(store, life, dies),
      bus: this.server.coordinatorBus(life),
      events,
      clock: this.time.clock(life),
      leaseMs: 5_000,
    });
    this.interrupting = new AbortController();
    coordinator.run(this.interrupting.signal).then(
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
        if (life.alive) this.violations.push(`the coordinator failed: ${String(error)}`);
      },
    );
  }

  private killCoordinator(): void {
    if (!this.coordinator.alive) return;
    this.deaths += 1;
    this.endCoordinator();
  }

  /** Another one follows. */
  private endCoordinator(): void {
    this.coordinator.end();
    this.records.diesAfter = null;
    this.closeStore();
    if (!this.areFaultsOver) this.copyOrRestore();
    this.time.after(50 + 1_000 * this.rng.next(), this.ever, () => this.startCoordinator());
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
    this.time.after(-Math.log(1 - this.rng.next()) * faultMs, this.ever, () => {
      // The second half of a study is long enough for everything to come right.
      this.areFaultsOver ||= this.records.trials > this.options.trials * 0.95;
      if (this.areFaultsOver) return;
      this.fault();
      this.nextFault();
    });
  }

  private fault(): void {
    const luck = this.rng.next();
    if (luck < 0.25) this.killCoordinator();
    else if (luck < 0.3) this.interruptCoordinator();
    else if (luck < 0.5)
      this.records.diesAfter = { records: this.rng.int(20), before: this.rng.next() < 0.5 };
    else if (luck < 0.55) this.records.fillDisk(this.time, 4_000 * this.rng.next());
    else if (luck < 0.6) this.server.goAway(8_000 * this.rng.next());
    else if (luck < 0.65) this.worker().drain();
    else if (luck < 0.7) for (const worker of this.workers) this.killWorker(worker, true);
    else this.killWorker(this.worker(), this.rng.next() < 0.7);
  }

  /** It waits for its workers, and seldom lives to hear them. */
  private interruptCoordinator(): void {
    this.interrupting.abort();
    this.time.after(300 * this.rng.next(), this.coordinator, () => this.killCoordinator());
  }

  private worker(): SimulatedWorker {
    return this.workers[this.rng.int(this.workers.length)]!;
  }

  private killWorker(worker: SimulatedWorker, alone: boolean): void {
    this.deaths += 1;
    worker.die(alone);
  }
}
