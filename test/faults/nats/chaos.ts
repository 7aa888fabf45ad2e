import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { rngFor, type Rng } from "../../../search/random.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import type { StudyStore, Trial } from "../../../storage/store.ts";
import { NatsServer } from "../../support/nats-server.ts";
import { startScript, type Script } from "../../support/script.ts";
import { sleep } from "../../support/sleep.ts";
import { underWay } from "../../support/under-way.ts";
import { until } from "../../support/until.ts";
import { failpoints, type Breakage, type Failpoint } from "./breakage.ts";
import { faultLeaseMs, faultTimings } from "./fault-timings.ts";
import { spooled } from "./spooled.ts";

const studyProcess = new URL("./study-process.ts", import.meta.url);
const workerProcess = new URL("./worker-process.ts", import.meta.url);

export interface ChaosOptions {
  readonly trials: number;
  readonly epochs: number;
  readonly workers: number;
  readonly epochMs: number;
  readonly seed: number;
  /** Silence after which a worker's attempts are given to others; default: short. */
  readonly leaseMs?: number;
  readonly broken?: Breakage;
  /** The coordinator never dies by itself. */
  readonly steady?: boolean;
  /** The first coordinators die by themselves, each at the `after`-th time it comes to `point`. */
  readonly dying?: { readonly point: Failpoint; readonly after: number; readonly coordinators: number };
}

type Victim = "server" | "coordinator" | "worker";
const victims: readonly Victim[] = ["server", "coordinator", "coordinator", "worker", "worker", "worker"];

/** A lab of real processes around a real server, all of which may die at any moment and come back. */
export class ChaosLab {
  readonly server: NatsServer;
  readonly db: string;
  /** Coordinators that ended without completing the study. */
  deaths = 0;
  readonly kills = { server: 0, coordinator: 0, worker: 0 };
  /** Milliseconds from a coordinator's death until the next one drives the study. */
  readonly resumes: number[] = [];
  private readonly root: string;
  private readonly options: ChaosOptions;
  /** Two generators: how often coordinators come back must not change what is killed next. */
  private readonly rng: Rng;
  private readonly deathRng: Rng;
  private coordinator: Script | null = null;
  private readonly coordinators: Script[] = [];
  private readonly workers: Script[] = [];
  /** Who is killed next, in random order, but each kind in its share. */
  private readonly bag: Victim[] = [];
  private born = 0;
  private state: "running" | "complete" | "closing" = "running";

  private constructor(server: NatsServer, root: string, options: ChaosOptions) {
    this.server = server;
    this.root = root;
    this.options = options;
    this.db = path.join(root, "study.db");
    this.rng = rngFor(options.seed, "kills");
    this.deathRng = rngFor(options.seed, "deaths");
  }

  static async start(options: ChaosOptions): Promise<ChaosLab> {
    const root = await mkdtemp(path.join(tmpdir(), "seqtune-chaos-"));
    const lab = new ChaosLab(await NatsServer.start(), root, options);
    lab.startCoordinator();
    for (let i = 0; i < options.workers; i++) lab.startWorker(i);
    return lab;
  }

  /** Attempts of each trial so far, by number. */
  attempts(): readonly number[] {
    return this.trials().map((trial) => trial.attempts);
  }

  /** Attempts so far that were not the first of their trial. */
  repeated(): number {
    return this.attempts().reduce((sum, attempts) => sum + attempts - 1, 0);
  }

  /** Epochs reported so far. */
  reports(): number {
    return this.trials().reduce((sum, trial) => sum + trial.epochsDone, 0);
  }

  /** Messages that came again and changed nothing. */
  repeats(): number {
    const lines = this.coordinators.flatMap((script) =>
      script.lines.filter((line) => line.startsWith("repeats ")),
    );
    return lines.reduce((sum, line) => sum + Number(line.slice("repeats ".length)), 0);
  }

  get isComplete(): boolean {
    return this.state === "complete";
  }

  worker(index: number): Script {
    return this.workers[index]!;
  }

  /** Waits until this worker is in the middle of a trial: it has an epoch, and half of them at most. */
  async untilBusy(index: number): Promise<void> {
    const { pid } = this.worker(index);
    const range = [1, this.options.epochs / 2] as const;
    const busy = (): boolean =>
      this.look((store, study) => underWay(store, study, range))?.some((one) => one.pid === pid) === true;
    await until(busy, "the worker to be in the middle of a trial");
  }

  /**
   * Kills something at random about every `everyMs` until `ms` are over and each kind was killed. Throws when the
   * study was complete before that: faults that meet no work prove nothing.
   */
  async havoc(ms: number, everyMs: number): Promise<void> {
    const end = performance.now() + ms;
    while (performance.now() < end || Object.values(this.kills).includes(0)) {
      await sleep(everyMs * (0.5 + this.rng.next()));
      if (this.isComplete)
        throw new Error("the study was complete before the faults were over: give it more trials");
      await this.killSomething();
    }
  }

  async untilComplete(): Promise<void> {
    await until(() => this.isComplete, "the study to complete", 500_000);
  }

  /** Resolves when no worker keeps a message that is not committed. */
  async untilSpoolsEmpty(): Promise<void> {
    const spool = path.join(this.root, "machine", "spool");
    await until(() => spooled(spool) === 0, "the spools to be empty");
  }

  async end(): Promise<void> {
    this.state = "closing";
    const scripts = [this.coordinator, ...this.workers].filter((script) => script !== null);
    for (const script of scripts) for (const signal of ["SIGCONT", "SIGKILL"] as const) script.kill(signal);
    await Promise.all(scripts.map((script) => script.ended));
    await this.server.close();
    await rm(this.root, { recursive: true, force: true, maxRetries: 10 });
  }

  private trials(): readonly Trial[] {
    return this.look((store, study) => store.trials(study)) ?? [];
  }

  /** What the database says now; `null` while it is being made. */
  private look<T>(read: (store: StudyStore, study: number) => T): T | null {
    try {
      const store = openStore(this.db, { readonly: true });
      try {
        const study = store.findStudy("faults");
        return study === null ? null : read(store, study.id);
      } finally {
        store.close();
      }
    } catch {
      return null;
    }
  }

  private async killSomething(): Promise<void> {
    if (this.bag.length === 0) this.bag.push(...victims);
    const victim = this.bag.splice(this.rng.int(this.bag.length), 1)[0]!;
    this.kills[victim] += 1;
    switch (victim) {
      case "server":
        await this.server.kill();
        await sleep(this.rng.next() * 1_000);
        await this.server.up();
        return;
      case "coordinator":
        await this.coordinator?.line("driving").catch(() => {}); // one that never drives is no fault worth testing
        await sleep(this.rng.next() * 1_500);
        this.coordinator?.kill("SIGKILL");
        return;
      case "worker":
        this.workers[this.rng.int(this.workers.length)]!.kill("SIGKILL");
        return;
      default:
        victim satisfies never;
    }
  }

  private startCoordinator(): void {
    const { trials, epochs, seed, broken } = this.options;
    const script = this.start(studyProcess, [
      `--db=${this.db}`,
      `--server=${this.server.url}`,
      `--seed=${seed}`,
      `--trials=${trials}`,
      `--epochs=${epochs}`,
      ...(broken === undefined ? [] : [`--broken=${broken}`]),
      ...this.death(),
    ]);
    this.coordinator = script;
    this.coordinators.push(script);
    void script.ended.then(() => {
      if (script.lines.includes("ended complete")) this.state = "complete";
      if (this.state !== "running") return;
      this.deaths += 1;
      const died = performance.now();
      this.startCoordinator();
      const next = this.coordinator?.line("driving");
      void next?.then(() => this.resumes.push(performance.now() - died)).catch(() => {}); // died before
    });
  }

  /** Half of the coordinators also die by themselves, at a moment that a kill from outside seldom meets. */
  private death(): string[] {
    const { dying } = this.options;
    if (dying !== undefined) return this.deaths < dying.coordinators ? deathAt(dying.point, dying.after) : [];
    if (this.options.steady === true || this.deathRng.next() < 0.5) return [];
    const point = failpoints[this.deathRng.int(failpoints.length)]!;
    // Removing from the server is done once a second, the rest all the time.
    return deathAt(point, point === "before-purge" ? 1 : 20 + this.deathRng.int(100));
  }

  private start(file: URL, args: readonly string[]): Script {
    const { leaseMs = faultLeaseMs } = this.options;
    const timings = JSON.stringify({ ...faultTimings, leaseMs });
    return startScript(file, args, ["env", `SEQTUNE_TEST_TIMINGS=${timings}`]);
  }

  private startWorker(slot: number): void {
    const id = `worker-${this.born++}`;
    const script = this.start(workerProcess, [
      `--id=${id}`,
      `--server=${this.server.url}`,
      `--folder=${path.join(this.root, "machine")}`,
      `--epoch-ms=${this.options.epochMs}`,
    ]);
    this.workers[slot] = script;
    void script.ended.then(() => {
      if (this.state !== "closing") this.startWorker(slot);
    });
  }
}

function deathAt(point: Failpoint, after: number): string[] {
  return [`--die-at=${point}`, `--die-after=${after}`];
}
