/**
 * Search on real trainings, whose outcome depends on their seed: ours beside Optuna's samplers with the same trainer.
 *
 *   npx tsx bench/search-real.ts [--sets etth1,italy,vowels] [--trials 20] [--seeds 3] [--only "tpe,bayes,Optuna tpe"] [--python PYTHON]
 *     [--cache FILE]
 *
 * Each configuration is trained with three seeds, to the end, and its mean is what the search learns. The one that it names at last
 * (ours by what is expected, Optuna's by the best mean) is trained with ten new seeds. --seeds: searches by each. --cache keeps in a file what they
 * came to. Prints Markdown.
 */
import { parseArgs } from "node:util";
import { z } from "zod";
import { paramsSchema } from "../orchestrator/config/param-value.ts";
import { bayesSampler } from "../search/samplers/bayes.ts";
import { randomSampler } from "../search/samplers/random.ts";
import { tpeSampler } from "../search/samplers/tpe.ts";
import { seedFor } from "../search/random.ts";
import type { Sampler } from "../search/sampler.ts";
import type { Params, Space } from "../search/space.ts";
import { machineLine } from "./machine.ts";
import { Kept } from "./search/kept.ts";
import { ours, type Optimizer } from "./search/optimizer.ts";
import { OPTUNA, Peer } from "./search/peer.ts";
import { RealTask } from "./search/real-task.ts";
import { mean, standardError, table } from "./search/table.ts";

/** Sweeps of bench/search/real/, and the metric of their test rows. */
const SETS: Readonly<Record<string, string>> = {
  etth1: "test_mse",
  italy: "test_accuracy",
  vowels: "test_accuracy",
};
const SEARCHED_SEEDS = 3;
const NEW_SEEDS = 10;

const { values } = parseArgs({
  options: {
    sets: { type: "string", default: Object.keys(SETS).join(",") },
    trials: { type: "string", default: "20" },
    seeds: { type: "string", default: "3" },
    only: { type: "string", default: "tpe,bayes,Optuna tpe,Optuna gp" },
    python: { type: "string" },
    cache: { type: "string" },
  },
});
const trials = Number(values.trials);
const names = values.only.split(",");
const optuna = values.python === undefined ? undefined : new Peer(values.python, OPTUNA);

const samplers: Readonly<Record<string, (space: Space, seed: number) => Sampler>> = {
  random: randomSampler,
  tpe: (space, seed) => tpeSampler(space, { seed }),
  bayes: (space, seed) => bayesSampler(space, { seed, trials }),
};

function start(name: string, space: Space, seed: number): Optimizer {
  const make = samplers[name];
  if (make !== undefined) return ours(make(space, seed), seed, space);
  if (optuna === undefined) throw new Error(`"${name}" needs --python`);
  return optuna.study(name.replace("Optuna ", ""), space, seed, trials);
}

const OUTCOME = z.object({
  params: paramsSchema,
  /** Of the search: mean validation metric of the trial it names, with the seeds it knew. */
  searched: z.number(),
  /** With each new seed. */
  validation: z.array(z.number()),
  test: z.array(z.number()),
});
type Outcome = z.infer<typeof OUTCOME>;
const kept = new Kept<Outcome>(values.cache, OUTCOME);

async function play(task: RealTask, name: string, seed: number): Promise<Outcome> {
  const optimizer = start(name, task.space, seed);
  const tried: { readonly params: Params; readonly value: number }[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const params = await optimizer.ask(trial);
    const found: number[] = [];
    for (let k = 0; k < SEARCHED_SEEDS; k++) {
      found.push((await task.train(params, seedFor(seed, "searched", trial, k))).validation);
    }
    tried.push({ params, value: mean(found) });
    optimizer.tell(trial, -mean(found));
  }
  const lowest = tried.reduce((best, { value }, at) => (value < tried[best]!.value ? at : best), 0);
  const { params, value } = tried[(await optimizer.best?.()) ?? lowest]!;
  const again: { readonly validation: number; readonly test: number }[] = [];
  for (let k = 0; k < NEW_SEEDS; k++) again.push(await task.trainAndTest(params, seedFor(seed, "new", k)));
  return {
    params,
    searched: value,
    validation: again.map((one) => one.validation),
    test: again.map((one) => one.test),
  };
}

const figures = (values: readonly number[]): string => {
  const error = standardError(values);
  return `${mean(values).toFixed(4)}${Number.isFinite(error) ? ` ± ${error.toFixed(4)}` : ""}`;
};

const rows: string[][] = [];
for (const set of values.sets.split(",")) {
  const test = SETS[set];
  if (test === undefined) throw new Error(`--sets knows ${Object.keys(SETS).join(", ")}, not "${set}"`);
  const task = await RealTask.load(set, test);
  const outcomes = new Map<string, Outcome[]>(names.map((name) => [name, []]));
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    for (const name of names) {
      const key = [name, set, trials, seed].join("/");
      const outcome = kept.find(key) ?? (await play(task, name, seed));
      if (kept.find(key) === undefined) kept.keep(key, outcome);
      outcomes.get(name)!.push(outcome);
      console.error(`${key}: ${figures(outcome.validation)}`);
    }
  }
  for (const [name, all] of outcomes) {
    rows.push([
      set,
      name,
      figures(all.map(({ searched }) => searched)),
      figures(all.map(({ validation }) => mean(validation))),
      figures(all.map(({ test }) => mean(test))),
      String(all.length),
    ]);
  }
}
optuna?.close();
console.log(
  table(["set", "sampler", "searched", "named, ten new seeds", "the same on test rows", "searches"], rows),
);
console.log(`\n${machineLine()}`);
