import { describe, expect, it } from "vitest";
import { rngFor } from "../../search/random.ts";
import { bayesSampler } from "../../search/samplers/bayes.ts";
import { comparableScores } from "../../search/samplers/bayes/comparable.ts";
import { Encoding } from "../../search/samplers/bayes/encoding.ts";
import type { Parameter, Space } from "../../search/space.ts";
import type { HistoryEvent, OutcomeKind } from "../../search/history.ts";
import { samplerContract } from "../contracts/sampler.ts";
import { replay } from "./study.ts";

samplerContract("bayes", (space) => bayesSampler(space, { seed: 3, startup_trials: 6 }), {
  spaces: 4,
  longHistory: 500,
});

const rate: Parameter = {
  name: "rate",
  domain: { kind: "float", min: 1e-4, max: 1, scale: "log" },
  when: [],
};
const cell: Parameter = { name: "cell", domain: { kind: "categorical", values: ["lstm", "gru"] }, when: [] };
const gate: Parameter = {
  name: "gate",
  domain: { kind: "float", min: 0, max: 1, scale: "linear" },
  when: [{ param: "cell", in: ["gru"] }],
};

describe("bayes", () => {
  const name = (space: Space, trials?: number): string =>
    bayesSampler(space, { seed: 1, ...(trials === undefined ? {} : { trials }) }).name;

  it("picks the Gaussian process for small budgets of few parameters, else the Parzen estimator, and says so", () => {
    const flat = { parameters: [rate, cell] };
    expect(name(flat)).toBe("bayes: gp (few parameters)");
    expect(name(flat, 300)).toBe("bayes: gp (few trials and parameters)");
    expect(name(flat, 301)).toBe("bayes: tpe (more than 300 trials)");
    expect(name({ parameters: [rate, cell, gate] }, 50)).toBe("bayes: gp (few trials and parameters)");
    const wide = Array.from({ length: 21 }, (_, i) => ({ ...rate, name: `rate${i}` }));
    expect(name({ parameters: wide }, 50)).toBe("bayes: tpe (more than 20 parameters)");
  });

  it("says where each configuration came from", () => {
    const sampler = bayesSampler({ parameters: [rate] }, { seed: 1, startup_trials: 1 });
    const history = replay([]);
    const origins = [0, 1].map((trial) => {
      const suggestion = sampler.suggest(history, trial, rngFor(1, trial));
      if (suggestion.kind !== "new") throw new Error(suggestion.kind);
      history.apply({ kind: "started", trial, params: suggestion.params, epochs: 1 });
      history.apply({ kind: "reported", trial, epoch: 1, value: 1 });
      history.apply({ kind: "ended", trial, outcome: "complete" });
      return suggestion.origin;
    });
    expect(origins).toEqual(["sobol", "gp"]);
  });

  it("names the rule and the value of a wrong setting", () => {
    expect(() => bayesSampler({ parameters: [rate] }, { seed: 1, trials: 0 })).toThrow(
      "trials must be a whole number of at least 1; received 0",
    );
  });
});

describe("comparable scores", () => {
  /** One trial a curve; `null` ends it as diverged. */
  function scores(...curves: readonly (readonly [OutcomeKind | "paused", ...(number | null)[]])[]): number[] {
    const events = curves.flatMap(([outcome, ...values], trial): HistoryEvent[] => [
      { kind: "started", trial, params: {}, epochs: 4 },
      ...values.map((value, i) => ({ kind: "reported" as const, trial, epoch: i + 1, value })),
      outcome === "paused" ? { kind: "paused", trial } : { kind: "ended", trial, outcome },
    ]);
    return [...comparableScores(replay(events).trials)];
  }

  it("give a stopped trial what those at its place in the ranking came to", () => {
    const found = scores(
      ["complete", 8, 6, 4, 2],
      ["complete", 10, 9, 7, 6],
      ["pruned", 9], // halfway between the two after one epoch
      ["paused", 20], // worse than both by 10
    );
    expect(found).toEqual([2, 6, 4, 16]);
  });

  it("climb a ladder of rungs: trials of two epochs inform about trials of one", () => {
    const [, , one] = scores(["complete", 8, 4, 2, 1], ["pruned", 9, 5], ["pruned", 9]);
    // Another complete trial is missing at rung two: 5 there is 4 + 1, in the end 1 + 1; so is 9 at rung one.
    expect(one).toBeCloseTo(2, 12);
  });

  it("are never worse than what was reached, and the own score where no trial went on", () => {
    expect(scores(["complete", 5, 6, 7, 8], ["pruned", 3])).toEqual([5, 3]);
    expect(scores(["pruned", 3], ["pruned", 4])).toEqual([3, 4]);
  });

  it("are NaN for trials that diverged, failed or reported nothing finite", () => {
    expect(
      scores(["diverged", 1, null], ["failed", 1], ["complete", null], ["pruned", null], ["complete", 1]),
    ).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN, 1]);
  });
});

describe("encoding", () => {
  const space: Space = {
    parameters: [
      cell,
      gate,
      { name: "hidden", domain: { kind: "categorical", values: [64, 16, 32] }, when: [] },
      { name: "fixed", domain: { kind: "constant", value: "adam" }, when: [] },
      { name: "layers", domain: { kind: "int", min: 1, max: 4, step: 1, scale: "linear" }, when: [] },
    ],
  };
  const encoding = new Encoding(space);

  it("orders lists of numbers, leaves out what cannot vary and marks what is absent", () => {
    expect(encoding.dimensions.map(({ name, kind, group }) => [name, kind, group])).toEqual([
      ["cell", "choice", 0],
      ["gate", "unit", 1],
      ["hidden", "unit", 0],
      ["layers", "unit", 0],
    ]);
    expect([...encoding.encode({ cell: "lstm", hidden: 16, fixed: "adam", layers: 4 })]).toEqual([
      0,
      Number.NaN,
      0.5 / 3,
      0.875,
    ]);
    expect(encoding.encode({ cell: "rnn", hidden: 17, layers: 1 }).slice(0, 3)).toEqual(
      Float64Array.of(Number.NaN, Number.NaN, Number.NaN),
    );
  });

  it("settles a point as decoding and encoding would", () => {
    const flat = new Encoding({ parameters: space.parameters.filter(({ when }) => when.length === 0) });
    for (const [some, point] of [
      [encoding, [0, 0.3, 0.7, 0.4]],
      [encoding, [1, 0.3, 0.7, 0.4]],
      [flat, [1, 0.7, 0.4]],
    ] as const) {
      const x = Float64Array.from(point);
      expect(some.settle(x)).toEqual(some.encode(some.decode(x)));
    }
  });

  it("decodes what it encoded", () => {
    const params = { cell: "gru", gate: 0.25, hidden: 64, fixed: "adam", layers: 2 };
    expect(encoding.decode(encoding.encode(params))).toEqual(params);
  });
});
