import { describe, expect, it } from "vitest";
import { History } from "../../search/history.ts";
import { chancePruner } from "../../search/pruners/chance.ts";
import { ashaPruner, hyperbandPruner } from "../../search/pruners/halving.ts";
import { rngFor } from "../../search/random.ts";
import { ashaPromotion, hyperbandPromotion } from "../../search/samplers/promotion.ts";
import { gridSampler } from "../../search/samplers/grid.ts";
import { randomSampler } from "../../search/samplers/random.ts";
import { thaw } from "../../search/samplers/thaw.ts";
import type { Scheduler } from "../../search/scheduler.ts";
import type { Space } from "../../search/space.ts";
import { prunerContract } from "../contracts/pruner.ts";
import { samplerContract } from "../contracts/sampler.ts";
import { play, replay, scoreOf, type Curve } from "./study.ts";

const EPOCHS = 12;

const METRIC = "val_mse";

const space: Space = {
  parameters: [{ name: "x", domain: { kind: "float", min: 0, max: 1, scale: "linear" }, when: [] }],
};

const schedulers: [string, (trials?: number) => Scheduler][] = [
  [
    "asha promotion",
    (trials = 40) => ashaPromotion(randomSampler(space), METRIC, { epochs: EPOCHS, trials }),
  ],
  [
    "hyperband promotion",
    (trials = 40) => hyperbandPromotion(randomSampler(space), METRIC, { epochs: EPOCHS, trials }),
  ],
  ["thaw", (trials = 40) => thaw(randomSampler(space), METRIC, { epochs: EPOCHS, trials })],
];

prunerContract("asha", (metric) => ashaPruner(metric, { epochs: EPOCHS }));

prunerContract("hyperband", (metric) => hyperbandPruner(metric, { epochs: EPOCHS, eta: 2 }));

prunerContract("chance", (metric) => chancePruner(metric, { epochs: EPOCHS }));

for (const [name, make] of schedulers) {
  prunerContract(name, () => make());
}

// What is new comes from the random sampler, which has the long run of the suite.
const brief = { spaces: 20, longHistory: 1000 };

samplerContract(
  "hyperband promotion",
  (space) => hyperbandPromotion(randomSampler(space), METRIC, { epochs: 1 }),
  brief,
);

samplerContract(
  "asha promotion",
  (space) => ashaPromotion(randomSampler(space), METRIC, { epochs: 1 }),
  brief,
);

samplerContract("thaw", (space) => thaw(randomSampler(space), METRIC, { epochs: 1, min_epochs: 1 }), brief);

/** The order of trials is settled at once and never changes; a few are never finite. */
const settled: Curve = (params, epoch) => (scoreOf(params) > 0.9 ? null : scoreOf(params) + 1 / epoch);

/** Later trials overtake earlier ones, and leaders grow worse again. */
const crossing: Curve = (params, epoch, trial) => {
  const rate = 0.05 + scoreOf(params);
  return 1 - 0.1 * Math.exp(-rate * epoch) * epoch + 0.01 * rngFor(trial, epoch).next();
};

describe.each(schedulers)("%s", (_, make) => {
  it("suggests after a resume at any moment what it suggested before", () => {
    const { events, suggestions } = play({
      sampler: make(),
      pruner: make(),
      curve: crossing,
      trials: 40,
      epochs: EPOCHS,
      workers: 3,
    });
    expect(suggestions.some(({ suggestion }) => suggestion.kind === "continue")).toBe(true);
    for (const { after, suggestion } of suggestions) {
      const history = replay(events.slice(0, after));
      const trial = history.trials.length;
      expect(make().suggest(history, trial, rngFor(1, "trial", trial))).toEqual(suggestion);
    }
  });

  it("trains the best of a settled order to the end, even of few trials, and then ends", () => {
    for (const trials of [1, 2, 5, 30]) {
      const scheduler = make(trials);
      const { history, exhausted } = play({
        sampler: scheduler,
        pruner: scheduler,
        curve: settled,
        trials: 1000,
        epochs: EPOCHS,
        workers: 2,
      });
      expect(exhausted).toBe(true);
      expect(history.trials).toHaveLength(trials);
      const best = history.trials.reduce((a, b) => (scoreOf(b.params) < scoreOf(a.params) ? b : a));
      if (scoreOf(best.params) <= 0.9) expect(best.state).toBe("complete");
      expect(history.trials.filter(({ state }) => state === "complete").length).toBeLessThanOrEqual(
        1 + trials / 2,
      );
    }
  });

  it("never goes on with a trial that has not been finite", () => {
    const scheduler = make();
    const setup = { sampler: scheduler, pruner: scheduler, trials: 40, epochs: EPOCHS };
    const { suggestions } = play({ ...setup, curve: () => null });
    expect(suggestions.filter(({ suggestion }) => suggestion.kind === "continue")).toEqual([]);
  });

  it("ends with the space: what is paused may go on, then there is nothing more", () => {
    const three: Space = {
      parameters: [
        { name: "x", domain: { kind: "int", min: 1, max: 3, step: 1, scale: "linear" }, when: [] },
      ],
    };
    const scheduler = thaw(gridSampler(three), METRIC, { epochs: EPOCHS });
    const setup = { sampler: scheduler, pruner: scheduler, trials: 99, epochs: EPOCHS, workers: 2 };
    const { history, exhausted } = play({ ...setup, curve: (params, epoch) => Number(params["x"]) / epoch });
    expect(exhausted).toBe(true);
    expect(history.trial(0).state).toBe("complete");
  });
});

describe("asha promotion", () => {
  it("lets at most one in eta go past each rung, and the best ones", () => {
    const scheduler = ashaPromotion(randomSampler(space), METRIC, { epochs: 9, eta: 3 });
    const { history } = play({
      sampler: scheduler,
      pruner: scheduler,
      curve: settled,
      trials: 27,
      epochs: 9,
    });
    const past = (epoch: number): number[] =>
      history.trials.filter(({ scores }) => scores.length >= epoch).map(({ params }) => scoreOf(params));
    expect([past(1).length, past(3).length, past(9).length]).toEqual([
      27,
      expect.any(Number),
      expect.any(Number),
    ]);
    expect(past(3).length).toBeGreaterThanOrEqual(9);
    const best = [...past(1)].sort((a, b) => a - b).slice(0, 9);
    // What was promoted early may have been overtaken since; the nine best of all have gone on in any case.
    for (const score of best) expect(past(3)).toContain(score);
  });

  it("promotes from the highest rung first, in words people understand", () => {
    const scheduler = ashaPromotion(randomSampler(space), METRIC, { epochs: 4, eta: 2 });
    const history = new History("minimize");
    const values = [0.4, 0.3, 0.2, 0.1];
    for (const [trial, value] of values.entries()) {
      history.apply({ kind: "started", trial, params: { x: trial }, epochs: 4 });
      history.apply({ kind: "reported", trial, epoch: 1, value });
      const verdict = scheduler.judge(history, history.trial(trial));
      expect(verdict).toMatchObject({ kind: "pause" });
      if (trial === 2) {
        const reason = "waits at epoch 1 with val_mse 0.2, number 1 of 3 trials that got there";
        expect(verdict).toEqual({ kind: "pause", reason });
      }
      history.apply({ kind: "paused", trial });
    }
    const next = (): unknown => scheduler.suggest(history, 4, rngFor(1));
    expect(next()).toEqual({ kind: "continue", trial: 3, toEpoch: 2 });
    history.apply({ kind: "continued", trial: 3, epochs: 2 });
    expect(next()).toEqual({ kind: "continue", trial: 2, toEpoch: 2 });
    history.apply({ kind: "continued", trial: 2, epochs: 2 });
    expect(next()).toMatchObject({ kind: "new" });
    for (const trial of [3, 2]) {
      history.apply({ kind: "reported", trial, epoch: 2, value: values[trial]! });
      history.apply({ kind: "paused", trial });
    }
    expect(next()).toEqual({ kind: "continue", trial: 3, toEpoch: 4 });
  });
});

describe("asha", () => {
  it("stops what is not among the best at a rung, and says by how far", () => {
    const pruner = ashaPruner(METRIC, { epochs: 9, eta: 3 });
    const history = new History("minimize");
    const reasons = [0.5, 0.4, 0.3, 0.35, 0.2, 0.25].map((value, trial) => {
      history.apply({ kind: "started", trial, params: {}, epochs: 9 });
      history.apply({ kind: "reported", trial, epoch: 1, value });
      const verdict = pruner.judge(history, history.trial(trial));
      return verdict.kind === "continue" ? "" : verdict.reason;
    });
    const last = "val_mse 0.35 is number 2 of the 4 trials that reached epoch 1; only the best one goes on";
    expect(reasons).toEqual(["", "", "", last, "", ""]);
  });
});

it("a scheduler is named after its sampler, the reason for that one apart", () => {
  const inner = { ...randomSampler(space), name: "bayes: tpe (conditional parameters)" };
  expect(hyperbandPromotion(inner, METRIC, { epochs: 9 }).name).toBe(
    "bayes: tpe (conditional parameters) with hyperband promotion",
  );
});
