import { copyFileSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openStore } from "../../../storage/sqlite/open.ts";
import type { Attempt, StudyStore } from "../../../storage/store.ts";
import type { Timings } from "../../../worker/protocol/nats/link/timings.ts";
import { NatsServer, type ServerOptions } from "../../support/nats-server.ts";
import type { SmallDisk } from "../../support/small-disk.ts";
import { startScript, type Script } from "../../support/script.ts";
import { underWay, type UnderWay } from "../../support/under-way.ts";
import { until } from "../../support/until.ts";
import { faultTimings } from "./fault-timings.ts";
import { spooled } from "./spooled.ts";
import { sweepFile } from "./sweep-file.ts";
import { table, undisturbed, violations } from "./invariants.ts";

const studyProcess = new URL("./study-process.ts", import.meta.url);
const workerProcess = new URL("./worker-process.ts", import.meta.url);
const commandLine = new URL("../../../orchestrator/cli/main.ts", import.meta.url);

export interface FaultLabOptions {
  readonly trials: number;
  readonly epochs: number;
  /** How long a worker works on each epoch. */
  readonly epochMs: number;
  /** Silence after which a worker's attempts are given to others. */
  readonly leaseMs: number;
  /** Default: short ones. `{}`: those of a real lab. */
  readonly timings?: Partial<Timings>;
  readonly server?: ServerOptions;
  /** Where the coordinator keeps its database; default: a folder like any other. */
  readonly home?: SmallDisk;
}

/** How a process of the lab is run. */
export interface Way {
  /** Address of the server, where it is not the lab's own. */
  readonly server?: string;
  /** A command that runs the command it is given. */
  readonly wrap?: readonly string[];
  readonly args?: readonly string[];
  /** Another database than the lab's. */
  readonly db?: string;
}

/** Dead network connections are noticed within a second or so. */
export const shortTimings: Partial<Timings> = { ...faultTimings, pingMs: 400 };

const seed = 7;

/**
 * A lab of real processes around a real server, each of which a test may stop, cut off or starve. Every worker has
 * a folder of its own, like a machine of its own.
 */
export class FaultLab {
  readonly server: NatsServer;
  readonly folder: string;
  readonly options: FaultLabOptions;
  private readonly scripts: Script[] = [];
  private readonly workers = new Map<string, Script>();

  private constructor(server: NatsServer, folder: string, options: FaultLabOptions) {
    this.server = server;
    this.folder = folder;
    this.options = options;
  }

  static async start(options: FaultLabOptions): Promise<FaultLab> {
    const folder = await mkdtemp(path.join(tmpdir(), "seqtune-faults-"));
    await mkdir(path.join(folder, "home"));
    return new FaultLab(await NatsServer.start(options.server), folder, options);
  }

  /** Where the coordinator keeps its database, or, when that is on a disk of its own, where this process has a copy. */
  get db(): string {
    return path.join(this.folder, "home", "study.db");
  }

  /** Starts the coordinator, or one that goes on with the study. */
  coordinate(way: Way = {}): Script {
    const { trials, epochs } = this.options;
    const size = [`--trials=${trials}`, `--epochs=${epochs}`, `--seed=${seed}`];
    const args = [`--db=${this.dbOf(way)}`, ...size, this.serverOf(way)];
    return this.start(studyProcess, args, this.atHome(way));
  }

  /** The same by `seqtune run` and `seqtune resume`. */
  command(verb: "run" | "resume" | "standby", way: Way = {}): Script {
    const sweep = path.join(this.folder, "faults.yaml");
    writeFileSync(sweep, sweepFile(this.options, seed));
    const what = verb === "run" ? [sweep] : [];
    const args = ["--db", this.dbOf(way), "--plain", "--nats", way.server ?? this.server.url];
    return this.start(commandLine, [verb, ...what, ...args], this.atHome(way));
  }

  work(name: string, way: Way = {}): Script {
    const mine = [`--id=${name}`, `--folder=${this.machine(name)}`, `--epoch-ms=${this.options.epochMs}`];
    const worker = this.start(workerProcess, [...mine, this.serverOf(way)], way);
    this.workers.set(name, worker);
    return worker;
  }

  kill(worker: string): void {
    this.workers.get(worker)?.kill("SIGKILL");
  }

  private dbOf({ db }: Way): string {
    const { home } = this.options;
    return db ?? (home === undefined ? this.db : path.join(home.folder, "study.db"));
  }

  private atHome(way: Way): Way {
    const { home } = this.options;
    return home === undefined ? way : { wrap: home.wrap, ...way };
  }

  private serverOf({ server = this.server.url }: Way): string {
    return `--server=${server}`;
  }

  private start(file: URL, args: readonly string[], way: Way): Script {
    const { leaseMs, timings = shortTimings } = this.options;
    const environment = `SEQTUNE_TEST_TIMINGS=${JSON.stringify({ ...timings, leaseMs })}`;
    const script = startScript(
      file,
      [...args, ...(way.args ?? [])],
      ["env", environment, ...(way.wrap ?? [])],
    );
    this.scripts.push(script);
    return script;
  }

  /** Folder of a worker's machine. */
  machine(name: string): string {
    return path.join(this.folder, name);
  }

  /** Every attempt there was. */
  attempts(): readonly Attempt[] {
    return this.look((store, study) => store.attempts(study)) ?? [];
  }

  /** Attempts of workers whose trials have this many epochs. */
  underWay(least: number, most: number): readonly UnderWay[] {
    return this.look((store, study) => underWay(store, study, [least, most])) ?? [];
  }

  /** Epochs that count so far, of all trials together. */
  epochs(): number {
    const trials = this.look((store, study) => store.trials(study)) ?? [];
    return trials.reduce((sum, trial) => sum + trial.epochsDone, 0);
  }

  /** Waits until this many epochs are recorded. */
  async untilEpochs(count: number): Promise<void> {
    await until(() => this.epochs() >= count, `${count} epochs`);
  }

  /**
   * Waits for the end of the study and until every worker's spool is empty. What is then not as it would be, had
   * nothing happened: reports lost, double or counted for an attempt that did not make them, and other results.
   */
  async verdict(coordinator: Script, db?: string): Promise<readonly string[]> {
    const { trials, epochs } = this.options;
    const over = (line: string): boolean => /^(?:ended|study) complete/.test(line);
    await until(() => coordinator.lines.some(over), "the study to complete", 500_000);
    await coordinator.ended; // it tidies its database before
    await until(() => spooled(this.folder) === 0, "the spools to be empty");
    const file = db ?? this.readable();
    const found = violations(file, "faults", trials, epochs);
    const same = JSON.stringify(table(file, "faults")) === (await alone(trials, epochs));
    return same ? found : [...found, "the results are not those of an undisturbed study"];
  }

  async end(): Promise<void> {
    for (const script of this.scripts) {
      script.kill("SIGCONT");
      script.kill("SIGKILL");
    }
    await Promise.all(this.scripts.map((script) => script.ended));
    await this.server.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }

  /** The database, in a place that SQLite can open: not one below /proc. */
  private readable(): string {
    const { home } = this.options;
    if (home === undefined) return this.db;
    rmSync(`${this.db}-shm`, { force: true });
    for (const name of ["study.db", "study.db-wal"]) {
      const file = home.file(name);
      if (existsSync(file)) copyFileSync(file, path.join(this.folder, "home", name));
    }
    return this.db;
  }

  /** What the database says now; `null` while it is being made. */
  private look<T>(read: (store: StudyStore, study: number) => T): T | null {
    try {
      const file = this.readable();
      if (!existsSync(file)) return null;
      const store = openStore(file, { readonly: true });
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
}

const made = new Map<string, Promise<string>>();

/** The results of an undisturbed study of this size as JSON; made once. */
async function alone(trials: number, epochs: number): Promise<string> {
  const key = `${trials} ${epochs}`;
  const results = made.get(key) ?? undisturbed({ trials, epochs, seed }).then((rows) => JSON.stringify(rows));
  made.set(key, results);
  return await results;
}

/** Runs one story in a lab of its own. */
export async function inLab(
  options: FaultLabOptions,
  story: (lab: FaultLab) => Promise<void>,
): Promise<void> {
  const lab = await FaultLab.start(options);
  try {
    await story(lab);
  } finally {
    await lab.end();
  }
}
