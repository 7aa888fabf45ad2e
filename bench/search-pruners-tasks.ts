import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { rngFor, shuffle } from "../search/random.ts";
import type { Sampler } from "../search/sampler.ts";
import { compareScores } from "../search/scores.ts";
import type { Params, Space } from "../search/space.ts";
import type { Trained } from "./search-pruners-play.ts";

/**
 * Recorded learning curves of many configurations of one model: the file format of the benchmarks folder. The parameter
 * `configuration` of a trial says which of them it trains.
 */
export interface Task extends Trained {
  readonly name: string;
  /** Of each configuration, in TASKSET_SPACE. */
  readonly params: readonly Params[];
  /** Rank of a trial's configuration by the best loss of its whole curve, 1 is best. */
  rank(params: Params): number;
}

type Curves = readonly (readonly (number | null)[])[];

/**
 * What TaskSet drew its configurations of Adam from (Metz et al. 2020, arXiv 2002.11887, appendix): everything on a log
 * scale, of the two betas what they lack to 1.
 */
export const TASKSET_SPACE: Space = {
  parameters: [
    logRange("learning_rate", 1e-8, 10),
    logRange("1 - beta1", 1e-4, 1),
    logRange("1 - beta2", 1e-6, 1),
    logRange("epsilon", 1e-10, 1e3),
    logRange("l1", 1e-8, 10),
    logRange("l2", 1e-8, 10),
    logRange("linear_decay", 1e-7, 1e-4),
    logRange("exponential_decay", 1e-6, 1e-3),
  ],
};

function logRange(name: string, min: number, max: number): Space["parameters"][number] {
  return { name, domain: { kind: "float", min, max, scale: "log" }, when: [] };
}

const fileSchema = z.object({
  task: z.string(),
  hyperparameters: z.array(z.string()),
  configs: z.array(z.array(z.number())),
  valid_loss: z.array(z.array(z.number().nullable()).min(1)).min(1),
});

export function readTask(folder: string, file: string): Task {
  const { task, hyperparameters, configs, valid_loss } = fileSchema.parse(
    JSON.parse(readFileSync(join(folder, file), "utf8")),
  );
  const params = configs.map((values) =>
    Object.fromEntries(
      hyperparameters.map((name, column): [string, number] =>
        name.startsWith("beta") ? [`1 - ${name}`, 1 - values[column]!] : [name, values[column]!],
      ),
    ),
  );
  return taskOf(task, params, valid_loss);
}

/** `curves`: at least one, all of one length. */
export function taskOf(name: string, params: readonly Params[], curves: Curves): Task {
  const ranks = ranksOf(curves);
  return {
    name,
    params,
    epochs: curves[0]!.length,
    loss: ({ configuration }, epoch) => curves[Number(configuration)]![epoch - 1]!,
    rank: ({ configuration }) => ranks[Number(configuration)]!,
  };
}

/** All configurations in an order that depends on the seed only. */
export function inRandomOrder(task: Task, seed: number): Sampler {
  const order = shuffle(
    Array.from(task.params, (_, index) => index),
    rngFor(seed, "order"),
  );
  return {
    name: "recorded",
    suggest(_, trial) {
      const configuration = order[trial];
      return configuration === undefined ? { kind: "exhausted" } : { kind: "new", params: { configuration } };
    },
  };
}

function ranksOf(curves: Curves): readonly number[] {
  const bests = curves.map((curve) => Math.min(...curve.map((loss) => loss ?? Infinity)));
  const order = [...bests.keys()].sort((a, b) => compareScores(bests[a]!, bests[b]!));
  const ranks = bests.map(() => 0);
  for (const [place, configuration] of order.entries()) ranks[configuration] = place + 1;
  return ranks;
}
