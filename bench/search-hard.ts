/**
 * Search where it is hard: the true value of the trial that is named best.
 *
 *   npx tsx bench/search-hard.ts [--parts noise,irrelevant,branches] [--levels 0,5,10,20] [--trials 50] [--seeds 15] [--first 0]
 *     [--problems hartmann6,bowl] [--only bayes] [--benchmarks DIR] [--python PYTHON] [--cache FILE]
 *
 * noise: as the validation losses of small networks have it, normal, of a deviation in percent of the problem's range (--levels).
 * irrelevant: 12 parameters of which 4 matter (--trials 100). branches: a narrow well in one of four branches of the space.
 * With --benchmarks noise also has LCBench (bench/search.ts says where it comes from). With --python the others that --only names play beside
 * ours: "Optuna tpe-multivariate", "Optuna tpe-independent" and "Optuna gp", BoTorch's "qlognei" and SMAC3's "smac" and "smac-once". --cache
 * keeps their runs in a file and takes them from there, without --python all that it has. Prints Markdown.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { bayesSampler } from "../search/samplers/bayes.ts";
import { gpSampler } from "../search/samplers/gp.ts";
import { randomSampler } from "../search/samplers/random.ts";
import { tpeSampler } from "../search/samplers/tpe.ts";
import type { Sampler } from "../search/sampler.ts";
import type { Space } from "../search/space.ts";
import { machineLine } from "./machine.ts";
import { hardCheckpoints, runHard, type HardRun } from "./search/hard-run.ts";
import { loadLcBench } from "./search/lcbench.ts";
import { lcBenchProblem } from "./search/lcbench-problem.ts";
import { ours, type Optimizer } from "./search/optimizer.ts";
import { ANCHORS, ANCHOR_SAMPLERS, OPTUNA, OPTUNA_NOISY, Peer, type PeerScript } from "./search/peer.ts";
import { BRANCHES, IRRELEVANT_PROBLEMS, NOISY_PROBLEMS, type Problem } from "./search/problems.ts";
import { CHOICE_TASKS } from "./search/references.ts";
import { meanWithError, table } from "./search/table.ts";

const { values } = parseArgs({
  options: {
    parts: { type: "string", default: "noise,irrelevant,branches" },
    levels: { type: "string", default: "0,5,10,20" },
    trials: { type: "string", default: "50" },
    seeds: { type: "string", default: "15" },
    first: { type: "string", default: "0" },
    problems: { type: "string" },
    only: { type: "string", default: "tpe,bayes" },
    benchmarks: { type: "string" },
    python: { type: "string" },
    cache: { type: "string" },
  },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => Number(values.first) + i);
const trials = Number(values.trials);
const checkpoints = hardCheckpoints(trials);

interface Contender {
  readonly name: string;
  readonly cached: boolean;
  start(space: Space, seed: number): Optimizer;
}

const samplers: Readonly<Record<string, (space: Space, seed: number) => Sampler>> = {
  random: randomSampler,
  tpe: (space, seed) => tpeSampler(space, { seed }),
  gp: (space, seed) => gpSampler(space, { seed }),
  bayes: (space, seed) => bayesSampler(space, { seed, trials }),
};

const playing = new Map<PeerScript, Peer>();

const contenders: readonly Contender[] = [
  ...Object.entries(samplers).map(([name, make]) => ({
    name,
    cached: false,
    start: (space: Space, seed: number) => ours(make(space, seed), seed, space),
  })),
  ...OPTUNA_NOISY.map((sampler) => peer(`Optuna ${sampler}`, OPTUNA, sampler)),
  ...ANCHOR_SAMPLERS.map((sampler) => peer(sampler, ANCHORS, sampler)),
].filter(
  ({ name, cached }) =>
    values.only.split(",").includes(name) || (cached && values.cache && values.python === undefined),
);

function peer(name: string, script: PeerScript, sampler: string): Contender {
  return {
    name,
    cached: true,
    start(space, seed) {
      if (values.python === undefined) throw new NotCached();
      const process = playing.get(script) ?? new Peer(values.python, script);
      playing.set(script, process);
      return process.study(sampler, space, seed, trials);
    },
  };
}

/** Not in the cache, and no Python to play it. */
class NotCached extends Error {}

const RUN = z.object({ observed: z.array(z.number()), named: z.array(z.number()) });
const cache: Record<string, HardRun> =
  values.cache !== undefined && existsSync(values.cache)
    ? z.record(z.string(), RUN).parse(JSON.parse(readFileSync(values.cache, "utf8")))
    : {};

/** `undefined`: there is no such run. */
async function play(
  contender: Contender,
  problem: Problem,
  level: number,
  seed: number,
): Promise<HardRun | undefined> {
  const key = [contender.name, problem.name, level, seed, ...(trials === 50 ? [] : [trials])].join("/");
  const known = contender.cached ? cache[key] : undefined;
  if (known !== undefined) return known;
  try {
    const run = await runHard(problem, level / 100, seed, contender.start(problem.space, seed), trials);
    if (contender.cached && values.cache !== undefined) {
      cache[key] = run;
      writeFileSync(values.cache, JSON.stringify(cache));
    }
    return run;
  } catch (error) {
    if (error instanceof NotCached) return undefined;
    throw error;
  }
}

/** A value at most this far above the floor counts as found: in the well, better than the other branches can be. */
const FOUND = 0.25;

async function show(title: string, problems: readonly Problem[], levels: readonly number[]): Promise<void> {
  const head = ["problem", "noise %", "sampler", ...checkpoints.map((n) => `named, ${n} trials`)];
  const rows: string[][] = [];
  for (const level of levels) {
    for (const problem of problems) {
      if (!(values.problems?.split(",").includes(problem.name) ?? true)) continue;
      for (const contender of contenders) {
        const runs: HardRun[] = [];
        for (const seed of seeds) {
          const run = await play(contender, problem, level, seed);
          if (run !== undefined) runs.push(run);
        }
        if (runs.length === 0) continue;
        const last = runs.map(({ named }) => named.at(-1)!);
        rows.push([
          problem.name,
          String(level),
          contender.name,
          ...checkpoints.map((_, at) => meanWithError(runs.map(({ named }) => named[at]!))),
          meanWithError(runs.map(({ observed }) => observed.at(-1)!)),
          String(last.filter((value) => value <= problem.floor + FOUND).length),
          String(runs.length),
        ]);
        console.error(rows.at(-1)!.join(" | "));
      }
    }
  }
  console.log(`\n## ${title}\n`);
  console.log(table([...head, `luckiest, ${trials}`, `found within ${FOUND}`, "seeds"], rows));
}

for (const part of values.parts.split(",")) {
  switch (part) {
    case "noise":
      await show("Noise", noisy(), values.levels.split(",").map(Number));
      break;
    case "irrelevant":
      await show("12 parameters of which 4 matter", IRRELEVANT_PROBLEMS, [0]);
      break;
    case "branches":
      await show("A narrow well in one of four branches", [BRANCHES], [0]);
      break;
    default:
      throw new Error(`--parts knows noise, irrelevant and branches, not "${part}"`);
  }
}
for (const each of playing.values()) each.close();
console.log(machineLine());

function noisy(): readonly Problem[] {
  const { benchmarks } = values;
  if (benchmarks === undefined) return NOISY_PROBLEMS;
  return [...NOISY_PROBLEMS, lcBenchProblem("lcbench", loadLcBench(benchmarks), CHOICE_TASKS.slice(2, 7))];
}
