import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Bench } from "./bench.ts";
import type { Memory } from "./memory.ts";

/** What a coordinator tells of itself. */
export interface Pulse {
  /** Epochs recorded and trials ended so far. */
  readonly reports: number;
  readonly trials: number;
  /** Milliseconds at which each thousand of trials was full. */
  readonly thousands: readonly number[];
  readonly cpuMs: number;
  /** Resident memory now and at most, bytes. */
  readonly rss: number;
  readonly peak: number;
}

export interface StudyTerms {
  readonly name: string;
  readonly priority?: number;
  readonly trials?: number;
  readonly epochs?: number;
  /** Report at intervals what is left after a full collection. */
  readonly collectMs?: number;
  /** How long what ended attempts leave on the server stays there; default: as in a real lab. */
  readonly keepEndedMs?: number;
}

/** A coordinator in a process of its own, on the server of a bench. */
export class CoordinatorProcess {
  /** Since the start, or since `forget`. */
  pulses: Pulse[] = [];
  memory: Memory[] = [];
  private readonly child: ChildProcess;
  private readonly name: string;
  readonly over: Promise<unknown>;

  constructor(bench: Bench, terms: StudyTerms) {
    const db = path.join(bench.folder, `${terms.name}.db`);
    this.name = terms.name;
    this.child = fork(
      bench.programs.study,
      Object.entries({ server: bench.server.url, db, ...terms }).map(([key, value]) => `--${key}=${value}`),
      { execArgv: ["--expose-gc"], stdio: ["ignore", "inherit", "inherit", "ipc"] },
    );
    this.child.on("message", (news: Pulse | Memory) => {
      if ("kept" in news) this.memory.push(news);
      else this.pulses.push(news);
    });
    this.over = once(this.child, "exit");
  }

  get newest(): Pulse {
    const pulse = this.pulses.at(-1);
    if (pulse === undefined) throw new Error(`the coordinator of ${this.name} says nothing`);
    return pulse;
  }

  forget(): void {
    this.pulses = [];
    this.memory = [];
  }

  /** Asks it to end and waits until it did. */
  async finish(): Promise<void> {
    this.child.kill("SIGTERM");
    await this.over;
  }
}
