// What the database costs: a leaderboard over 20,000 trials of 20 epochs, as reads and as whole commands of the built
// command line (npm run build), and recording one trial more, early and late. Prints Markdown: npx tsx bench/leaderboard.ts > bench/results/storage.md
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { rngFor } from "../search/random.ts";
import { openStore } from "../storage/sqlite/open.ts";
import type { Durability, Report, StudyStore, Write } from "../storage/store.ts";

const TRIALS = 20_000;
const EPOCHS = 20;
const EARLY = 1_000;
const SAMPLE = 300;
const [READS, ROUNDS] = [5, 9] as const;

/** Whole command lines, beside an empty program that only starts Node. */
const COMMANDS = {
  "--version": ["--version"],
  "--help": ["--help"],
  leaderboard: ["leaderboard"],
  "leaderboard --csv": ["leaderboard", "--csv"],
  "leaderboard --json": ["leaderboard", "--json"],
  "leaderboard --sort lr": ["leaderboard", "--sort", "lr"],
  "show best": ["show", "best"],
  studies: ["studies"],
} as const;
const PROGRAM = fileURLToPath(new URL("../bin/seqtune.js", import.meta.url));

const [mode, given = ""] = process.argv.slice(2);
if (mode === "read") console.log(JSON.stringify(timeReading(given)));
else main();

function main(): void {
  const folder = mkdtempSync(path.join(tmpdir(), "seqtune-bench-"));
  try {
    const small = fill(path.join(folder, "small.db"), EARLY);
    const large = fill(path.join(folder, "large.db"), TRIALS - SAMPLE);
    // In turns, so that whatever else the machine does hits both.
    const trials = Array.from({ length: SAMPLE }, () => [timeTrial(small), timeTrial(large)] as const);
    const commits = Array.from({ length: SAMPLE }, () => ({
      process: timeCommit(large, "process"),
      power: timeCommit(large, "power"),
    }));
    small.store.close();
    large.store.close();
    const reads = Array.from({ length: READS }, () => readInNewProcess(large.file));
    const rounds = Array.from({ length: ROUNDS }, () => timeCommands(large.file));
    print(trials, commits, statSync(large.file).size / 1e6, reads, rounds);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Filled {
  readonly file: string;
  readonly store: StudyStore;
  readonly study: number;
  /** The next trial. */
  next: number;
}

function fill(file: string, trials: number): Filled {
  const store = openStore(file);
  const study = createStudy(store);
  for (let trial = 0; trial < trials; trial++) store.record(study, steps(trial).flat(), "process");
  return { file, store, study, next: trials };
}

/** Records one trial more, as a sweep does; milliseconds. */
function timeTrial(filled: Filled): number {
  const all = steps(filled.next++);
  return time(() => {
    for (const [index, writes] of all.entries()) {
      const decides = index === 0 || index === all.length - 1;
      filled.store.record(filled.study, writes, decides ? "power" : "process");
    }
  });
}

/** Milliseconds of a transaction of one small write. */
function timeCommit({ store, study }: Filled, durability: Durability): number {
  const event: Write = { kind: "event", name: "bench", data: null, at: 0 };
  return time(() => store.record(study, [event], durability));
}

interface Reading {
  readonly top: number;
  readonly all: number;
  readonly studies: number;
  readonly stream: number;
}

/** Milliseconds, each from opening the database on. */
function timeReading(file: string): Reading {
  return {
    top: time(() => withStore(file, (store, study) => store.trials(study, { order: "rank", limit: 20 }))),
    all: time(() => withStore(file, (store, study) => store.trials(study, { order: "rank" }))),
    studies: time(() => withStore(file, (store) => store.studies())),
    stream: time(() => withStore(file, (store, study) => count(store.reports(study)))),
  };
}

function withStore(file: string, read: (store: StudyStore, study: number) => unknown): void {
  const store = openStore(file, { readonly: true });
  read(store, store.latestStudy()!.id);
  store.close();
}

function readInNewProcess(file: string): Reading {
  const args = ["--import", "tsx", fileURLToPath(import.meta.url), "read", file];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Reading;
}

/** Milliseconds of each command from its start to its end, less those of Node alone in the same round. */
function timeCommands(file: string): ReadonlyMap<string, number> {
  const node = timeProcess(["-e", "0"]);
  return new Map(
    Object.entries(COMMANDS).map(([name, args]) => [
      name,
      timeProcess([PROGRAM, ...args, "--db", file]) - node,
    ]),
  );
}

function timeProcess(args: readonly string[]): number {
  return time(() => {
    const { status, stderr } = spawnSync(process.execPath, args, { maxBuffer: 1e9, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
  });
}

function createStudy(store: StudyStore): number {
  const data = { sha256: "0".repeat(64), bytes: 0, file: "none" };
  const empty = { source: "", config: {}, versions: {}, baselines: [], data };
  return store.createStudy({
    name: "bench",
    key: "bench",
    goal: "minimize",
    metric: "val_mse",
    seed: 1,
    at: 0,
    ...empty,
  }).id;
}

/** The transactions of one trial: its offer, its start, every report alone, its end. */
function steps(trial: number): Write[][] {
  const rng = rngFor(1, "trial", trial);
  const params = {
    lr: rng.next(),
    hidden: [rng.int(64), rng.int(64)],
    optimizer: "adam",
    batch: 256,
    window: 24,
  };
  const base = rng.next();
  const reports = Array.from({ length: EPOCHS }, (_, n): Write[] => {
    const value = base + rng.next() / (n + 1);
    const metrics = { train_loss: value, val_loss: value, val_mse: value, val_mae: value, lr: rng.next() };
    const report: Report = { trial, attempt: 1, n, epoch: n + 1, value, metrics, seconds: 0.2, at: n };
    return [{ kind: "report", report }];
  });
  return [
    [
      {
        kind: "trial_added",
        trial: { number: trial, params, seed: trial, epochs: EPOCHS, origin: "random", at: 0 },
      },
      { kind: "attempt_offered", trial, attempt: 1, fromEpoch: 0, toEpoch: EPOCHS, at: 0 },
    ],
    [{ kind: "attempt_started", trial, attempt: 1, worker: "local-1", engine: "tfjs wasm", at: 0 }],
    ...reports,
    [
      { kind: "attempt_ended", trial, attempt: 1, state: "complete", reason: null, at: 0 },
      { kind: "trial_ended", trial, outcome: "complete", reason: null, model: null, at: 0 },
    ],
  ];
}

function time(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function count(items: Iterable<unknown>): number {
  let total = 0;
  const iterator = items[Symbol.iterator]();
  while (iterator.next().done !== true) total += 1;
  return total;
}

function print(
  trials: readonly (readonly [early: number, late: number])[],
  commits: readonly Readonly<Record<Durability, number>>[],
  megabytes: number,
  reads: readonly Reading[],
  rounds: readonly ReadonlyMap<string, number>[],
): void {
  const read = (key: keyof Reading) => spread(reads.map((reading) => reading[key]));
  console.log(`# Storage

${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model.trim()}; \
Linux ${release()}, Node ${process.versions.node}. Command: \`npx tsx bench/leaderboard.ts\`.

One study of ${TRIALS.toLocaleString("en")} trials × ${EPOCHS} epochs, ${megabytes.toFixed(0)} MB on disk. \
Milliseconds: median (lowest to highest); of the writes, lowest to 95th percentile.

| Reading, in a new process, file in the page cache, from opening the database on (${READS} runs) | ms |
|---|---|
| the best 20 trials | ${read("top")} |
| all ${TRIALS.toLocaleString("en")} trials, best first | ${read("all")} |
| list of studies with counts and best value | ${read("studies")} |
| every report in order, as a resume reads them | ${read("stream")} |

| Whole command, beyond the start of Node alone (${ROUNDS} runs) | ms |
|---|---|
${Object.keys(COMMANDS)
  .map((name) => `| \`${name}\` | ${spread(rounds.map((round) => round.get(name)!))} |`)
  .join("\n")}

| Recording, ${SAMPLE} times | ms |
|---|---|
| a trial after ${EARLY.toLocaleString("en")} (${EPOCHS + 3} transactions, 2 of them to the disk) | ${spread(
    trials.map(([early]) => early),
    0.95,
  )} |
| a trial after ${(TRIALS - SAMPLE).toLocaleString("en")} | ${spread(
    trials.map(([, late]) => late),
    0.95,
  )} |
| one transaction that survives the death of the process | ${spread(
    commits.map((commit) => commit.process),
    0.95,
  )} |
| one transaction that survives the loss of power | ${spread(
    commits.map((commit) => commit.power),
    0.95,
  )} |`);
}

function spread(values: readonly number[], upTo = 1): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string => sorted[Math.round((sorted.length - 1) * share)]!.toFixed(2);
  return `${at(0.5)} (${at(0)} to ${at(upTo)})`;
}
