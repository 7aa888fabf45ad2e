/**
 * Search on the LCBench surrogate (YAHPO Gym, Pfisterer et al. 2022): how far from the best known configuration is
 * the best one after 25, 50 and 100 trials?
 *
 *   npx tsx bench/search.ts [--quick | --full] --benchmarks DIR [--python PYTHON] [--parts a,b] [--seeds 10] [--only tpe]
 *
 * DIR (or SEQTUNE_BENCHMARKS) holds lcbench.onnx and lcbench_encoding.json. Quick: our samplers on the six open tasks
 * against the recorded figures of Optuna 5, and the time of a suggestion. Full: also 4 and 16 workers, and tasks that
 * were held out. With --python (one that has optuna, and for its GP torch and scipy) Optuna plays beside ours. Prints
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
import { Optuna, OPTUNA_SAMPLERS } from "./search/optuna.ts";
import { suggestionTime } from "./search/overhead.ts";
import { HELD_OUT_TASKS, OPEN_TASKS, RECORDED, type Reference } from "./search/references.ts";
import { CHECKPOINTS, taskRegret, type Strategy } from "./search/regret.ts";
import { mean, regretText, table } from "./search/table.ts";

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
  },
});
const parts = (values.parts ?? (values.full ? "open,parallel,held-out,time" : "open,time")).split(",");
const seeds = Number(values.seeds);
const bench = loadLcBench(values.benchmarks);
const optuna = values.python === undefined ? undefined : new Optuna(values.python);

const strategies: readonly Strategy[] = [
  ...Object.entries(samplers).map(([name, make]) => ({
    name: make(LCBENCH_SPACE, 0).name,
    key: name,
    start: (seed: number) => ours(make(LCBENCH_SPACE, seed), seed),
  })),
  ...(optuna === undefined ? [] : OPTUNA_SAMPLERS).map((name) => ({
    name: `Optuna ${name}`,
    key: `Optuna ${name}`,
    start: (seed: number) => optuna!.study(name, LCBENCH_SPACE, seed),
  })),
].filter(({ key }) => key.startsWith(values.only));

for (const part of parts) {
  switch (part) {
    case "open":
      await showRegrets("Six open tasks, one worker", OPEN_TASKS, 1, RECORDED);
      break;
    case "parallel":
      for (const workers of [4, 16])
        await showRegrets(`Six open tasks, ${workers} workers`, OPEN_TASKS, workers);
      break;
    case "held-out":
      await showRegrets("Held-out tasks, one worker", HELD_OUT_TASKS, 1);
      break;
    case "time":
      showTimes();
      break;
    default:
      throw new Error(`--parts knows open, parallel, held-out and time, not "${part}"`);
  }
}
optuna?.close();
console.log(machineLine());

async function showRegrets(
  title: string,
  tasks: readonly Reference[],
  workers: number,
  recorded: typeof RECORDED = [],
): Promise<void> {
  console.log(`\n## ${title}: mean normalised regret, ${seeds} seeds\n`);
  const rows = recorded.map(([name, ...regrets]) => [
    name,
    ...regrets.map(regretText),
    ...tasks.map(() => ""),
  ]);
  for (const strategy of strategies) {
    try {
      const byTask: (readonly number[])[] = [];
      for (const task of tasks) byTask.push(await taskRegret(bench, task, strategy, { seeds, workers }));
      const means = CHECKPOINTS.map((_, i) => regretText(mean(byTask.map((regrets) => regrets[i]!))));
      rows.push([strategy.name, ...means, ...byTask.map((regrets) => regrets.map(regretText).join(" "))]);
    } catch (error) {
      rows.push([strategy.name, `did not run: ${error instanceof Error ? error.message : String(error)}`]);
    }
  }
  console.log(table(["sampler", ...CHECKPOINTS.map(String), ...tasks.map(({ task }) => task)], rows));
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
