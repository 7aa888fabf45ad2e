import { describe, expect, it } from "vitest";
import { othersOf, type Goals } from "../../search/goals/goals.ts";
import { goalsGpSampler } from "../../search/goals/gp.ts";
import { hypervolume, openBoxes } from "../../search/goals/hypervolume.ts";
import { VolumeImprovement } from "../../search/goals/improvement.ts";
import { goalsAsha, goalsPercentile } from "../../search/goals/pruners.ts";
import { goalsTpeSampler } from "../../search/goals/tpe.ts";
import { History } from "../../search/history.ts";
import { rngFor } from "../../search/random.ts";
import type { Sampler } from "../../search/sampler.ts";
import type { Dimension } from "../../search/samplers/bayes/encoding.ts";
import { measured } from "../../search/samplers/gp/posterior.ts";
import { randomSampler } from "../../search/samplers/random.ts";
import type { Params, Space } from "../../search/space.ts";

const two: Goals = {
  metrics: [
    { name: "near", goal: "minimize" },
    { name: "far", goal: "minimize" },
  ],
  constraints: [],
};
const limited: Goals = { ...two, constraints: [{ metric: "edge", op: "<=", limit: 0 }] };

const space: Space = {
  parameters: ["x", "y", "z"].map((name) => ({
    name,
    domain: { kind: "float" as const, min: 0, max: 1, scale: "linear" as const },
    when: [],
  })),
};

/** Two bowls; allowed is the side of the second one. */
function measuredAt({ x, y, z }: Params): Readonly<Record<string, number>> {
  const from = (centre: number): number =>
    (Number(x) - centre) ** 2 + (Number(y) - centre) ** 2 + (Number(z) - 0.5) ** 2;
  return { near: from(0.2), far: from(0.7), edge: 0.4 - Number(x) };
}

function played(
  sampler: Sampler,
  goals: Goals,
  seed: number,
  trials = 28,
  history = new History("minimize"),
): History {
  for (let trial = history.trials.length; trial < trials; trial++) {
    const suggestion = sampler.suggest(history, trial, rngFor(seed, "trial", trial));
    if (suggestion.kind !== "new") throw new Error(suggestion.kind);
    const values = measuredAt(suggestion.params);
    history.apply({ kind: "started", trial, params: suggestion.params, epochs: 1 });
    history.apply({
      kind: "reported",
      trial,
      epoch: 1,
      value: values["near"]!,
      others: othersOf(goals, values),
    });
    history.apply({ kind: "ended", trial, outcome: "complete" });
  }
  return history;
}

function volumeOf(
  history: History,
  isAllowed: (values: Readonly<Record<string, number>>) => boolean = () => true,
): number {
  const found = history.trials.map(({ params }) => measuredAt(params)).filter(isAllowed);
  return hypervolume(
    found.map((values) => Float64Array.of(values["near"]!, values["far"]!)),
    Float64Array.of(0.8, 0.8),
  );
}

const samplers: readonly (readonly [string, (goals: Goals, seed: number) => Sampler])[] = [
  ["tpe", (goals, seed) => goalsTpeSampler(space, goals, { seed })],
  ["gp", (goals, seed) => goalsGpSampler(space, goals, { seed })],
];

describe.each(samplers)("%s for several goals", (_, make) => {
  it("dominates more volume than random search, in each of two studies", () => {
    for (const seed of [1, 2]) {
      const random = volumeOf(played(randomSampler(space), two, seed));
      expect(volumeOf(played(make(two, seed), two, seed))).toBeGreaterThan(random);
    }
  });

  it("learns where a constraint is kept", () => {
    const kept = (values: Readonly<Record<string, number>>): boolean => values["edge"]! <= 0;
    const history = played(make(limited, 1), limited, 1);
    const late = history.trials.slice(14).filter(({ params }) => kept(measuredAt(params)));
    expect(late.length).toBeGreaterThan(9); // chance: 8 of 14
    expect(volumeOf(history, kept)).toBeGreaterThan(volumeOf(played(randomSampler(space), limited, 1), kept));
  });

  it("suggests the same when it goes on from records alone", () => {
    const whole = played(make(limited, 5), limited, 5, 16);
    const again = new History("minimize");
    for (const { number, params } of whole.trials.slice(0, 11)) {
      const values = measuredAt(params);
      again.apply({ kind: "started", trial: number, params, epochs: 1 });
      again.apply({
        kind: "reported",
        trial: number,
        epoch: 1,
        value: values["near"]!,
        others: othersOf(limited, values),
      });
      again.apply({ kind: "ended", trial: number, outcome: "complete" });
    }
    played(make(limited, 5), limited, 5, 16, again);
    expect(again.trials.map(({ params }) => params)).toEqual(whole.trials.map(({ params }) => params));
  });
});

describe("the expected hypervolume improvement", () => {
  const dimensions: Dimension[] = ["a", "b"].map((name) => ({
    name,
    kind: "unit",
    levels: Infinity,
    group: 0,
  }));
  const xs = [
    [0.1, 0.2],
    [0.5, 0.9],
    [0.8, 0.3],
  ].map((x) => Float64Array.from(x));
  const theta = { lengths: Float64Array.of(0.4, 0.6), variance: 1, noise: 1e-4, trend: false };
  const process = (...ys: number[]) =>
    measured({ xs, ys: Float64Array.from(ys), extraNoise: new Float64Array(3) }, dimensions, theta);
  const posteriors = [process(0, 1, -1), process(1, -1, 0.5), process(0.3, 0.1, -0.4)];

  it.each([1, 2, 3])("is what the mean over many draws comes to, for %i scores", (count) => {
    const reference = new Float64Array(count).fill(1.5);
    const front = [
      [0.2, 1, 0.3],
      [1, -1, 0.1],
      [0.5, 0.5, -0.4],
    ].map((point) => Float64Array.from(point.slice(0, count)));
    const criterion = new VolumeImprovement(posteriors.slice(0, count), [openBoxes(front, reference)], []);
    const x = Float64Array.of(0.35, 0.6);
    const now = hypervolume(front, reference);
    const rng = rngFor(7, "draws", count);
    let sum = 0;
    const draws = 20_000;
    for (let i = 0; i < draws; i++) {
      const point = Float64Array.from(posteriors.slice(0, count), (posterior) => {
        const { means, variance } = posterior.predict(x);
        return means[0]! + Math.sqrt(variance) * rng.normal();
      });
      sum += hypervolume([...front, point], reference) - now;
    }
    expect(Math.exp(criterion.value(x)) / (sum / draws)).toBeCloseTo(1, 1);
  });

  it("has the slope that differences show", () => {
    const front = [
      [0, 1],
      [1, -1],
      [-1, 0.5],
    ].map((point) => Float64Array.from(point));
    const boxes = openBoxes(front, Float64Array.of(1.5, 1.5));
    const criterion = new VolumeImprovement(posteriors.slice(0, 2), [boxes], []);
    const x = Float64Array.of(0.35, 0.6);
    const gradient = new Float64Array(2);
    criterion.value(x, gradient);
    for (const d of [0, 1]) {
      const moved = (by: number): number => criterion.value(x.map((each, i) => (i === d ? each + by : each)));
      expect(gradient[d]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 4);
    }
  });
});

describe("early termination by several goals", () => {
  /** Four trials at epoch 2: 0 is beaten by 1 in both, 2 has the best second metric, 3 breaks the limit. */
  function standing(): History {
    const history = new History("minimize");
    for (const [trial, [near, far, edge]] of [
      [3, 3, -1],
      [2, 2, -1],
      [9, 1, -1],
      [1, 1, 5],
    ].entries()) {
      history.apply({ kind: "started", trial, params: {}, epochs: 9 });
      history.apply({ kind: "reported", trial, epoch: 2, value: near!, others: [far!, edge!] });
    }
    return history;
  }

  it("stops by non-domination at equal epochs, and what breaks a constraint first", () => {
    const history = standing();
    const asha = goalsAsha(limited, { epochs: 9, min_epochs: 2, eta: 2 });
    const verdicts = history.trials.map((trial) => asha.judge(history, trial));
    expect(verdicts.map(({ kind }) => kind)).toEqual(["stop", "continue", "continue", "stop"]);
    expect(verdicts[0]).toMatchObject({
      reason: "by near, far it is number 3 of the 4 trials that reached epoch 2; only the best 2 go on",
    });
  });

  it("stops what is not among the best half of the others", () => {
    const history = standing();
    const median = goalsPercentile(limited, { percentile: 50, min_trials: 3 });
    expect(history.trials.map((trial) => median.judge(history, trial).kind)).toEqual([
      "stop",
      "continue",
      "continue",
      "stop",
    ]);
    const patient = goalsPercentile(limited, { percentile: 50, min_trials: 4 });
    expect(patient.judge(history, history.trial(3)).kind).toBe("continue");
  });
});
