import { describe, expect, it } from "vitest";
import type { Goals } from "../../search/goals/goals.ts";
import { goalsAshaPromotion, goalsHyperbandPromotion } from "../../search/goals/promotion.ts";
import { goalsAsha, goalsHyperband, goalsPercentile } from "../../search/goals/pruners.ts";
import { GoalsStandings } from "../../search/goals/standings.ts";
import { History } from "../../search/history.ts";
import { rngFor } from "../../search/random.ts";
import { randomSampler } from "../../search/samplers/random.ts";
import type { Goal } from "../../search/scores.ts";
import type { Space } from "../../search/space.ts";
import { prunerContract } from "../contracts/pruner.ts";
import { samplerContract } from "../contracts/sampler.ts";

const EPOCHS = 12;

const space: Space = {
  parameters: [{ name: "x", domain: { kind: "float", min: 0, max: 1, scale: "linear" }, when: [] }],
};

/** By one metric, the rules for several compare as those for one. */
function only(name: string, goal: Goal): Goals {
  return { metrics: [{ name, goal }], constraints: [] };
}

prunerContract("asha for several goals", (metric, goal) => goalsAsha(only(metric, goal), { epochs: EPOCHS }));

prunerContract("hyperband for several goals", (metric, goal) =>
  goalsHyperband(only(metric, goal), { epochs: EPOCHS, eta: 2 }),
);

prunerContract("percentile for several goals", (metric, goal) =>
  goalsPercentile(only(metric, goal), { percentile: 50, min_trials: 2 }),
);

prunerContract("asha promotion for several goals", (metric, goal) =>
  goalsAshaPromotion(randomSampler(space), only(metric, goal), { epochs: EPOCHS, trials: 40 }),
);

prunerContract("hyperband promotion for several goals", (metric, goal) =>
  goalsHyperbandPromotion(randomSampler(space), only(metric, goal), { epochs: EPOCHS, trials: 40 }),
);

samplerContract(
  "asha promotion for several goals",
  (space) => goalsAshaPromotion(randomSampler(space), only("loss", "minimize"), { epochs: 1 }),
  { spaces: 20, longHistory: 1000 },
);

/** Lower is better for both; `ms` has a limit. */
const goals: Goals = {
  metrics: [
    { name: "loss", goal: "minimize" },
    { name: "size", goal: "minimize" },
  ],
  constraints: [{ metric: "ms", op: "<=", limit: 1 }],
};

/** Trials that wait at epoch 1 with these values: loss, size, ms. */
function waiting(rows: readonly (readonly [loss: number | null, size: number, ms: number])[]): History {
  const history = new History("minimize");
  for (const [trial, [value, ...others]] of rows.entries()) {
    history.apply({ kind: "started", trial, params: { x: trial / 100 }, epochs: 9 });
    history.apply({ kind: "reported", trial, epoch: 1, value, others });
    history.apply({ kind: "paused", trial });
  }
  return history;
}

describe("promotion by several goals", () => {
  const make = (trials: number): ReturnType<typeof goalsAshaPromotion> =>
    goalsAshaPromotion(randomSampler(space), goals, { epochs: 9, eta: 3, trials });

  /** Trials that go on from epoch 1, in their order, until there is one to start or the end. */
  function promoted(history: History, trials: number): number[] {
    const scheduler = make(trials);
    const found: number[] = [];
    for (;;) {
      const next = scheduler.suggest(history, history.trials.length, rngFor(1, history.trials.length));
      if (next.kind !== "continue") return found;
      expect(next.toEpoch).toBe(3);
      found.push(next.trial);
      history.apply({ kind: "continued", trial: next.trial, epochs: next.toEpoch });
    }
  }

  it("goes on with trials of the front, the one that dominates most first, and not with the rest", () => {
    const history = waiting([
      [0.9, 0.9, 0],
      [0.1, 0.8, 0], // front
      [0.5, 0.4, 0], // front, in its middle
      [0.8, 0.1, 0], // front
      [0.6, 0.5, 0],
      [0.9, 0.8, 0],
      [0.7, 0.9, 0],
      [0.8, 0.8, 0],
      [0.9, 0.7, 0],
    ]);
    const found = promoted(history, 100);
    expect(found[0]).toBe(2);
    expect(found.toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
  });

  it("keeps back what breaks a constraint until nothing else waits, and never goes on without values", () => {
    const rows: [number | null, number, number][] = [
      [0.1, 0.1, 5],
      [0.9, 0.9, 0.5],
      [null, 0.1, 0.5],
    ];
    expect(promoted(waiting(rows), 100)).toEqual([1]);
    expect(promoted(waiting([rows[2]!]), 1)).toEqual([]);
    expect(promoted(waiting([rows[0]!]), 1)).toEqual([0]);
  });

  it("says at which place a trial waits, by which metrics", () => {
    const history = waiting([
      [0.1, 0.1, 0],
      [0.9, 0.9, 0],
    ]);
    history.apply({ kind: "continued", trial: 1, epochs: 9 });
    expect(make(9).judge(history, history.trial(1))).toEqual({
      kind: "pause",
      reason: "waits at epoch 1 by loss, size number 2 of 2 trials that got there",
    });
  });
});

describe("standings by several goals", () => {
  it("count the values of an epoch that was trained again", () => {
    const history = waiting([
      [0.2, 0.2, 0],
      [0.4, 0.4, 0],
    ]);
    const standings = new GoalsStandings(goals, [1, 3], () => true);
    const places = (): number[] => standings.of(history).map(({ bests }) => bests[0]!);
    expect(places()).toEqual([0, 1]);
    history.apply({ kind: "continued", trial: 1, epochs: 3 });
    history.apply({ kind: "reported", trial: 1, epoch: 1, value: 0.1, others: [0.1, 0] });
    expect(places()).toEqual([1, 0]);
  });
});
