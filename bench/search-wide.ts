/**
 * Searches with as many trials open as a GPU has lanes: how far apart are the next suggestions, and what does the width cost?
 *
 *   npx tsx bench/search-wide.ts [--open 64] [--seeds 5] [--bayes]
 *
 * Five functions of bench/search/problems.ts without noise; trials take 0.5 to 1.5 hours. Apart: distances in the unit cube among the next
 * `open` suggestions while `open` trials run, each as a share of what `random` has; --bayes: also of `bayes`. Prints Markdown.
 */
import { parseArgs } from "node:util";
import { History } from "../search/history.ts";
import { rngFor } from "../search/random.ts";
import { bayesSampler } from "../search/samplers/bayes.ts";
import { Encoding } from "../search/samplers/bayes/encoding.ts";
import { randomSampler } from "../search/samplers/random.ts";
import { tpeSampler } from "../search/samplers/tpe.ts";
import type { Sampler } from "../search/sampler.ts";
import type { Params, Space } from "../search/space.ts";
import { machineLine } from "./machine.ts";
import { ours } from "./search/optimizer.ts";
import { BRANCHES, NOISY_PROBLEMS, type Problem } from "./search/problems.ts";
import { runSearch } from "./search/run.ts";
import { mean, meanWithError, table } from "./search/table.ts";

const { values } = parseArgs({
  options: {
    open: { type: "string", default: "64" },
    seeds: { type: "string", default: "5" },
    bayes: { type: "boolean", default: false },
  },
});
const open = Number(values.open);
const seeds = Number(values.seeds);
const problems = [...NOISY_PROBLEMS, BRANCHES];

const samplers: Readonly<Record<string, (space: Space, seed: number) => Sampler>> = {
  random: (space) => randomSampler(space),
  tpe: (space, seed) => tpeSampler(space, { seed }),
  ...(values.bayes && {
    bayes: (space: Space, seed: number) => bayesSampler(space, { seed, trials: 4 * open }),
  }),
};

interface Apart {
  /** Mean distance of two suggestions, and of one to the nearest other or running trial. */
  readonly pairs: number;
  readonly nearest: number;
}

function distance(a: Float64Array, b: Float64Array): number {
  let squares = 0;
  for (const [d, value] of a.entries()) {
    const step = value - b[d]!;
    squares +=
      Number.isNaN(value) && Number.isNaN(b[d]!) ? 0 : Number.isNaN(step) ? 1 : Math.min(1, step * step);
  }
  return Math.sqrt(squares);
}

function apart(suggested: readonly Float64Array[], running: readonly Float64Array[]): Apart {
  const pairs = suggested.flatMap((a, i) => suggested.slice(0, i).map((b) => distance(a, b)));
  const nearest = suggested.map((a, i) =>
    Math.min(...[...suggested.slice(0, i), ...suggested.slice(i + 1), ...running].map((b) => distance(a, b))),
  );
  return { pairs: mean(pairs), nearest: mean(nearest) };
}

/** The next ones of a sampler when `ended` trials have ended and `open` run, all of them suggested by tpe. */
function nextOnes(problem: Problem, sampler: Sampler, seed: number, ended: number): Apart {
  const { space } = problem;
  const encoding = new Encoding(space);
  const history = new History("maximize");
  const asked: Params[] = [];
  const ask = (from: Sampler): void => {
    const trial = asked.length;
    const suggestion = from.suggest(history, trial, rngFor(seed, "trial", trial));
    if (suggestion.kind !== "new") throw new Error(`${from.name} gave no new trial: ${suggestion.kind}`);
    history.apply({ kind: "started", trial, params: suggestion.params, epochs: 1 });
    asked.push(suggestion.params);
  };
  const tpe = tpeSampler(space, { seed });
  while (asked.length < open) ask(tpe);
  for (let trial = 0; trial < ended; trial++) {
    history.apply({ kind: "reported", trial, epoch: 1, value: -problem.value(asked[trial]!, seed) });
    history.apply({ kind: "ended", trial, outcome: "complete" });
    ask(tpe);
  }
  while (asked.length < ended + 2 * open) ask(sampler);
  const vectors = asked.map((params) => encoding.encode(params));
  return apart(vectors.slice(ended + open), vectors.slice(ended, ended + open));
}

/** How far the best of a function's trials is from its floor, after each count. */
async function regrets(problem: Problem, make: Sampler, seed: number, workers: number): Promise<number[]> {
  const durations = rngFor(seed, "seconds");
  const best = await runSearch(
    (params) => ({ value: -problem.value(params, seed), seconds: 0.5 + durations.next() }),
    ours(make, seed),
    { trials: 4 * open, workers },
  );
  return [1, 2, 4].map((times) => -best[times * open - 1]! - problem.floor);
}

const apartRows: string[][] = [];
const regretRows: string[][] = [];
for (const ended of [open, 3 * open]) {
  const byName = new Map<string, Apart[]>();
  for (const [name, make] of Object.entries(samplers)) {
    const found: Apart[] = [];
    for (const problem of problems) {
      for (let seed = 0; seed < seeds; seed++)
        found.push(nextOnes(problem, make(problem.space, seed), seed, ended));
    }
    byName.set(name, found);
    const random = byName.get("random")!;
    const share = (of: (one: Apart) => number) =>
      meanWithError(found.map((one, i) => of(one) / of(random[i]!)));
    apartRows.push([name, String(ended), share(({ pairs }) => pairs), share(({ nearest }) => nearest)]);
  }
}
for (const [name, make] of Object.entries(samplers)) {
  for (const workers of [1, open]) {
    const found: number[][] = [];
    for (let seed = 0; seed < seeds; seed++) {
      const each: number[][] = [];
      for (const problem of problems)
        each.push(await regrets(problem, make(problem.space, seed), seed, workers));
      found.push([0, 1, 2].map((at) => mean(each.map((one) => one[at]!))));
    }
    const columns = [0, 1, 2].map((at) => meanWithError(found.map((one) => one[at]!)));
    regretRows.push([name, String(workers), ...columns]);
  }
}
console.log(
  `## The next ${open} suggestions while ${open} trials run: distances as shares of those of random, ${seeds} seeds\n`,
);
console.log(table(["sampler", "ended", "of two", "to the nearest"], apartRows));
console.log(`\n## Mean distance to the optimum after as many trials, ${seeds} seeds\n`);
console.log(table(["sampler", "open", ...[1, 2, 4].map((times) => String(times * open))], regretRows));
console.log(`\n${machineLine()}`);
