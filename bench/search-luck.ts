/**
 * Whether what is said of lucky trials is true: of how many named trials the true value is better than that of the best
 * measured one, by the probability that was given, and whether expected values deviate as they say.
 *
 *   npx tsx bench/search-luck.ts [--method random] [--noise 10] [--trials 50] [--seeds 6]
 *
 * Studies of `method` on the four noisy functions of bench/search/problems.ts; --noise in percent of their range. Prints Markdown.
 */
import { parseArgs } from "node:util";
import { expectedScores } from "../search/expected.ts";
import { rngFor } from "../search/random.ts";
import { gpSampler } from "../search/samplers/gp.ts";
import { randomSampler } from "../search/samplers/random.ts";
import { machineLine } from "./machine.ts";
import { ours } from "./search/optimizer.ts";
import { NOISY_PROBLEMS, type Problem } from "./search/problems.ts";
import { table } from "./search/table.ts";

const { values } = parseArgs({
  options: {
    method: { type: "string", default: "random" },
    noise: { type: "string", default: "10" },
    trials: { type: "string", default: "50" },
    seeds: { type: "string", default: "6" },
  },
});
const level = Number(values.noise) / 100;
/** Trials expected to be best whose deviations are looked at. */
const BEST = 10;

interface Named {
  /** Probability that the named trial is better than the best measured, and what is expected and true of that. */
  readonly chance: number;
  readonly expected: number;
  readonly truth: number;
}

const named: Named[] = [];
const deviations: number[] = [];
const noises: number[] = [];
let studies = 0;
let milliseconds = 0;

async function study(problem: Problem, seed: number): Promise<void> {
  const { space } = problem;
  const sampler = values.method === "gp" ? gpSampler(space, { seed }) : randomSampler(space);
  const optimizer = ours(sampler, seed);
  const truths: number[] = [];
  const measurements = [];
  for (let trial = 0; trial < Number(values.trials); trial++) {
    const params = await optimizer.ask(trial);
    truths.push(problem.value(params, seed));
    const score = truths[trial]! + level * rngFor(seed, "noise", trial).normal();
    optimizer.tell(trial, -score);
    measurements.push({ trial, params, score });
  }
  const before = process.cpuUsage();
  const found = expectedScores(space, measurements);
  const { user, system } = process.cpuUsage(before);
  milliseconds += (user + system) / 1000;
  studies++;
  if (found === undefined) return;
  noises.push(found.noise);
  for (const { trial, mean, deviation } of found.trials.slice(0, BEST))
    deviations.push((truths[trial]! - mean) / deviation);
  const luckiest = measurements.reduce((a, b) => (b.score < a.score ? b : a)).trial;
  const first = found.trials.find(({ trial }) => trial === luckiest)!;
  if (found.best.trial === luckiest) return;
  named.push({
    chance: first.chanceWorse,
    expected: first.mean - found.best.mean,
    truth: truths[luckiest]! - truths[found.best.trial]!,
  });
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

function row(from: number, to: number): string[] {
  const some = named.filter(({ chance }) => chance >= from && chance < to);
  const better = some.filter(({ truth }) => truth > 0).length;
  const gain = (of: (one: Named) => number): string =>
    some.length === 0 ? "" : mean(some.map(of)).toFixed(3);
  return [
    `${from} to ${Math.min(to, 1)}`,
    String(some.length),
    String(better),
    gain((one) => one.expected),
    gain((one) => one.truth),
  ];
}

async function main(): Promise<void> {
  for (const problem of NOISY_PROBLEMS)
    for (let seed = 0; seed < Number(values.seeds); seed++) await study(problem, seed);
  const head = ["probability", "studies", "truly better", "expected gain", "true gain"];
  console.log(table(head, [row(0, 0.7), row(0.7, 0.9), row(0.9, 1.01)]));
  const within = deviations.filter((z) => Math.abs(z) < 2).length / deviations.length;
  const root = Math.sqrt(mean(deviations.map((z) => z * z)));
  console.log(
    `\n${studies} studies; expected values are off by ${root.toFixed(2)} deviations (root mean square), ${Math.round(100 * within)} % by less than two; noise learned ${(100 * mean(noises)).toFixed(1)} % of the range; ${(milliseconds / studies).toFixed(0)} processor milliseconds each\n`,
  );
  console.log(machineLine());
}

await main();
