import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { StudyEvents } from "../../orchestrator/events.ts";
import type { Pruner } from "../../search/pruner.ts";
import { NatsServer } from "../../test/support/nats-server.ts";
import { driveSimulated, preciseNow } from "../../test/support/simulated-lab.ts";
import { bundle } from "../bundle.ts";
import type { Memory } from "./memory.ts";

/** The files of the processes that are measured. */
interface Programs {
  readonly study: string;
  readonly workers: string;
}

/** One measurement: a server, a folder, and what is started in it. */
export class Bench {
  readonly events = new StudyEvents();
  readonly reports: { readonly at: number; readonly sent: number }[] = [];
  /** Moments in which trials ended. */
  readonly ended: number[] = [];
  /** Moments of orders given, and of their arrival at the worker, by trial. */
  readonly ordered = new Map<number, number>();
  readonly stopped = new Map<number, number>();
  readonly server: NatsServer;
  readonly programs: Programs;
  readonly folder: string;
  private readonly children: ChildProcess[] = [];

  private constructor(server: NatsServer, programs: Programs) {
    this.server = server;
    this.programs = programs;
    this.folder = mkdtempSync(path.join(tmpdir(), "seqtune-bench-lab-"));
    this.events.on((event) => {
      if (event.kind === "report") this.reports.push({ at: preciseNow(), sent: event.metrics["sent"] ?? 0 });
      else if (event.kind === "trial_ended") this.ended.push(performance.now());
      else if (event.kind === "ordered") this.ordered.set(event.trial, preciseNow());
      else if (event.kind === "notice") console.error(`  ${event.message}`);
    });
  }

  static async run(measure: (bench: Bench) => Promise<void>): Promise<void> {
    const programs = {
      study: await bundle("bench/lab/study-process.ts"),
      workers: await bundle("bench/lab/workers-process.ts"),
    };
    const bench = new Bench(await NatsServer.start(), programs);
    try {
      await measure(bench);
    } finally {
      for (const child of bench.children) child.kill("SIGKILL");
      await Promise.all(bench.children.map((child) => once(child, "exit")));
      await bench.server.close();
      rmSync(bench.folder, { recursive: true, force: true });
    }
  }

  /** A process with `count` workers that take `epochMs` an epoch. It tells its memory every `collectMs`. */
  startWorkers(
    count: number,
    epochMs: number,
    name = "w",
    collectMs?: number,
    onMemory: (memory: Memory) => void = () => {},
  ): void {
    const options = {
      server: this.server.url,
      folder: this.folder,
      name,
      count,
      "epoch-ms": epochMs,
      ...(collectMs === undefined ? {} : { "collect-ms": collectMs }),
    };
    const child = fork(
      this.programs.workers,
      Object.entries(options).flatMap(([key, value]) => [`--${key}`, String(value)]),
      { execArgv: ["--expose-gc"], stdio: ["ignore", "pipe", "inherit", "ipc"] },
    );
    child.on("message", onMemory);
    createInterface({ input: child.stdout! }).on("line", (line) => {
      const [, trial, time] = line.split(" ");
      this.stopped.set(Number(trial), Number(time));
    });
    this.children.push(child);
  }

  /** Drives a study in this process to its end. */
  async drive(
    trials: number,
    epochs: number,
    more: { pruner?: Pruner; now?: AbortSignal } = {},
  ): Promise<void> {
    const { now, pruner } = more;
    await driveSimulated(
      path.join(this.folder, "bench.db"),
      { servers: this.server.url },
      {
        name: "bench",
        trials,
        epochs,
        events: this.events,
        ...(pruner === undefined ? {} : { pruner }),
        ...(now === undefined ? {} : { interrupts: { now } }),
      },
    );
  }
}
