import { describe, expect, it } from "vitest";
import { rngFor } from "../../search/random.ts";
import { enqueued, EnqueuedConfigurationError } from "../../search/samplers/enqueue.ts";
import { randomSampler } from "../../search/samplers/random.ts";
import { tpeSampler } from "../../search/samplers/tpe.ts";
import { isStart } from "../../search/samplers/bayes/startup.ts";
import { Mixture } from "../../search/samplers/tpe/mixture.ts";
import { split } from "../../search/samplers/tpe/split.ts";
import type { Sampler } from "../../search/sampler.ts";
import type { Params, Space } from "../../search/space.ts";
import { samplerContract } from "../contracts/sampler.ts";
import { play, replay, type Curve } from "./study.ts";

samplerContract("tpe", (space) => tpeSampler(space, { seed: 3, startup_trials: 4, candidates: 16 }), {
  spaces: 25,
});
// What is not enqueued comes from the random sampler, which has the long run of the suite.
samplerContract("enqueued", (space) => enqueued(space, [], randomSampler(space)), {
  spaces: 20,
  longHistory: 1000,
});

const branches: Space = {
  parameters: [
    { name: "optimizer", domain: { kind: "categorical", values: ["adam", "sgd", "rmsprop"] }, when: [] },
    { name: "rate", domain: { kind: "float", min: 1e-5, max: 1, scale: "log" }, when: [] },
    { name: "layers", domain: { kind: "int", min: 1, max: 4, step: 1, scale: "linear" }, when: [] },
    {
      name: "momentum",
      domain: { kind: "float", min: 0, max: 1, scale: "linear" },
      when: [{ param: "optimizer", in: ["sgd"] }],
    },
  ],
};

/** Best: sgd, rate 1e-3, two layers, momentum 0.9. */
const bowl = (params: Params): number =>
  (params["optimizer"] === "sgd" ? 2 * (Number(params["momentum"]) - 0.9) ** 2 : 0.5) +
  ((Math.log10(Number(params["rate"])) + 3) / 5) ** 2 +
  0.1 * (Number(params["layers"]) - 2) ** 2;

function meanBest(make: (seed: number) => Sampler, curve: Curve, trials: number, workers = 1): number {
  const bests = Array.from({ length: 6 }, (_, seed) => {
    const { history } = play({ sampler: make(seed), curve, trials, workers, seed });
    return Math.min(...history.trials.map(({ best }) => (Number.isNaN(best) ? Infinity : best)));
  });
  return bests.reduce((sum, best) => sum + best, 0) / bests.length;
}

const tpe = (seed: number): Sampler => tpeSampler(branches, { seed });
const random = (): Sampler => randomSampler(branches);

describe("tpe", () => {
  it("comes much closer to the optimum of a space with branches than random search", () => {
    expect(meanBest(tpe, bowl, 60)).toBeLessThan(meanBest(random, bowl, 60) / 2);
  });

  it("does so with eight workers", () => {
    expect(meanBest(tpe, bowl, 60, 8)).toBeLessThan(meanBest(random, bowl, 60) / 1.5);
  });

  it("keeps apart what runs at the same time", () => {
    const { events } = play({ sampler: tpe(1), curve: bowl, trials: 30 });
    /** The logarithms of the rates of eight suggestions; `running`: each sees those before it. */
    function rates(running: boolean): number[] {
      const history = replay(events);
      return Array.from({ length: 8 }, (_, i) => {
        const next = tpe(1).suggest(history, 30 + i, rngFor(1, "trial", 30 + i));
        if (next.kind !== "new") throw new Error(next.kind);
        const started = { kind: "started", trial: 30 + i, params: next.params, epochs: 1 } as const;
        if (running) history.apply(started);
        return Math.log10(Number(next.params["rate"]));
      });
    }
    const spread = (values: number[]): number => Math.max(...values) - Math.min(...values);
    expect(spread(rates(true))).toBeGreaterThan(1.5 * spread(rates(false)));
  });

  it("learns where trials diverge and keeps away", () => {
    const curve: Curve = (params) => (Number(params["rate"]) > 1e-3 ? null : 1);
    const { history } = play({ sampler: tpe(1), curve, trials: 80 });
    const diverged = history.trials.slice(30).filter(({ best }) => Number.isNaN(best)).length;
    expect(diverged).toBeLessThan(10); // random: 30 of 50
  });

  it("learns from pruned trials", () => {
    const pruner = { name: "first epoch", judge: () => ({ kind: "stop", reason: "always" }) as const };
    const curve: Curve = (params, epoch) => bowl(params) / epoch;
    const bests = [0, 1, 2].map((seed) => {
      const { history } = play({ sampler: tpe(seed), pruner, curve, epochs: 5, trials: 60, seed });
      expect(history.trials.every(({ state }) => state === "pruned")).toBe(true);
      return Math.min(...history.trials.map(({ best }) => best));
    });
    expect(Math.max(...bests)).toBeLessThan(meanBest(random, bowl, 60));
  });

  it("leaves a plateau: ties teach nothing good", () => {
    // Chance everywhere but in a corner of 4 %.
    const curve: Curve = (params) =>
      Number(params["rate"]) < 1e-4 && Number(params["layers"]) === 1 ? 0.1 : Math.LN2;
    expect(meanBest(tpe, curve, 80)).toBeLessThanOrEqual(0.2);
  });

  it("names the rule and the value of a wrong setting", () => {
    expect(() => tpeSampler(branches, { seed: 1, candidates: 0 })).toThrow(
      "candidates must be a whole number of at least 1; received 0",
    );
    expect(() => tpeSampler(branches, { seed: 1, startup_trials: 2.5 })).toThrow(/startup_trials/);
  });
});

describe("split", () => {
  const observe = (scores: readonly number[], share = 1): ReturnType<typeof split> =>
    split(
      scores.map((score, trial) => ({
        trial,
        x: Float64Array.of(trial),
        score,
        partial: share < 1,
        share,
        ended: trial,
      })),
      0.15,
      25,
    );
  const numbers = (points: readonly Float64Array[]): number[] => points.map(([first]) => first!);

  it("takes the best 15 %, and diverged trials as bad", () => {
    const scores = Array.from({ length: 20 }, (_, i) => (i === 7 ? Number.NaN : 20 - i));
    const { good, bad } = observe(scores);
    expect(numbers(good)).toEqual([17, 18, 19]);
    expect(bad).toHaveLength(17);
    expect(numbers(bad)).toContain(7);
  });

  it("counts a trial that was stopped early as the part of one it is", () => {
    const scores = Array.from({ length: 100 }, (_, i) => i);
    expect(observe(scores).good).toHaveLength(15);
    expect(observe(scores, 0.2).good).toHaveLength(3);
    expect(observe(scores, 0.2).bad).toHaveLength(97);
  });

  it("calls nothing good when everything is tied or diverged", () => {
    expect(observe([1, 1, 1, 1, 1]).good).toEqual([]);
    expect(observe([Number.NaN, Number.NaN]).good).toEqual([]);
  });

  it("takes only what is better than a plateau, or the plateau itself where all else diverged", () => {
    expect(numbers(observe([1, 1, 0.5, 1, 1, 1, 1, 1]).good)).toEqual([2]);
    expect(numbers(observe([1, Number.NaN, 1, 1, Number.NaN]).good)).toEqual([0, 2, 3]);
    expect(numbers(observe([1, 1, 1, 2]).good)).toEqual([0, 1, 2]);
  });

  it("keeps at most 250 bad examples", () => {
    expect(observe(Array.from({ length: 5000 }, (_, i) => i)).bad).toHaveLength(250);
  });
});

describe("startup", () => {
  it("waits for every trial with one worker, for half of them with a few, and never follows the quickest of many", () => {
    const firstModel = (workers: number): number => {
      let finished = 0;
      while (isStart(7, finished, workers - 1)) finished++;
      return finished;
    };
    expect([1, 2, 4, 8, 16, 100].map(firstModel)).toEqual([7, 6, 4, 4, 7, 7]);
  });
});

describe("mixture", () => {
  const dimensions = [
    { name: "a", kind: "unit", levels: Infinity, group: 0 },
    { name: "b", kind: "choice", levels: 3, group: 1 },
  ] as const;
  const widths = Float64Array.of(0.15, 0.3);
  const mixture = new Mixture(
    dimensions,
    [Float64Array.of(0.1, 2), Float64Array.of(0.9, Number.NaN), Float64Array.of(0.5, 0)],
    widths,
    0.5,
  );

  it("is a density: its mean over the space is 1, whole or without a dimension", () => {
    const steps = 2000;
    let whole = 0;
    let marginal = 0;
    for (let i = 0; i < steps; i++) {
      const a = (i + 0.5) / steps;
      for (const b of [0, 1, 2]) whole += mixture.density(Float64Array.of(a, b)) / (3 * steps);
      marginal += mixture.density(Float64Array.of(a, Number.NaN)) / steps;
    }
    expect(whole).toBeCloseTo(1, 5);
    expect(marginal).toBeCloseTo(1, 5);
  });

  it("sums the same kernels where nothing is absent", () => {
    const points = [Float64Array.of(0.1, 2), Float64Array.of(0.9, 1), Float64Array.of(0.5, 0)];
    const whole = new Mixture(dimensions, points, widths, 0.5);
    // A point that lacks everything is uniform: its kernel is 1.
    const holed = new Mixture(dimensions, [...points, Float64Array.of(Number.NaN, Number.NaN)], widths, 0.5);
    for (const x of [Float64Array.of(0.13, 2), Float64Array.of(0.6, 1), Float64Array.of(1, 0)])
      expect(3.5 * whole.density(x) + 1).toBeCloseTo(4.5 * holed.density(x), 12);
  });

  it("draws from that density", () => {
    const rng = rngFor(1, "mixture");
    const lowAndTwo = Array.from({ length: 20_000 }, () => mixture.sample(rng)).filter(
      ([a, b]) => a! < 0.25 && b === 2,
    ).length;
    let expected = 0;
    for (let i = 0; i < 500; i++)
      expected += mixture.density(Float64Array.of((i + 0.5) / 2000, 2)) / (3 * 2000);
    // The point without `b` lends it from others when drawing, which its density does not know.
    expect(Math.abs(lowAndTwo / 20_000 - expected)).toBeLessThan(0.02);
  });
});

describe("enqueued configurations", () => {
  const first = { optimizer: "sgd", rate: 0.1, layers: 2, momentum: 0.5 };
  const second = { optimizer: "adam", rate: 0.01, layers: 1 };

  it("come first, once, in their order; then the inner sampler chooses", () => {
    const { history, suggestions } = play({
      sampler: enqueued(branches, [first, first, second], random()),
      curve: bowl,
      trials: 4,
      workers: 2,
    });
    expect(history.trials.slice(0, 2).map(({ params }) => params)).toEqual([first, second]);
    expect(
      suggestions.map(({ suggestion }) => suggestion.kind === "new" && suggestion.origin).slice(0, 3),
    ).toEqual(["enqueued", "enqueued", "random"]);
  });

  it("must fit the space", () => {
    const wrong = { optimizer: "adam", rate: 0.01, layers: 1, momentum: 0.5 };
    expect(() => enqueued(branches, [first, wrong], random())).toThrow(EnqueuedConfigurationError);
    expect(() => enqueued(branches, [first, wrong], random())).toThrow(/configuration 2 to try first/);
  });
});
