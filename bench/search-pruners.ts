/**
 * Early termination on recorded learning curves: what is the best loss a sweep of random configurations has seen
 * when it has trained as many epochs as 20 complete trials?
 *
 *   npx tsx bench/search-pruners.ts --benchmarks DIR [--seeds 300] [--only NAME] [--files A.json,B.json] [--late]
 *
 * DIR (or SEQTUNE_BENCHMARKS) holds the TaskSet curves taskset_imdb_*.json: from the DPL repository of
 * releaunifreiburg on GitHub (data/taskset), which took them from Google's TaskSet. --late plays made-up curves that stay on a
 * plateau before they fall (search/late-risers.ts) in their place. Prints a Markdown table.
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { medianPruner, percentilePruner } from "../search/pruners/percentile.ts";
import { chancePruner } from "../search/pruners/chance.ts";
import { ashaPruner, hyperbandPruner } from "../search/pruners/halving.ts";
import { ashaPromotion, hyperbandPromotion } from "../search/samplers/promotion.ts";
import { thaw } from "../search/samplers/thaw.ts";
import type { Pruner } from "../search/pruner.ts";
import type { Scheduler } from "../search/scheduler.ts";
import { playTask, type Result, type Strategy } from "./search-pruners-play.ts";
import { LATE_FAMILIES, lateRisers } from "./search/late-risers.ts";
import { inRandomOrder, readTask, taskOf, type Task } from "./search-pruners-tasks.ts";

const FILES = "taskset_imdb_patch128_LSTM128_bs64.json,taskset_imdb_patch32_GRU128_bs128.json";
const FULL_TRAININGS = 20;
const METRIC = "val_loss";

const stopping =
  (make: (epochs: number) => Pruner): Strategy =>
  (sampler, epochs) => ({ sampler, pruner: make(epochs) });

const pausing =
  (make: (...[inner, epochs]: Parameters<Strategy>) => Scheduler): Strategy =>
  (inner, epochs) => {
    const scheduler = make(inner, epochs);
    return { sampler: scheduler, pruner: scheduler };
  };

const strategies: Readonly<Record<string, Strategy>> = {
  none: (sampler) => ({ sampler }),
  median: stopping(() => medianPruner(METRIC)),
  "percentile 25": stopping(() => percentilePruner(METRIC, { percentile: 25, min_epochs: 2 })),
  "percentile 15": stopping(() => percentilePruner(METRIC, { percentile: 15, min_epochs: 2 })),
  "ASHA stopping, min 2 eta 4": stopping((epochs) => ashaPruner(METRIC, { epochs, min_epochs: 2, eta: 4 })),
  "ASHA stopping, min 5 eta 3": stopping((epochs) => ashaPruner(METRIC, { epochs, min_epochs: 5, eta: 3 })),
  "Hyperband stopping, min 1 eta 3": stopping((epochs) => hyperbandPruner(METRIC, { epochs, eta: 3 })),
  chance: stopping((epochs) => chancePruner(METRIC, { epochs })),
  "ASHA promotion, min 2 eta 4": pausing((inner, epochs) =>
    ashaPromotion(inner, METRIC, { epochs, min_epochs: 2, eta: 4 }),
  ),
  "Hyperband promotion, min 2 eta 4": pausing((inner, epochs) =>
    hyperbandPromotion(inner, METRIC, { epochs, min_epochs: 2, eta: 4 }),
  ),
  thaw: pausing((inner, epochs) => thaw(inner, METRIC, { epochs })),
};

const { values } = parseArgs({
  options: {
    benchmarks: { type: "string", default: process.env["SEQTUNE_BENCHMARKS"] ?? "../shared/benchmarks" },
    seeds: { type: "string", default: "300" },
    only: { type: "string", default: "" },
    files: { type: "string", default: FILES },
    late: { type: "boolean", default: false },
  },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, seed) => seed);
const tasks = values.late
  ? LATE_FAMILIES.map((family) =>
      taskOf(
        family.name,
        Array.from({ length: 1000 }, () => ({})),
        lateRisers(family, 1000),
      ),
    )
  : values.files.split(",").map((file) => readTask(values.benchmarks, file));

const names = tasks.map(({ name }) => name).join(" | ");
console.log(
  `${seeds.length} paired seeds, ${FULL_TRAININGS} full trainings each; ${cpus()[0]?.model}, one core`,
);
console.log("Mean best validation loss ± standard error (median rank of 1000; mean trials started)\n");
console.log(`| pruner | ${names} | ms a study |`);
console.log(`| --- | ${tasks.map(() => "--- |").join(" ")} --- |`);
for (const [name, strategy] of Object.entries(strategies)) {
  if (!name.includes(values.only)) continue;
  const started = performance.now();
  const cells = tasks.map((task) =>
    summary(
      task,
      seeds.map((seed) =>
        playTask(task, inRandomOrder(task, seed), strategy, { budget: FULL_TRAININGS * task.epochs, seed }),
      ),
    ),
  );
  const each = (performance.now() - started) / (seeds.length * tasks.length);
  console.log(`| ${name} | ${cells.join(" | ")} | ${each.toFixed(0)} |`);
}

function summary(task: Task, results: readonly Result[]): string {
  const losses = results.map(({ best }) => best);
  const loss = mean(losses);
  const error = Math.sqrt(mean(losses.map((each) => (each - loss) ** 2)) / (losses.length - 1));
  const trials = mean(results.map(({ trials }) => trials));
  const rank = median(results.map(({ params }) => task.rank(params)));
  return `${loss.toFixed(4)} ± ${error.toFixed(4)} (${rank}; ${trials.toFixed(0)})`;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}
