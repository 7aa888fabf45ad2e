/**
 * What do stopped trials teach a sampler? The same sweeps on recorded learning curves, with TPE learning from every trial, or
 * only from those that were trained to their end (as if pruned and paused ones had never reported).
 *
 *   npx tsx bench/search-stopped.ts --benchmarks DIR [--seeds 100] [--only NAME] [--files A.json,B.json]
 *
 * DIR as for search-pruners.ts. The space is that of TaskSet; what a sampler suggests is replaced by the nearest recorded
 * configuration that was not tried yet, so every trial has a real curve of its own. Prints a Markdown table.
 */
import { parseArgs } from "node:util";
import { ashaPruner } from "../search/pruners/halving.ts";
import { medianPruner } from "../search/pruners/percentile.ts";
import { ashaPromotion } from "../search/samplers/promotion.ts";
import { thaw } from "../search/samplers/thaw.ts";
import { tpeSampler } from "../search/samplers/tpe.ts";
import type { Sampler } from "../search/sampler.ts";
import { machineLine } from "./machine.ts";
import { meanWithError } from "./search/table.ts";
import { fromPool, onlyComplete } from "./search-stopped-samplers.ts";
import { inRandomOrder, playTask, type Strategy } from "./search-pruners-play.ts";
import { readTask, TASKSET_SPACE, type Task } from "./search-pruners-tasks.ts";

const FILES = "taskset_imdb_patch128_LSTM128_bs64.json,taskset_imdb_patch32_GRU128_bs128.json";
const FULL_TRAININGS = 20;
const METRIC = "val_loss";

const rules: Readonly<Record<string, Strategy>> = {
  median: (sampler) => ({ sampler, pruner: medianPruner(METRIC) }),
  "ASHA stopping": (sampler, epochs) => ({
    sampler,
    pruner: ashaPruner(METRIC, { epochs, min_epochs: 2, eta: 4 }),
  }),
  "ASHA promotion": (inner, epochs) => {
    const scheduler = ashaPromotion(inner, METRIC, { epochs, min_epochs: 2, eta: 4 });
    return { sampler: scheduler, pruner: scheduler };
  },
  thaw: (inner, epochs) => {
    const scheduler = thaw(inner, METRIC, { epochs });
    return { sampler: scheduler, pruner: scheduler };
  },
};

const samplers: Readonly<Record<string, (task: Task, seed: number) => Sampler>> = {
  random: inRandomOrder,
  "TPE, complete trials only": (task, seed) =>
    fromPool(task, onlyComplete(tpeSampler(TASKSET_SPACE, { seed }))),
  "TPE, all trials": (task, seed) => fromPool(task, tpeSampler(TASKSET_SPACE, { seed })),
};

const { values } = parseArgs({
  options: {
    benchmarks: { type: "string", default: process.env["SEQTUNE_BENCHMARKS"] ?? "../shared/benchmarks" },
    seeds: { type: "string", default: "100" },
    only: { type: "string", default: "" },
    files: { type: "string", default: FILES },
  },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, seed) => seed);
const tasks = values.files.split(",").map((file) => readTask(values.benchmarks, file));

console.log(`${seeds.length} paired seeds, ${FULL_TRAININGS} full trainings each`);
console.log(
  "Best validation loss, mean ± standard error; difference to complete trials only, seed by seed\n",
);
console.log(`| rule | sampler | ${tasks.map(({ name }) => `${name} | difference`).join(" | ")} |`);
console.log(`| --- | --- | ${tasks.map(() => "--- | ---").join(" | ")} |`);
for (const [rule, strategy] of Object.entries(rules)) {
  if (!rule.includes(values.only)) continue;
  const blind: number[][] = [];
  for (const [name, make] of Object.entries(samplers)) {
    const cells = tasks.map((task, index) => {
      const budget = FULL_TRAININGS * task.epochs;
      const bests = seeds.map((seed) => playTask(task, make(task, seed), strategy, { budget, seed }).best);
      if (name.endsWith("only")) blind[index] = bests;
      const differences = bests.map((best, seed) => best - (blind[index]?.[seed] ?? Number.NaN));
      return `${meanWithError(bests)} | ${name.endsWith("all trials") ? meanWithError(differences) : ""}`;
    });
    console.log(`| ${rule} | ${name} | ${cells.join(" | ")} |`);
  }
}
console.log(`\n${machineLine()}`);
