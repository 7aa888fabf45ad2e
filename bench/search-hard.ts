/**
 * Search where it is hard: the true value of the trial that is named best.
 *
 *   npx tsx bench/search-hard.ts [--parts noise,irrelevant,branches] [--levels 0,5,10,20] [--trials 50] [--seeds 15] [--first 0]
 *     [--problems hartmann6,bowl] [--only bayes] [--benchmarks DIR] [--python PYTHON] [--cache FILE] [--label NAME] [--minutes N]
 *
 * noise: as the validation losses of small networks have it, normal, of a deviation in percent of the problem's range (--levels).
 * irrelevant: 12 parameters of which 4 matter (--trials 100). branches: a narrow well in one of four branches of the space.
 * With --benchmarks noise also has LCBench (bench/search.ts says where it comes from). With --python the others that --only names play beside
 * ours: "Optuna tpe-multivariate", "Optuna tpe-independent" and "Optuna gp", BoTorch's "qlognei" and SMAC3's "smac" and "smac-once". --cache
 * keeps their runs in a file and takes them from there, without --python all that it has; with --label ours, too, under that name (of a
 * commit, say). It plays seed by seed, so that what --minutes cuts short has as many of each. Prints Markdown.
 */
import { parseArgs } from "node:util";
import { z } from "zod";
import { bayesSampler } from "../search/samplers/bayes.ts";
import { gpSampler } from "../search/samplers/gp.ts";
import { randomSampler } from "../search/samplers/random.ts";
import { tpeSampler } from "../search/samplers/tpe.ts";
import type { Sampler } from "../search/sampler.ts";
import type { Space } from "../search/space.ts";
import { machineLine } from "./machine.ts";
import { runHard, type HardRun } from "./search/hard-run.ts";
import { differencesTable, valuesTable, type Cell } from "./search/hard-table.ts";
import { Kept } from "./search/kept.ts";
import { loadLcBench } from "./search/lcbench.ts";
import { lcBenchProblem } from "./search/lcbench-problem.ts";
import { ours, type Optimizer } from "./search/optimizer.ts";
import { ANCHORS, ANCHOR_SAMPLERS, OPTUNA, OPTUNA_NOISY, Peer, type PeerScript } from "./search/peer.ts";
import { BRANCHES, IRRELEVANT_PROBLEMS, NOISY_PROBLEMS, type Problem } from "./search/problems.ts";
import { CHOICE_TASKS } from "./search/references.ts";

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
    label: { type: "string" },
    minutes: { type: "string", default: "Infinity" },
  },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => Number(values.first) + i);
const trials = Number(values.trials);
const until = performance.now() + Number(values.minutes) * 60_000;

interface Contender {
  readonly name: string;
  readonly ours: boolean;
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
    ours: true,
    start: (space: Space, seed: number) => ours(make(space, seed), seed, space),
  })),
  ...OPTUNA_NOISY.map((sampler) => peer(`Optuna ${sampler}`, OPTUNA, sampler)),
  ...ANCHOR_SAMPLERS.map((sampler) => peer(sampler, ANCHORS, sampler)),
].filter(
  ({ name, ours }) =>
    values.only.split(",").includes(name) || (!ours && values.cache && values.python === undefined),
);

function peer(name: string, script: PeerScript, sampler: string): Contender {
  return {
    name,
    ours: false,
    start(space, seed) {
      const process = playing.get(script) ?? new Peer(values.python!, script);
      playing.set(script, process);
      return process.study(sampler, space, seed, trials);
    },
  };
}

const kept = new Kept<HardRun>(
  values.cache,
  z.object({ observed: z.array(z.number()), named: z.array(z.number()) }),
);

/** `undefined`: it is not kept, and there is no time or no Python to play it. */
async function play(
  contender: Contender,
  problem: Problem,
  level: number,
  seed: number,
): Promise<HardRun | undefined> {
  const { name, ours } = contender;
  const keeps = !ours || values.label !== undefined;
  const by = ours ? `${name} ${values.label}` : name;
  const key = [by, problem.name, level, seed, ...(trials === 50 ? [] : [trials])].join("/");
  const known = keeps ? kept.find(key) : undefined;
  if (known !== undefined) return known;
  if ((!ours && values.python === undefined) || performance.now() > until) return undefined;
  const run = await runHard(problem, level / 100, seed, contender.start(problem.space, seed), trials);
  if (keeps) kept.keep(key, run);
  return run;
}

async function show(title: string, problems: readonly Problem[], levels: readonly number[]): Promise<void> {
  const asked = problems.filter(({ name }) => values.problems?.split(",").includes(name) ?? true);
  const places = levels.flatMap((level) =>
    asked.flatMap((problem) =>
      contenders.map((contender) => ({ level, problem, contender, runs: new Map<number, HardRun>() })),
    ),
  );
  for (const seed of seeds) {
    for (const { level, problem, contender, runs } of places) {
      const run = await play(contender, problem, level, seed);
      if (run !== undefined) runs.set(seed, run);
    }
    console.error(`${title}: seed ${seed} after ${(performance.now() / 60_000).toFixed(1)} minutes`);
  }
  const cells: readonly Cell[] = places.map(({ contender: { name, ours }, ...place }) => ({
    ...place,
    contender: name,
    ours,
  }));
  console.log(`\n## ${title}\n\n${valuesTable(cells, trials)}`);
  const differences = differencesTable(cells);
  if (differences !== undefined) console.log(`\n${differences}`);
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
