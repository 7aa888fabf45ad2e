/**
 * Early termination on recorded learning curves: what is the best loss a sweep of random configurations has seen
 * when it has trained as many epochs as 20 complete trials?
 *
 *   npx tsx bench/search-pruners.ts --benchmarks DIR [--seeds 300] [--first 0] [--only "chance|thaw"] [--files A.json,B.json]
 *     [--late [--curves 1]]
 *
 * DIR (or SEQTUNE_BENCHMARKS) holds the TaskSet curves taskset_imdb_*.json: from the DPL repository of
 * releaunifreiburg on GitHub (data/taskset), which took them from Google's TaskSet. --late plays made-up curves that stay on a
 * plateau before they fall (search/late-risers.ts) in their place; --curves draws others. --only: a regular expression of names. Prints
 * Markdown: what each rule comes to, and its difference to promoting ASHA, seed by seed, where that plays.
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
import { mean, meanWithError, standardError, table } from "./search/table.ts";

const FILES = "taskset_imdb_patch128_LSTM128_bs64.json,taskset_imdb_patch32_GRU128_bs128.json";
const FULL_TRAININGS = 20;
const METRIC = "val_loss";
/** The rule that others are compared with. */
const BAR = "ASHA promotion, min 2 eta 4";

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
  [BAR]: pausing((inner, epochs) => ashaPromotion(inner, METRIC, { epochs, min_epochs: 2, eta: 4 })),
  "Hyperband promotion, min 2 eta 4": pausing((inner, epochs) =>
    hyperbandPromotion(inner, METRIC, { epochs, min_epochs: 2, eta: 4 }),
  ),
  thaw: pausing((inner, epochs) => thaw(inner, METRIC, { epochs })),
};

const { values } = parseArgs({
  options: {
    benchmarks: { type: "string", default: process.env["SEQTUNE_BENCHMARKS"] ?? "../shared/benchmarks" },
    seeds: { type: "string", default: "300" },
    first: { type: "string", default: "0" },
    only: { type: "string", default: "" },
    files: { type: "string", default: FILES },
    late: { type: "boolean", default: false },
    curves: { type: "string", default: "1" },
  },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => Number(values.first) + i);
const tasks = values.late
  ? LATE_FAMILIES.map((family) =>
      taskOf(
        family.name,
        Array.from({ length: 1000 }, () => ({})),
        lateRisers(family, 1000, Number(values.curves)),
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
const only = new RegExp(values.only);
/** [tasks][seeds] losses of each rule. */
const losses = new Map<string, readonly (readonly number[])[]>();
for (const [name, strategy] of Object.entries(strategies)) {
  if (!only.test(name)) continue;
  const started = performance.now();
  const results = tasks.map((task) =>
    seeds.map((seed) =>
      playTask(task, inRandomOrder(task, seed), strategy, { budget: FULL_TRAININGS * task.epochs, seed }),
    ),
  );
  const each = (performance.now() - started) / (seeds.length * tasks.length);
  const cells = results.map((found, at) => summary(tasks[at]!, found));
  console.log(`| ${name} | ${cells.join(" | ")} | ${each.toFixed(0)} |`);
  losses.set(
    name,
    results.map((found) => found.map(({ best }) => best)),
  );
}
showDifferences();

/** To promoting ASHA, and in standard errors. */
function showDifferences(): void {
  const bar = losses.get(BAR);
  if (bar === undefined || losses.size < 2) return;
  const heads = ["pruner", ...tasks.map(({ name }) => name)];
  const rows = [...losses].flatMap(([name, byTask]) => {
    if (name === BAR) return [];
    const cells = byTask.map((found, task) => {
      const each = found.map((loss, seed) => loss - bar[task]![seed]!);
      return `${meanWithError(each)} (${(mean(each) / standardError(each)).toFixed(1)})`;
    });
    return [[name, ...cells]];
  });
  console.log(`\nDifference to "${BAR}", seed by seed (in standard errors)\n\n${table(heads, rows)}`);
}

function summary(task: Task, results: readonly Result[]): string {
  const found = results.map(({ best }) => best);
  const trials = mean(results.map((result) => result.trials));
  const rank = median(results.map(({ params }) => task.rank(params)));
  const loss = `${mean(found).toFixed(4)} ± ${standardError(found).toFixed(4)}`;
  return `${loss} (${rank}; ${trials.toFixed(0)})`;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}
