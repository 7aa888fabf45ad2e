import { describe, expect, it } from "vitest";
import { History } from "../../search/history.ts";
import { foresight, quotaOf } from "../../search/pruners/foresight.ts";
import { Standings } from "../../search/pruners/standings.ts";
import { rngFor } from "../../search/random.ts";
import { randomSampler } from "../../search/samplers/random.ts";
import { thaw } from "../../search/samplers/thaw.ts";
import type { Space } from "../../search/space.ts";
import { play, type Curve } from "./study.ts";

const marks = [1, 2, 3, 4, 6, 9, 13];
const rungs = [2, 3, 4, 6, 9];
const eta = 3;
const prior = { miss: 0.5, trials: 3 };
const settings = { rungs, marks, eta, prior };
const learn = foresight(settings);

const space: Space = {
  parameters: [{ name: "x", domain: { kind: "float", min: 0, max: 1, scale: "linear" }, when: [] }],
};

/** Trials of which every second trained 13 epochs and the others two, with these losses. */
function outlook(loss: (trial: number, epoch: number) => number, trials = 120): readonly number[] {
  const history = new History("minimize");
  for (let trial = 0; trial < trials; trial++) {
    history.apply({ kind: "started", trial, params: {}, epochs: 13 });
    for (let epoch = 1; epoch <= (trial % 2 === 0 ? 13 : 2); epoch++)
      history.apply({ kind: "reported", trial, epoch, value: loss(trial, epoch) });
    history.apply({ kind: "paused", trial });
  }
  return learn(new Standings(marks).of(history)).shares;
}

const level = (trial: number): number => rngFor(1, trial).next();
const noise = (trial: number, epoch: number): number => rngFor(2, trial, epoch).next();

describe("what early order says of the end", () => {
  it("is nothing new before trials of both kinds came further", () => {
    expect(outlook(level, 3)).toEqual(rungs.map(() => 1 / eta));
  });

  it("is trusted where it holds: one in eta goes on, and later rungs are not asked", () => {
    expect(outlook((trial, epoch) => level(trial) / epoch)[0]).toBeLessThan(0.5);
    expect(outlook((trial, epoch) => level(trial) / epoch).slice(1)).toEqual(
      rungs.slice(1).map(() => 1 / eta),
    );
  });

  it("is nothing on a plateau of noise: nearly all go on, from rung to rung until an order holds", () => {
    const shares = outlook((trial, epoch) =>
      epoch < 4 ? 1 + 0.01 * noise(trial, epoch) : level(trial) / epoch,
    );
    expect(shares[0]).toBeGreaterThan(0.8);
    expect(shares[1]).toBeGreaterThan(0.8);
    expect(shares.slice(3)).toEqual([1 / eta, 1 / eta]);
  });

  it("is nothing where a lucky epoch is all that an order has: scores before the rung do not confirm it", () => {
    expect(
      outlook((trial, epoch) => (epoch <= 2 ? noise(trial, epoch) : 2 + noise(trial, epoch)))[0],
    ).toBeGreaterThan(0.8);
  });

  it("is nothing where those that look bad become the best", () => {
    expect(outlook((trial, epoch) => (epoch < 3 ? 1 - level(trial) : level(trial)))[0]).toBe(1);
  });

  it("lets a part pass at random, always the same trials, up to the epoch they are looked at", () => {
    const doubtful = foresight({ ...settings, prior: { miss: 0.8, trials: 5 } });
    const { passes } = doubtful([]);
    const passing = Array.from({ length: 1000 }, (_, trial) => trial).filter((trial) => passes(trial, 0));
    expect(passing.length).toBeGreaterThan(110);
    expect(passing.length).toBeLessThan(190);
    expect(foresight(settings)([]).passes(passing[0]!, 0)).toBe(true);
    const looked = Array.from({ length: 1000 }, (_, trial) => trial).filter((trial) => passes(trial, 1));
    expect(passing.filter((trial) => looked.includes(trial)).length).toBeLessThan(60);
  });

  it("counts quotas as one in eta does", () => {
    expect([1, 2, 3, 8, 9, 300].map((of) => quotaOf(1 / 3, of))).toEqual([0, 0, 1, 2, 3, 100]);
  });
});

describe("thaw", () => {
  /** Every trial leaves its plateau at an epoch of its own. */
  const late: Curve = (_, epoch, trial) => {
    const trained = Math.max(0, epoch - 3 - rngFor(4, trial).int(6));
    return 1 + 0.01 * noise(trial, epoch) - (1 - level(trial)) * (1 - Math.exp(-0.5 * trained));
  };
  const soon: Curve = (_, epoch, trial) =>
    1 + 0.001 * noise(trial, epoch) - (1 - level(trial)) * (1 - Math.exp(-epoch));

  it("waits with trials of a study that rises late, and judges early where early order holds", () => {
    const reached = (curve: Curve): readonly number[] => {
      const own = thaw(randomSampler(space), "loss", { epochs: 40, trials: 90 });
      const { history } = play({ sampler: own, pruner: own, curve, trials: 90, epochs: 40 });
      return [4, 6].map((epoch) => history.trials.filter(({ scores }) => scores.length >= epoch).length);
    };
    expect(reached(late)[0]).toBeGreaterThan(60);
    expect(reached(soon)[0]).toBeLessThan(45);
    expect(reached(soon)[1]).toBeLessThan(25);
  });
});
