import { InvalidArgumentError, Option, type Command } from "commander";
import { availableParallelism, hostname } from "node:os";
import path from "node:path";
import { programLabel } from "../../../worker/protocol/program/allowed.ts";
import { systemClock } from "../../../worker/protocol/clock.ts";
import { version } from "../../../worker/version.ts";
import { UserError } from "../../errors.ts";
import { engineChoices, engineWith, precisionNames } from "../../config/sections.ts";
import { defaultCache } from "../../lab/machine.ts";
import { readPrograms } from "../../lab/programs-file.ts";
import { superviseWorkers, type SupervisorObserver } from "../../lab/supervisor.ts";
import { checkVisible } from "../../lab/visible-gpus.ts";
import type { MetricsAddress } from "../../metrics/serve.ts";
import { note, print, type Io } from "../io.ts";
import { loggingJson } from "../json-log.ts";
import { watchSignals } from "../live/interrupts.ts";
import { requiredLab } from "../lab-connection.ts";
import { natsOptions, type NatsFlags } from "../nats-options.ts";
import { count } from "../options.ts";
import { watchOptions, type WatchFlags } from "../watch-options.ts";

interface WorkerFlags extends NatsFlags, WatchFlags {
  readonly slots?: number;
  readonly gpu?: readonly string[];
  readonly label?: Readonly<Record<string, string>>;
  readonly programs?: string;
  readonly engine?: string;
  readonly lanes?: number;
  readonly precision: (typeof precisionNames)[number];
  readonly cache?: string;
  readonly cacheSize?: number;
  readonly drain?: boolean;
}

const examples = `
Examples:
  $ seqtune worker --nats nats://lab:4222 --creds lab/worker.creds
  $ seqtune worker --nats nats://lab:4222 --creds lab/worker.creds --gpu 0,1 --slots 4 --label gpu=a100
  $ seqtune worker --nats nats://lab:4222 --creds lab/worker.creds --gpu 0,1 --engine cuda --lanes 64
  $ seqtune worker --nats nats://lab:4222 --programs programs.yaml

Starts in any order with the server and the coordinators, and works for every study of the lab. Ctrl-C or SIGTERM
once hands running trials back with their checkpoints and ends; twice ends at once.
`;

export function workerCommand(program: Command, io: Io): void {
  const command = program
    .command("worker")
    .option("--slots <n>", "trials at a time, each in its own process (default: one per GPU, else 1)", count)
    .option("--gpu <list>", "GPUs to use in turn, numbered as by nvidia-smi: 0,1", gpuList)
    .option("--label <key=value>", "label that a sweep may require; may be repeated", addLabel)
    .option("--programs <file>", "YAML file of the programs it may run as trials (docs/programs.md)")
    .option("--engine <name>", "training engine (default: auto; with --gpu: tfjs-node-gpu)", engineName)
    .option(
      "--lanes <n>",
      "engine cuda: trials a process trains at once (default: one per multiprocessor)",
      count,
    )
    .addOption(
      new Option("--precision <name>", "engine cuda: fast multiplies on tensor cores (TF32)")
        .choices(precisionNames)
        .default("single"),
    )
    .option(
      "--cache <dir>",
      "folder for unsent reports and cached files (default: SEQTUNE_CACHE, or ~/.cache/seqtune/worker)",
    )
    .option(
      "--cache-size <GB>",
      "limit for cached files; the least recently used go first (default: 10)",
      gigabytes,
    )
    .option("--drain", "exit when the study it works or waits for ends");
  natsOptions(watchOptions(command), "such as nats://lab:4222")
    .addHelpText("after", examples)
    .action(async (flags: WorkerFlags) => {
      if (flags.log === "json") await loggingJson(io, async (quiet, log) => await work(quiet, flags, [log]));
      else await work(io, flags, []);
    });
}

/** Everything about this machine is read and refused here, before a process starts that would only die of it. */
async function work(io: Io, flags: WorkerFlags, logs: readonly SupervisorObserver[]): Promise<void> {
  const connection = requiredLab(io, flags);
  const gpus = flags.gpu ?? [];
  checkVisible(gpus, io.env);
  const slots = flags.slots ?? Math.max(1, gpus.length);
  const programs =
    flags.programs === undefined ? undefined : await readPrograms(path.resolve(io.cwd, flags.programs));
  const runs = Object.keys(programs ?? {}).map((name) => [programLabel(name), "yes"]);
  const labels = { ...flags.label, ...Object.fromEntries(runs) };
  const cache = path.resolve(io.cwd, flags.cache ?? (io.env["SEQTUNE_CACHE"] || defaultCache(io.env)));
  const metrics = flags.metrics === undefined ? null : await measured(io, flags.metrics, cache);
  print(io, headline(slots, gpus, labels, cache));
  const signals = watchSignals((times) =>
    print(io, times === 1 ? "handing running trials back; again to end at once" : "ending at once"),
  );
  try {
    await superviseWorkers(
      {
        connection,
        slots,
        gpus,
        labels,
        ...(programs === undefined ? {} : { programs }),
        engine: engineOf(flags, gpus),
        ...(flags.lanes === undefined ? {} : { lanes: flags.lanes }),
        cache,
        ...(flags.cacheSize === undefined ? {} : { cacheBytes: flags.cacheSize }),
        leaveOnDrain: flags.drain === true,
        say: (line) => print(io, line),
        observers: metrics === null ? logs : [...logs, metrics.observer],
      },
      signals,
    );
  } finally {
    signals.stop();
    metrics?.close();
  }
}

function engineOf({ engine, precision }: WorkerFlags, gpus: readonly string[]): string {
  if (precision === "fast" && engine !== "cuda")
    throw new UserError(
      "--precision fast is there for --engine cuda alone; add that, or leave --precision out",
    );
  return engineWith(engine ?? (gpus.length === 0 ? "auto" : "tfjs-node-gpu"), precision);
}

/** Serves the metrics of this machine's slots. */
async function measured(
  io: Io,
  address: MetricsAddress,
  cache: string,
): Promise<{ readonly observer: SupervisorObserver; close(): void }> {
  const { WorkerMetrics } = await import("../../metrics/worker-metrics.ts"); // prom-client loads only where it is asked for
  const { serveMetrics } = await import("../../metrics/serve.ts");
  const observer = new WorkerMetrics(systemClock, cache);
  const server = await serveMetrics(address, observer.registry, () => observer.health());
  note(io, `metrics on ${server.url}`);
  return { observer, close: () => server.close() };
}

function headline(
  slots: number,
  gpus: readonly string[],
  labels: Readonly<Record<string, string>>,
  cache: string,
): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const parts = [
    `seqtune ${version} worker on ${hostname()}: ${slots} slot${slots === 1 ? "" : "s"}`,
    ...(gpus.length === 0 ? [] : [`GPU ${gpus.join(", ")}`]),
    ...(pairs.length === 0 ? [] : [`labels ${pairs.join(", ")}`]),
    `files in ${cache}`,
  ];
  const cores = availableParallelism();
  const crowded = gpus.length === 0 && slots > cores;
  return (
    parts.join("; ") + (crowded ? `\nnote: ${slots} slots on ${cores} cores will slow each other down` : "")
  );
}

function gpuList(text: string): readonly string[] {
  const gpus = text.split(",").map((gpu) => gpu.trim());
  if (gpus.every((gpu) => /^(?:\d{1,3}|(?:GPU|MIG)-[\w-]{1,80})$/.test(gpu))) return gpus;
  throw new InvalidArgumentError("It must be numbers or UUIDs of GPUs by commas, such as 0,1.");
}

function gigabytes(text: string): number {
  const size = Number(text);
  if (size > 0 && size <= 1e6) return Math.round(size * 2 ** 30);
  throw new InvalidArgumentError("It must be a number above 0, such as 20.");
}

function addLabel(
  text: string,
  known: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const match = /^([A-Za-z][\w.-]{0,39})=([\w.:/+-]{1,80})$/.exec(text);
  if (match === null) throw new InvalidArgumentError("It must be like gpu=a100.");
  return { ...known, [match[1]!]: match[2]! };
}

function engineName(text: string): string {
  if (engineChoices.some((name) => name === text)) return text;
  throw new InvalidArgumentError(`It must be one of ${engineChoices.join(", ")}.`);
}
