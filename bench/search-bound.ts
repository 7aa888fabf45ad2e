/**
 * How little regret 16 workers could add, whatever rule chose their trials: a search that is told more than any of them can know.
 *
 *   npx tsx bench/search-bound.ts [--benchmarks DIR] [--workers 16] [--ended 25] [--seeds 10] [--cache FILE] [--minutes N]
 *
 * On the six open tasks of LCBench (bench/search.ts), `bayes` in event time, looked at until --ended trials have ended. Of those some were asked for when no
 * trial had ended, so no rule could have chosen them by results. The bound keeps these, and asks one worker for the others one after another,
 * who knows all results before. Another bound keeps what was asked for before six trials had ended (the start). Prints Markdown.
 */
import { parseArgs } from "node:util";
import { z } from "zod";
import { History } from "../search/history.ts";
import { rngFor } from "../search/random.ts";
import { bayesSampler } from "../search/samplers/bayes.ts";
import type { Params } from "../search/space.ts";
import { machineLine } from "./machine.ts";
import { Kept } from "./search/kept.ts";
import { LCBENCH_SPACE, loadLcBench } from "./search/lcbench.ts";
import { ours, type Optimizer } from "./search/optimizer.ts";
import { OPEN_TASKS, type Reference } from "./search/references.ts";
import { runSearch } from "./search/run.ts";
import { mean, meanWithError, table } from "./search/table.ts";

const { values } = parseArgs({
  options: {
    benchmarks: { type: "string", default: process.env["SEQTUNE_BENCHMARKS"] ?? "../shared/benchmarks" },
    workers: { type: "string", default: "16" },
    ended: { type: "string", default: "25" },
    seeds: { type: "string", default: "10" },
    cache: { type: "string" },
    minutes: { type: "string", default: "Infinity" },
  },
});
const bench = loadLcBench(values.benchmarks);
const workers = Number(values.workers);
const ended = Number(values.ended);
const TRIALS = 100;
const START = 6;
const until = performance.now() + Number(values.minutes) * 60_000;

interface Told {
  readonly params: Params;
  readonly value: number;
  /** Trials that had ended when it was asked for. */
  readonly known: number;
}

/** Regrets of one search, and how many of its first trials were asked for before one, or six, had ended. */
const runSchema = z.object({
  alone: z.number(),
  several: z.number(),
  blind: z.number(),
  blindTrials: z.number(),
  start: z.number(),
  startTrials: z.number(),
});
type Run = z.infer<typeof runSchema>;

const sampler = (seed: number): ReturnType<typeof bayesSampler> =>
  bayesSampler(LCBENCH_SPACE, { seed, trials: TRIALS });

/** In the order in which they ended, those of a search in event time. */
async function played(task: string, seed: number, by: number): Promise<readonly Told[]> {
  const asked = new Map<number, { readonly params: Params; readonly known: number }>();
  const told: Told[] = [];
  const inner = ours(sampler(seed), seed);
  const optimizer: Optimizer = {
    async ask(trial) {
      const params = await inner.ask(trial);
      asked.set(trial, { params, known: told.length });
      return params;
    },
    tell(trial, value) {
      told.push({ ...asked.get(trial)!, value });
      inner.tell(trial, value);
    },
  };
  const evaluate = (params: Params): { value: number; seconds: number } => {
    const { accuracy, seconds } = bench.evaluate(task, params);
    return { value: accuracy, seconds };
  };
  await runSearch(evaluate, optimizer, { trials: TRIALS, workers: by, ended });
  return told;
}

/** Best value where one worker goes on from these, up to as many trials as the search had. */
function wentOn(task: string, seed: number, from: readonly Told[]): number {
  const history = new History("maximize");
  const values: number[] = [];
  const alone = sampler(seed);
  const end = (params: Params, value: number): void => {
    const trial = values.push(value) - 1;
    history.apply({ kind: "started", trial, params, epochs: 1 });
    history.apply({ kind: "reported", trial, epoch: 1, value });
    history.apply({ kind: "ended", trial, outcome: "complete" });
  };
  for (const { params, value } of from) end(params, value);
  while (values.length < ended) {
    const trial = values.length;
    const suggestion = alone.suggest(history, trial, rngFor(seed, "trial", trial));
    if (suggestion.kind !== "new") throw new Error(`${alone.name} gave no new trial: ${suggestion.kind}`);
    end(suggestion.params, bench.evaluate(task, suggestion.params).accuracy);
  }
  return Math.max(...values);
}

async function run({ task, best, median }: Reference, seed: number): Promise<Run> {
  const regret = (value: number): number => (best - value) / (best - median);
  const highest = (trials: readonly Told[]): number => Math.max(...trials.map(({ value }) => value));
  const several = await played(task, seed, workers);
  const blind = several.filter(({ known }) => known === 0);
  const start = several.filter(({ known }) => known < START);
  return {
    alone: regret(highest(await played(task, seed, 1))),
    several: regret(highest(several)),
    blind: regret(wentOn(task, seed, blind)),
    blindTrials: blind.length,
    start: regret(wentOn(task, seed, start)),
    startTrials: start.length,
  };
}

const kept = new Kept<Run>(values.cache, runSchema);
const seeds: Run[] = [];
for (let seed = 0; seed < Number(values.seeds); seed++) {
  const tasks: Run[] = [];
  for (const reference of OPEN_TASKS) {
    const name = ["bound", reference.task, workers, ended, seed].join("/");
    let found = kept.find(name);
    if (found === undefined && performance.now() <= until) {
      found = await run(reference, seed);
      kept.keep(name, found);
    }
    if (found !== undefined) tasks.push(found);
  }
  if (tasks.length < OPEN_TASKS.length) break;
  const over = (key: keyof Run): number => mean(tasks.map((each) => each[key]));
  seeds.push({
    alone: over("alone"),
    several: over("several"),
    blind: over("blind"),
    blindTrials: over("blindTrials"),
    start: over("start"),
    startTrials: over("startTrials"),
  });
  console.error(`seed ${seed} after ${(performance.now() / 60_000).toFixed(1)} minutes`);
}

const row = (name: string, key: "alone" | "several" | "blind" | "start", trials: string): string[] => [
  name,
  trials,
  meanWithError(seeds.map((each) => each[key])),
  key === "alone" ? "" : meanWithError(seeds.map((each) => each[key] - each.alone)),
];
const count = (key: "blindTrials" | "startTrials"): string => mean(seeds.map((each) => each[key])).toFixed(1);
console.log(
  table(
    ["search", "kept trials", `regret after ${ended}`, "added"],
    [
      row("one worker", "alone", ""),
      row(`${workers} workers`, "several", ""),
      row("told everything after what was asked for before any had ended", "blind", count("blindTrials")),
      row("told everything after what was asked for before six had ended", "start", count("startTrials")),
    ],
  ),
);
console.log(`${seeds.length} seeds. ${machineLine()}`);
