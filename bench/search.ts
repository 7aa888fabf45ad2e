/**
 * Search on the LCBench surrogate (YAHPO Gym, Pfisterer et al. 2022): how far from the best known configuration is
 * the best one after 25, 50 and 100 trials?
 *
 *   npx tsx bench/search.ts [--quick | --full] --benchmarks DIR [--python PYTHON] [--parts a,b] [--seeds 10] [--only tpe]
 *     [--workers 1,4,16] [--until 25] [--cache FILE] [--label NAME] [--minutes N]
 *
 * DIR (or SEQTUNE_BENCHMARKS) holds lcbench.onnx and lcbench_encoding.json. Quick: our samplers on the six open tasks
 * against the recorded figures of Optuna 5, and the time of a suggestion. Full: also 1, 4 and 16 workers with the same
 * seeds (in event time: a trial takes the surrogate's training time) and how much regret that adds, and tasks that were held
 * out. With --python (one that has optuna, and for its GP torch and scipy) Optuna plays beside ours. --cache keeps its runs in a file
 * and takes them from there; with --label ours, too, under that name (of a commit, say). It plays seed by seed, so that what --minutes
 * cuts short has as many of each. --until: looks at a search of 100 trials until so many have ended. Prints Markdown.
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
import { difference, overSeeds, RegretRuns, type Contender } from "./search/regret-runs.ts";
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
    workers: { type: "string", default: "1,4,16" },
    until: { type: "string", default: "100" },
    cache: { type: "string" },
    label: { type: "string" },
    minutes: { type: "string", default: "Infinity" },
  },
});
const parts = (values.parts ?? (values.full ? "open,parallel,held-out,time" : "open,time")).split(",");
const runs = new RegretRuns(loadLcBench(values.benchmarks), {
  seeds: Number(values.seeds),
  cache: values.cache,
  label: values.label,
  ended: Number(values.until),
  minutes: Number(values.minutes),
});
const { checkpoints } = runs;
const optuna = values.python === undefined ? undefined : new Peer(values.python, OPTUNA);

const strategies: readonly Contender[] = [
  ...Object.entries(samplers).map(([name, make]) => ({
    name: make(LCBENCH_SPACE, 0).name,
    key: name,
    ours: true,
    start: (seed: number) => ours(make(LCBENCH_SPACE, seed), seed),
  })),
  ...(optuna === undefined ? [] : OPTUNA_SAMPLERS).map((name) => ({
    name: `Optuna ${name}`,
    key: `Optuna ${name}`,
    ours: false,
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

async function showRegrets(
  title: string,
  tasks: readonly Reference[],
  recorded: typeof RECORDED = [],
): Promise<void> {
  console.log(`\n## ${title}, one worker: mean normalised regret ± standard error\n`);
  const rows = recorded.map(([name, ...regrets]) => [
    name,
    "",
    ...regrets.slice(0, checkpoints.length).map(regretText),
    ...tasks.map(() => ""),
  ]);
  const places = strategies.map((contender) => ({ contender, workers: 1 }));
  for (const [{ contender }, regrets] of await runs.of(places, tasks)) {
    if (typeof regrets === "string") {
      rows.push([contender.name, "", regrets]);
      continue;
    }
    if (regrets.size === 0) continue;
    const cells = tasks.map((_, task) =>
      checkpoints
        .map((_, at) => regretText(mean([...regrets.values()].map((byTask) => byTask[task]![at]!))))
        .join(" "),
    );
    rows.push([contender.name, String(regrets.size), ...overSeeds(regrets, checkpoints), ...cells]);
  }
  console.log(
    table(["sampler", "seeds", ...checkpoints.map(String), ...tasks.map(({ task }) => task)], rows),
  );
}

async function showParallel(title: string, tasks: readonly Reference[]): Promise<void> {
  console.log(`\n## ${title}, several workers: mean normalised regret ± standard error\n`);
  const rows: string[][] = [];
  const places = strategies.flatMap((contender) =>
    values.workers.split(",").map((workers) => ({ contender, workers: Number(workers) })),
  );
  const found = await runs.of(places, tasks);
  for (const [{ contender, workers }, regrets] of found) {
    if (typeof regrets === "string") {
      rows.push([contender.name, String(workers), "", regrets]);
      continue;
    }
    if (regrets.size === 0) continue;
    const single = places.find((place) => place.contender === contender && place.workers === 1);
    const alone = single === undefined || workers === 1 ? undefined : found.get(single);
    const added =
      alone === undefined || typeof alone === "string"
        ? checkpoints.map(() => "")
        : difference(regrets, alone, checkpoints);
    rows.push([
      contender.name,
      String(workers),
      String(regrets.size),
      ...overSeeds(regrets, checkpoints),
      ...added,
    ]);
  }
  const heads = [...checkpoints.map(String), ...checkpoints.map((n) => `added at ${n}`)];
  console.log(table(["sampler", "workers", "seeds", ...heads], rows));
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
