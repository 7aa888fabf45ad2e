import { analyseRange, suggestionOf } from "../../search/lr-range/analyse.ts";
import { bucketOf } from "../../search/lr-range/bucket.ts";
import { defaultReading, defaultWalk } from "../../search/lr-range/curve.ts";
import { narrowedSampler, rangeAround, rateDomain, type KnownRange } from "../../search/lr-range/narrowed.ts";
import { defaultRule } from "../../search/lr-range/rules.ts";
import { History } from "../../search/history.ts";
import { rngFor, seedFor } from "../../search/random.ts";
import { randomSampler } from "../../search/samplers/random.ts";
import { tpeSampler } from "../../search/samplers/tpe.ts";
import type { Sampler } from "../../search/sampler.ts";
import type { Params, Space } from "../../search/space.ts";
import { rangeCurve, stepsPerEpoch, validationLosses } from "./bench-session.ts";
import type { Problem } from "./problems.ts";

export const trials = 30;

export interface Walk {
  readonly min: number;
  readonly max: number;
}

function spaceOf({ min, max }: Walk): Space {
  return {
    parameters: [
      { name: "optimizer", domain: { kind: "categorical", values: ["adam", "rmsprop", "sgd"] }, when: [] },
      { name: "layers", domain: { kind: "categorical", values: [1, 2] }, when: [] },
      { name: "hidden", domain: { kind: "int", min: 16, max: 31, scale: "linear", step: 1 }, when: [] },
      { name: "learning_rate", domain: { kind: "float", min, max, scale: "log" }, when: [] },
    ],
  };
}

/** Best loss so far against epochs spent; a range test's steps count as epochs too. */
export interface Progress {
  readonly points: readonly { readonly epochs: number; readonly best: number }[];
  readonly tests: number;
  readonly testEpochs: number;
}

export const samplers: Readonly<Record<string, (space: Space, seed: number) => Sampler>> = {
  random: (space) => randomSampler(space),
  tpe: (space, seed) => tpeSampler(space, { seed }),
};

/** A sweep of 30 trials in this process, one after another. */
export async function runSweep(
  problem: Problem,
  sampler: string,
  seed: number,
  rates: Walk,
  withTests: boolean,
): Promise<Progress> {
  const sweep = new BenchSweep(problem, seed, spaceOf(rates));
  return await sweep.run(samplers[sampler]!, withTests);
}

class BenchSweep {
  private readonly problem: Problem;
  private readonly seed: number;
  private readonly space: Space;
  private readonly history = new History("minimize");
  private readonly ranges = new Map<string, KnownRange>();
  private readonly points: { epochs: number; best: number }[] = [];
  private epochs = 0;
  private testEpochs = 0;
  private best = Infinity;

  constructor(problem: Problem, seed: number, space: Space) {
    this.problem = problem;
    this.seed = seed;
    this.space = space;
  }

  async run(make: (space: Space, seed: number) => Sampler, withTests: boolean): Promise<Progress> {
    const inner = make(this.space, this.seed);
    const sampler = withTests
      ? narrowedSampler(inner, this.space, (bucket) => this.ranges.get(bucket) ?? null)
      : inner;
    while (this.history.trials.length < trials) {
      const trial = this.history.trials.length;
      const next = sampler.suggest(this.history, trial, rngFor(this.seed, "trial", trial));
      if (next.kind !== "new") throw new Error(`the sampler said ${next.kind}`);
      if (withTests && !this.ranges.has(bucketOf(next.params))) await this.test(next.params);
      else await this.train(trial, next.params);
    }
    return { points: this.points, tests: this.ranges.size, testEpochs: this.testEpochs };
  }

  private async test(params: Params): Promise<void> {
    const curve = await rangeCurve(
      this.problem,
      seedFor(this.seed, "range", bucketOf(params)),
      params,
      defaultWalk,
    );
    const { rate } = suggestionOf(analyseRange(curve, defaultReading), defaultRule);
    const domain = rateDomain(this.space)!;
    const range = rate === null ? null : rangeAround(rate, { below: 4, above: 4 }, domain);
    this.ranges.set(bucketOf(params), range ?? "full");
    const spent = curve.length / stepsPerEpoch(this.problem, params);
    this.testEpochs += spent;
    this.epochs += spent;
  }

  private async train(trial: number, params: Params): Promise<void> {
    const { epochs } = this.problem;
    this.history.apply({ kind: "started", trial, params, epochs });
    const losses = await validationLosses(this.problem, seedFor(this.seed, "train", trial), params);
    for (const [index, loss] of losses.entries()) {
      const value = Number.isFinite(loss) ? loss : null;
      this.history.apply({ kind: "reported", trial, epoch: index + 1, value });
      this.epochs += 1;
      if (value !== null && value < this.best) this.best = value;
      this.points.push({ epochs: this.epochs, best: this.best });
    }
    const outcome = losses.length < epochs ? "diverged" : "complete";
    this.history.apply({ kind: "ended", trial, outcome });
  }
}

/** Epochs until the best loss is at most `loss`; Infinity when it never is. */
export function epochsTo({ points }: Progress, loss: number): number {
  return points.find(({ best }) => best <= loss)?.epochs ?? Infinity;
}
