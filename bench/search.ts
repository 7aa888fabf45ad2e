/**
 * Search on the LCBench surrogate (YAHPO Gym, Pfisterer et al. 2022): how far from the best known configuration is
 * the best one after 25, 50 and 100 trials?
 *
 *   npx tsx bench/search.ts [--quick | --full] --benchmarks DIR [--python PYTHON] [--parts a,b] [--seeds 10] [--only tpe]
 *     [--workers 1,4,16]
 *
 * DIR (or SEQTUNE_BENCHMARKS) holds lcbench.onnx and lcbench_encoding.json. Quick: our samplers on the six open tasks
 * against the recorded figures of Optuna 5, and the time of a suggestion. Full: also 1, 4 and 16 workers with the same
 * seeds (in event time: a trial takes the surrogate's training time) and how much regret that adds, and tasks that were held
 * out. With --python (one that has optuna, and for its GP torch and scipy) Optuna plays beside ours. Prints
 * Markdown.
 */
import { parseArgs } from "node:util";
import { bayesSampler } from "../search/samplers/bayes.ts";
import { gpSampler } from "../search/samplers/gp.ts";
import { randomSampler } from "../search/samplers/random.ts";
import { sobolSampler } from "../search/samplers/sobol.ts";
import { tpeSampler } from "../search/samplers/tpe.ts";
import type { Sampler } from "../search/sampler.ts";
import type { Space } from "../search/space.ts";
import { machineLine } from "./machine.ts";
import { LCBENCH_SPACE, loadLcBench } from "./search/lcbench.ts";
import { ours } from "./search/optimizer.ts";
import { OPTUNA, OPTUNA_SAMPLERS, Peer } from "./search/peer.ts";
import { suggestionTime } from "./search/overhead.ts";
import { CHOICE_TASKS, HELD_OUT_TASKS, OPEN_TASKS, RECORDED, type Reference } from "./search/references.ts";
import { CHECKPOINTS, taskRegrets, type Strategy } from "./search/regret.ts";
import { mean, meanWithError, regretText, table } from "./search/table.ts";

type Make = (space: Space, seed: number) => Sampler;

const samplers: Readonly<Record<string, Make>> = {
  random: (space) => randomSampler(space),
  sobol: (space, seed) => sobolSampler(space, { seed }),
  tpe: (space, seed) => tpeSampler(space, { seed }),
  bayes: (space, seed) => bayesSampler(space, { seed, trials: 100 }),
};

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    full: { type: "boolean", default: false },
    benchmarks: { type: "string", default: process.env["SEQTUNE_BENCHMARKS"] ?? "../shared/benchmarks" },
    python: { type: "string" },
    parts: { type: "string" },
    seeds: { type: "string", default: "10" },
    only: { type: "string", default: "" },
    workers: { type: "string", default: "1,4,16" },
  },
});
const parts = (values.parts ?? (values.full ? "open,parallel,held-out,time" : "open,time")).split(",");
const seeds = Number(values.seeds);
const bench = loadLcBench(values.benchmarks);
const optuna = values.python === undefined ? undefined : new Peer(values.python, OPTUNA);

const strategies: readonly Strategy[] = [
  ...Object.entries(samplers).map(([name, make]) => ({
    name: make(LCBENCH_SPACE, 0).name,
    key: name,
    start: (seed: number) => ours(make(LCBENCH_SPACE, seed), seed),
  })),
  ...(optuna === undefined ? [] : OPTUNA_SAMPLERS).map((name) => ({
    name: `Optuna ${name}`,
    key: `Optuna ${name}`,
    start: (seed: number) => optuna!.study(name, LCBENCH_SPACE, seed, 100),
  })),
].filter(({ key }) => key.startsWith(values.only));

for (const part of parts) {
  switch (part) {
    case "open":
      await showRegrets("Six open tasks", OPEN_TASKS, RECORDED);
      break;
    case "held-out":
      await showRegrets("Held-out tasks", HELD_OUT_TASKS);
      break;
    case "parallel":
      await showParallel("Six open tasks", OPEN_TASKS);
      break;
    case "parallel-choice":
      await showParallel("Ten tasks on which settings were chosen", CHOICE_TASKS);
      break;
    case "time":
      showTimes();
      break;
    default:
      throw new Error(`--parts knows open, parallel, parallel-choice, held-out and time, not "${part}"`);
  }
}
optuna?.close();
console.log(machineLine());

/** [tasks][seeds][checkpoints] */
type Regrets = readonly (readonly (readonly number[])[])[];

async function regretsOf(strategy: Strategy, tasks: readonly Reference[], workers: number): Promise<Regrets> {
  const byTask: Regrets[number][] = [];
  for (const task of tasks) byTask.push(await taskRegrets(bench, task, strategy, { seeds, workers }));
  return byTask;
}

/** At one checkpoint the mean over the tasks, seed by seed. */
function bySeed(regrets: Regrets, checkpoint: number): readonly number[] {
  return regrets[0]!.map((_, seed) => mean(regrets.map((task) => task[seed]![checkpoint]!)));
}

async function showRegrets(
  title: string,
  tasks: readonly Reference[],
  recorded: typeof RECORDED = [],
): Promise<void> {
  console.log(`\n## ${title}, one worker: mean normalised regret ± standard error, ${seeds} seeds\n`);
  const rows = recorded.map(([name, ...regrets]) => [
    name,
    ...regrets.map(regretText),
    ...tasks.map(() => ""),
  ]);
  for (const strategy of strategies) {
    const regrets = await regretsOf(strategy, tasks, 1).catch(said);
    if (typeof regrets === "string") {
      rows.push([strategy.name, regrets]);
      continue;
    }
    const byTask = regrets.map((task) =>
      CHECKPOINTS.map((_, at) => regretText(mean(task.map((run) => run[at]!)))).join(" "),
    );
    rows.push([strategy.name, ...CHECKPOINTS.map((_, at) => meanWithError(bySeed(regrets, at))), ...byTask]);
  }
  console.log(table(["sampler", ...CHECKPOINTS.map(String), ...tasks.map(({ task }) => task)], rows));
}

async function showParallel(title: string, tasks: readonly Reference[]): Promise<void> {
  console.log(`\n## ${title}, several workers: mean normalised regret ± standard error, ${seeds} seeds\n`);
  const rows: string[][] = [];
  for (const strategy of strategies) {
    let alone: Regrets | undefined;
    for (const workers of values.workers.split(",").map(Number)) {
      const regrets = await regretsOf(strategy, tasks, workers).catch(said);
      if (typeof regrets === "string") {
        rows.push([strategy.name, String(workers), regrets]);
        break;
      }
      if (workers === 1) alone = regrets;
      const added = (at: number): string => {
        if (workers === 1 || alone === undefined) return "";
        const before = bySeed(alone, at);
        return meanWithError(bySeed(regrets, at).map((regret, seed) => regret - before[seed]!));
      };
      rows.push([
        strategy.name,
        String(workers),
        ...CHECKPOINTS.map((_, at) => meanWithError(bySeed(regrets, at))),
        ...CHECKPOINTS.map((_, at) => added(at)),
      ]);
    }
  }
  const heads = [...CHECKPOINTS.map(String), ...CHECKPOINTS.map((n) => `added at ${n}`)];
  console.log(table(["sampler", "workers", ...heads], rows));
}

function said(error: unknown): string {
  return `did not run: ${error instanceof Error ? error.message : String(error)}`;
}

function showTimes(): void {
  console.log("\n## Processor milliseconds a suggestion, 8 parameters\n");
  const row = (name: string, make: Make, past: readonly number[]): string[] => [
    name,
    ...[100, 200, 1000, 10_000].map((n) =>
      past.includes(n) ? suggestionTime((space) => make(space, 1), 8, n).toFixed(1) : "",
    ),
  ];
  const rows = [
    row("tpe", samplers["tpe"]!, [100, 200, 1000, 10_000]),
    row("gp", (space, seed) => gpSampler(space, { seed }), [100, 200]),
  ];
  console.log(table(["sampler", "100 past trials", "200", "1,000", "10,000"], rows));
}
