/**
 * Search for several goals: the hypervolume of what was found.
 *
 *   npx tsx bench/search-goals.ts [--trials 50,100] [--seeds 10] [--only random,tpe,gp] [--optuna tpe,nsga-ii,gp] [--python PYTHON]
 *     [--problems ZDT1]
 *
 * Two metrics to minimise, one trial at a time. Volume up to the reference point of each problem (bench/search/goals-problems.ts), trials
 * that break a limit left out; larger is better. With --python Optuna plays beside ours. Prints Markdown.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import type { Goals } from "../search/goals/goals.ts";
import { othersOf } from "../search/goals/goals.ts";
import { goalsGpSampler } from "../search/goals/gp.ts";
import { hypervolume } from "../search/goals/hypervolume.ts";
import { goalsTpeSampler } from "../search/goals/tpe.ts";
import { History } from "../search/history.ts";
import { rngFor } from "../search/random.ts";
import type { Sampler } from "../search/sampler.ts";
import { randomSampler } from "../search/samplers/random.ts";
import type { Params } from "../search/space.ts";
import { machineLine } from "./machine.ts";
import { GOALS_PROBLEMS, type GoalsProblem } from "./search/goals-problems.ts";
import { mean, standardError, table } from "./search/table.ts";

const { values } = parseArgs({
  options: {
    trials: { type: "string", default: "50,100" },
    seeds: { type: "string", default: "10" },
    only: { type: "string", default: "random,tpe,gp" },
    optuna: { type: "string", default: "tpe,tpe multivariate,nsga-ii,gp" },
    python: { type: "string" },
    problems: { type: "string", default: "" },
  },
});
const checkpoints = values.trials.split(",").map(Number);
const most = Math.max(...checkpoints);

type Values = Readonly<Record<string, number>>;

interface Run {
  ask(trial: number): Promise<Params> | Params;
  tell(trial: number, values: Values): void;
}

const samplers: Readonly<Record<string, (problem: GoalsProblem, goals: Goals, seed: number) => Sampler>> = {
  random: ({ space }) => randomSampler(space),
  tpe: ({ space }, goals, seed) => goalsTpeSampler(space, goals, { seed }),
  gp: ({ space }, goals, seed) => goalsGpSampler(space, goals, { seed }),
};

function ours(sampler: Sampler, goals: Goals, seed: number): Run {
  const history = new History("minimize");
  return {
    ask(trial) {
      const suggestion = sampler.suggest(history, trial, rngFor(seed, "trial", trial));
      if (suggestion.kind !== "new") throw new Error(`no new trial: ${suggestion.kind}`);
      history.apply({ kind: "started", trial, params: suggestion.params, epochs: 1 });
      return suggestion.params;
    },
    tell(trial, told) {
      const value = told[goals.metrics[0]!.name]!;
      history.apply({ kind: "reported", trial, epoch: 1, value, others: othersOf(goals, told) });
      history.apply({ kind: "ended", trial, outcome: "complete" });
    },
  };
}

class Optuna {
  private readonly child;
  private readonly lines;

  constructor(python: string) {
    const script = fileURLToPath(new URL("search/goals_ask.py", import.meta.url));
    this.child = spawn(python, [script], { stdio: ["pipe", "pipe", "inherit"] });
    this.lines = createInterface({ input: this.child.stdout });
  }

  start(sampler: string, { space, metrics, limits }: GoalsProblem, seed: number): Run {
    const parameters = space.parameters.map(({ name, domain }) => ({ name, ...domain }));
    const bounds = Object.entries(limits);
    this.send({ new: sampler, seed, space: parameters, metrics: metrics.length, limits: bounds.length });
    return {
      ask: async (trial) => {
        const answer = once(this.lines, "line");
        this.send({ ask: trial });
        const [line] = await answer;
        return z.record(z.string(), z.number()).parse(JSON.parse(String(line)));
      },
      tell: (trial, told) =>
        this.send({
          tell: trial,
          values: metrics.map((name) => told[name]!),
          broken: bounds.map(([name, limit]) => told[name]! - limit),
        }),
    };
  }

  close(): void {
    this.child.stdin.end();
  }

  private send(message: object): void {
    this.child.stdin.write(`${JSON.stringify(message)}\n`);
  }
}

function goalsOf({ metrics, limits }: GoalsProblem): Goals {
  return {
    metrics: metrics.map((name) => ({ name, goal: "minimize" })),
    constraints: Object.entries(limits).map(([metric, limit]) => ({ metric, op: "<=", limit })),
  };
}

/** The volume at each checkpoint, and the seconds of an ask on average. */
async function play(problem: GoalsProblem, run: Run): Promise<{ volumes: number[]; seconds: number }> {
  const found: Float64Array[] = [];
  const volumes: number[] = [];
  let spent = 0;
  for (let trial = 0; trial < most; trial++) {
    const began = performance.now();
    const params = await run.ask(trial);
    spent += performance.now() - began;
    const told = problem.values(params);
    run.tell(trial, told);
    const isAllowed = Object.entries(problem.limits).every(([name, limit]) => told[name]! <= limit);
    if (isAllowed) found.push(Float64Array.from(problem.metrics, (name) => told[name]!));
    if (checkpoints.includes(trial + 1))
      volumes.push(hypervolume(found, Float64Array.from(problem.reference)));
  }
  return { volumes, seconds: spent / most / 1000 };
}

const optuna = values.python === undefined ? undefined : new Optuna(values.python);
const seeds = Array.from({ length: Number(values.seeds) }, (_, seed) => seed);
const rows: string[][] = [];
for (const problem of GOALS_PROBLEMS.filter(({ name }) => name.includes(values.problems))) {
  const goals = goalsOf(problem);
  const contenders = [
    ...values.only
      .split(",")
      .map(
        (name) => [name, (seed: number) => ours(samplers[name]!(problem, goals, seed), goals, seed)] as const,
      ),
    ...(optuna === undefined ? [] : values.optuna.split(",")).map(
      (name) => [`Optuna ${name}`, (seed: number) => optuna!.start(name, problem, seed)] as const,
    ),
  ];
  for (const [name, start] of contenders) {
    const runs: Awaited<ReturnType<typeof play>>[] = [];
    for (const seed of seeds) runs.push(await play(problem, start(seed)));
    rows.push([
      problem.name,
      name,
      ...checkpoints.map((_, at) => {
        const volumes = runs.map((run) => run.volumes[at]!);
        return `${mean(volumes).toFixed(4)} ± ${standardError(volumes).toFixed(4)}`;
      }),
      `${Math.round(1000 * mean(runs.map(({ seconds }) => seconds)))} ms`,
    ]);
    console.error(rows.at(-1)!.join("  "));
  }
}
optuna?.close();
console.log(`${machineLine()}\n`);
console.log(
  table(["problem", "sampler", ...checkpoints.map((n) => `volume, ${n} trials`), "a suggestion"], rows),
);
