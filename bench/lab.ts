/**
 * What NATS and the coordinator manage with workers that train nothing: real server, real SQLite file, workers in
 * processes of their own.
 *
 *   npx tsx bench/lab.ts [--only backlog,live,trials,delay,stop,large] [--workers 1000] [--trials 100000]
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { StudyEvents } from "../orchestrator/events.ts";
import type { Pruner } from "../search/pruner.ts";
import { NatsServer } from "../test/support/nats-server.ts";
import { driveSimulated, preciseNow } from "../test/support/simulated-lab.ts";
import { machineLine } from "./machine.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "backlog,live,trials,delay,stop" },
    workers: { type: "string", default: "1000" },
    trials: { type: "string", default: "100000" },
  },
});

/** One measurement: a server, a folder, and what is started in it. */
class Bench {
  readonly events = new StudyEvents();
  readonly db: string;
  readonly reports: { readonly at: number; readonly sent: number }[] = [];
  readonly ended: number[] = [];
  readonly ordered = new Map<number, number>();
  readonly stopped = new Map<number, number>();
  private readonly server: NatsServer;
  private readonly folder: string;
  private readonly children: ChildProcess[] = [];

  private constructor(server: NatsServer) {
    this.server = server;
    this.folder = mkdtempSync(path.join(tmpdir(), "seqtune-bench-lab-"));
    this.db = path.join(this.folder, "bench.db");
    this.events.on((event) => {
      if (event.kind === "report") this.reports.push({ at: preciseNow(), sent: event.metrics["sent"] ?? 0 });
      else if (event.kind === "trial_ended") this.ended.push(performance.now());
      else if (event.kind === "ordered") this.ordered.set(event.trial, preciseNow());
    });
  }

  static async run(measure: (bench: Bench) => Promise<void>): Promise<void> {
    const bench = new Bench(await NatsServer.start());
    try {
      await measure(bench);
    } finally {
      for (const child of bench.children) child.kill("SIGKILL");
      await Promise.all(bench.children.map((child) => once(child, "exit")));
      await bench.server.close();
      rmSync(bench.folder, { recursive: true, force: true });
    }
  }

  startWorkers(count: number, epochMs: number, name = "w"): void {
    const entry = fileURLToPath(new URL("./lab/workers-process.ts", import.meta.url));
    const options = { server: this.server.url, folder: this.folder, name, count, "epoch-ms": epochMs };
    const child = fork(
      entry,
      Object.entries(options).flatMap(([key, value]) => [`--${key}`, String(value)]),
      { execArgv: ["--import", "tsx"], stdio: ["ignore", "pipe", "inherit", "ipc"] },
    );
    createInterface({ input: child.stdout! }).on("line", (line) => {
      const [, trial, time] = line.split(" ");
      this.stopped.set(Number(trial), Number(time));
    });
    this.children.push(child);
  }

  async drive(
    trials: number,
    epochs: number,
    more: { pruner?: Pruner; now?: AbortSignal } = {},
  ): Promise<void> {
    const { now, pruner } = more;
    await driveSimulated(
      this.db,
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

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const perSecond = (count: number, ms: number): string => Math.round((count * 1000) / ms).toLocaleString("en");
const at = (sorted: readonly number[], share: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN).toFixed(1);
const rows: string[] = [];
function result(what: string, figure: string, aim: string): void {
  const row = `| ${what} | ${figure} | ${aim} |`;
  console.log(row);
  rows.push(row);
}

function span(reports: readonly { readonly at: number }[]): number {
  return reports.at(-1)!.at - reports[0]!.at;
}

const measurements: Readonly<Record<string, () => Promise<void>>> = {
  backlog: async () => {
    const workers = 8;
    const epochs = 4000;
    await Bench.run(async (bench) => {
      bench.startWorkers(workers, 0);
      const away = new AbortController();
      bench.events.on((event) => {
        if (event.kind === "report" && bench.reports.length === 100) away.abort();
      });
      await bench.drive(workers, epochs, { now: away.signal });
      const before = bench.reports.length;
      await new Promise((resolve) => setTimeout(resolve, 20_000)); // the workers finish what they have
      await bench.drive(workers, epochs);
      const drained = bench.reports.slice(before);
      result(
        `draining a backlog of ${drained.length.toLocaleString("en")} reports`,
        `${perSecond(drained.length, span(drained))} reports/s`,
        "10,000",
      );
    });
  },
  live: async () => {
    await Bench.run(async (bench) => {
      bench.startWorkers(8, 0);
      await bench.drive(16, 2000);
      const middle = bench.reports.slice(2000, -2000);
      result(
        "live from 8 workers that do nothing else",
        `${perSecond(middle.length, span(middle))} reports/s`,
        "4,000",
      );
    });
  },
  trials: async () => {
    await Bench.run(async (bench) => {
      bench.startWorkers(64, 0);
      await bench.drive(3000, 1);
      const middle = bench.ended.slice(300);
      result(
        "trials of one report, 64 workers",
        `${perSecond(middle.length, middle.at(-1)! - middle[0]!)} trials/s`,
        "200",
      );
    });
  },
  delay: async () => {
    await Bench.run(async (bench) => {
      bench.startWorkers(8, 40);
      await bench.drive(8, 250);
      const delays = bench.reports
        .slice(100)
        .map(({ at, sent }) => at - sent)
        .toSorted((a, b) => a - b);
      const rate = perSecond(bench.reports.length, span(bench.reports));
      result(
        `from a report's sending to its commit, at ${rate} reports/s`,
        `median ${at(delays, 0.5)} ms, 99 % ${at(delays, 0.99)} ms`,
        "median 20 ms",
      );
    });
  },
  stop: async () => {
    const pruner: Pruner = {
      name: "third",
      judge: (_history, trial) =>
        trial.epoch >= 3 ? { kind: "stop", reason: "bench" } : { kind: "continue" },
    };
    await Bench.run(async (bench) => {
      bench.startWorkers(8, 20);
      await bench.drive(500, 100_000, { pruner });
      const delays = [...bench.stopped].flatMap(([trial, time]) => {
        const given = bench.ordered.get(trial);
        return given === undefined ? [] : [time - given];
      });
      delays.sort((a, b) => a - b);
      result(
        `from a verdict to its arrival in the worker, ${delays.length} stops`,
        `median ${at(delays, 0.5)} ms, 99 % ${at(delays, 0.99)} ms`,
        "99 % 100 ms",
      );
    });
  },
  large: async () => {
    const workers = Number(values.workers);
    const trials = Number(values.trials);
    await Bench.run(async (bench) => {
      const processes = Math.max(1, Math.ceil(workers / 250));
      for (let index = 0; index < processes; index++)
        bench.startWorkers(Math.ceil(workers / processes), 0, `w${index}`);
      let most = 0;
      const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 500);
      await bench.drive(trials, 1);
      clearInterval(watch);
      const edge = Math.min(1000, Math.floor(trials / 4));
      const first = bench.ended.slice(edge, 2 * edge);
      const last = bench.ended.slice(-edge);
      const rate = (part: readonly number[]): string => perSecond(part.length, part.at(-1)! - part[0]!);
      result(
        `${trials.toLocaleString("en")} trials of one report, ${workers.toLocaleString("en")} workers`,
        `${rate(bench.ended)} trials/s (an early thousand ${rate(first)}, the last ${rate(last)}); coordinator at most ${Math.round(most / 1e6)} MB`,
        "512 MB, no slowdown",
      );
    });
  },
};

for (const name of values.only.split(",")) {
  const measure = measurements[name];
  if (measure === undefined)
    throw new Error(`no measurement "${name}"; there are ${Object.keys(measurements).join(", ")}`);
  await measure();
}
console.log(`\n${machineLine()}\n\n| what | measured | aim |\n| --- | --- | --- |\n${rows.join("\n")}`);
