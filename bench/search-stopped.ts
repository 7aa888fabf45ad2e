/**
 * What do stopped trials teach a sampler? The same sweeps on recorded learning curves, with TPE learning from every trial, or
 * only from those that were trained to their end (as if pruned and paused ones had never reported).
 *
 *   npx tsx bench/search-stopped.ts --benchmarks DIR [--seeds 100] [--only NAME] [--files A.json,B.json]
 *       [--lcbench TASK,TASK]
 *
 * DIR as for search-pruners.ts; with --lcbench also lcbench.onnx and lcbench_encoding.json (search.ts). The curves of TaskSet are
 * recorded: what a sampler suggests is replaced by the nearest configuration that was not tried yet, so every trial has a real
 * curve of its own. Those of LCBench come from its surrogate, at any configuration. Prints a Markdown table.
 */
import { parseArgs } from "node:util";
import { ashaPruner } from "../search/pruners/halving.ts";
import { medianPruner } from "../search/pruners/percentile.ts";
import { ashaPromotion } from "../search/samplers/promotion.ts";
import { randomSampler } from "../search/samplers/random.ts";
import { thaw } from "../search/samplers/thaw.ts";
import { tpeSampler } from "../search/samplers/tpe.ts";
import type { Sampler } from "../search/sampler.ts";
import { machineLine } from "./machine.ts";
import { LCBENCH_EPOCHS, LCBENCH_SPACE, loadLcBench } from "./search/lcbench.ts";
import { CHOICE_TASKS, HELD_OUT_TASKS, OPEN_TASKS } from "./search/references.ts";
import { mean, meanWithError } from "./search/table.ts";
import { fromPool, onlyComplete } from "./search-stopped-samplers.ts";
import { playTask, type Strategy, type Trained } from "./search-pruners-play.ts";
import { inRandomOrder, readTask, TASKSET_SPACE, type Task } from "./search-pruners-tasks.ts";

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

/** Tasks whose scores are averaged, seed by seed. */
interface Group {
  readonly name: string;
  readonly members: readonly Member[];
}

interface Member {
  readonly trained: Trained;
  random(seed: number): Sampler;
  /** A sampler of the member's space, which `change` may stand in front of. */
  tpe(seed: number, change: (sampler: Sampler) => Sampler): Sampler;
  /** Lower is better. */
  score(loss: number): number;
}

const samplers: Readonly<Record<string, (member: Member, seed: number) => Sampler>> = {
  random: (member, seed) => member.random(seed),
  "TPE, complete trials only": (member, seed) => member.tpe(seed, onlyComplete),
  "TPE, all trials": (member, seed) => member.tpe(seed, (sampler) => sampler),
};

const { values } = parseArgs({
  options: {
    benchmarks: { type: "string", default: process.env["SEQTUNE_BENCHMARKS"] ?? "../shared/benchmarks" },
    seeds: { type: "string", default: "100" },
    only: { type: "string", default: "" },
    files: { type: "string", default: FILES },
    lcbench: { type: "string", default: "" },
  },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, seed) => seed);
const files = values.files.split(",").filter((file) => file !== "");
const groups: readonly Group[] = [
  ...files.map((file): Group => {
    const task = readTask(values.benchmarks, file);
    return { name: task.name, members: [recorded(task)] };
  }),
  ...lcbenchGroups(values.lcbench.split(",").filter((task) => task !== "")),
];

console.log(`${seeds.length} paired seeds, ${FULL_TRAININGS} full trainings each; mean ± standard error of`);
console.log("the best validation loss (TaskSet) or normalised regret (LCBench), and of its difference to");
console.log("learning from complete trials only\n");
console.log(`| rule | sampler | ${groups.map(({ name }) => `${name} | difference`).join(" | ")} |`);
console.log(`| --- | --- | ${groups.map(() => "--- | ---").join(" | ")} |`);
for (const [rule, strategy] of Object.entries(rules)) {
  if (!rule.includes(values.only)) continue;
  const before: (readonly number[])[] = [];
  for (const [name, make] of Object.entries(samplers)) {
    const cells = groups.map(({ members }, group) => {
      const scores = seeds.map((seed) =>
        mean(members.map((member) => scoreOf(member, make(member, seed), strategy, seed))),
      );
      if (name.endsWith("only")) before[group] = scores;
      if (!name.endsWith("all trials")) return `${meanWithError(scores)} |`;
      const differences = scores.map((score, seed) => score - before[group]![seed]!);
      return `${meanWithError(scores)} | ${meanWithError(differences)}`;
    });
    console.log(`| ${rule} | ${name} | ${cells.join(" | ")} |`);
  }
}
console.log(`\n${machineLine()}`);

function scoreOf(member: Member, inner: Sampler, strategy: Strategy, seed: number): number {
  const budget = FULL_TRAININGS * member.trained.epochs;
  return member.score(playTask(member.trained, inner, strategy, { budget, seed }).best);
}

function recorded(task: Task): Member {
  return {
    trained: task,
    random: (seed) => inRandomOrder(task, seed),
    tpe: (seed, change) => fromPool(task, change(tpeSampler(TASKSET_SPACE, { seed }))),
    score: (loss) => loss,
  };
}

function lcbenchGroups(tasks: readonly string[]): readonly Group[] {
  if (tasks.length === 0) return [];
  const bench = loadLcBench(values.benchmarks);
  const members = tasks.map((task): Member => {
    const reference = [...OPEN_TASKS, ...CHOICE_TASKS, ...HELD_OUT_TASKS].find(
      (known) => known.task === task,
    );
    if (reference === undefined) throw new RangeError(`"${task}" is not a task of LCBench with references`);
    const { best, median } = reference;
    return {
      trained: {
        epochs: LCBENCH_EPOCHS,
        loss: (params, epoch) => 100 - bench.evaluate(task, params, epoch).accuracy,
      },
      random: () => randomSampler(LCBENCH_SPACE),
      tpe: (seed, change) => change(tpeSampler(LCBENCH_SPACE, { seed })),
      score: (loss) => (best - (100 - loss)) / (best - median),
    };
  });
  return [{ name: `LCBench, ${tasks.length} tasks`, members }];
}
