import { describe, expect, it } from "vitest";
import { History } from "../../search/history.ts";
import { chancePruner } from "../../search/pruners/chance.ts";
import { ashaPruner, hyperbandPruner } from "../../search/pruners/halving.ts";
import { geometricRungs, hyperbandBrackets } from "../../search/pruners/rungs.ts";
import { ashaPromotion } from "../../search/samplers/promotion.ts";
import { randomSampler } from "../../search/samplers/random.ts";
import { thaw } from "../../search/samplers/thaw.ts";
import { SettingError } from "../../search/settings.ts";
import type { Space } from "../../search/space.ts";

const METRIC = "val_mse";

const space: Space = {
  parameters: [{ name: "x", domain: { kind: "float", min: 0, max: 1, scale: "linear" }, when: [] }],
};

describe("rungs", () => {
  it("are min_epochs times powers of eta", () => {
    expect(geometricRungs({ epochs: 51, min_epochs: 2, eta: 4 })).toEqual([2, 8, 32]);
    expect(geometricRungs({ epochs: 27, min_epochs: 1, eta: 3 })).toEqual([1, 3, 9]);
    expect(geometricRungs({ epochs: 4, min_epochs: 1, eta: 1.2 })).toEqual([1, 2, 3]);
  });

  it("of Hyperband start later in each bracket, with the paper's numbers of trials", () => {
    const brackets = hyperbandBrackets({ epochs: 81, min_epochs: 1, eta: 3 });
    expect(brackets.map(({ rungs }) => rungs)).toEqual([[1, 3, 9, 27], [3, 9, 27], [9, 27], [27], []]);
    // Li et al. 2018, table 1: 81, 34, 15, 8 and 5 configurations.
    const dealt = brackets.map(({ includes }) =>
      Array.from({ length: 143 }, (_, trial) => trial).filter(includes),
    );
    expect(dealt.map(({ length }) => length)).toEqual([81, 34, 15, 8, 5]);
    expect(new Set(dealt.flat()).size).toBe(143);
  });

  it.each([
    { epochs: 20, min_epochs: 2, eta: 4, rungs: [[2, 8], [8], []] },
    { epochs: 10, min_epochs: 2, eta: 4, rungs: [[2, 8], [8], []] },
    { epochs: 50, min_epochs: 2, eta: 4, rungs: [[2, 8, 32], [8, 32], [32], []] },
    { epochs: 100, min_epochs: 2, eta: 3, rungs: [[2, 6, 18, 54], [6, 18, 54], [18, 54], [54], []] },
    { epochs: 2, min_epochs: 2, eta: 4, rungs: [[]] },
  ])("of Hyperband always have a bracket that compares nothing: $epochs epochs", ({ rungs, ...settings }) => {
    const brackets = hyperbandBrackets(settings);
    expect(brackets.map((bracket) => bracket.rungs)).toEqual(rungs);
    const trials = Array.from({ length: 500 }, (_, trial) => trial);
    expect(trials.some(brackets.at(-1)!.includes)).toBe(true);
  });
});

describe("asha", () => {
  const asha = ashaPruner(METRIC, { epochs: 9, eta: 3 });

  /** What becomes of the last of trials that have reported one value each. */
  function lastOf(values: readonly (number | null)[]): string {
    const history = new History("minimize");
    for (const [trial, value] of values.entries()) {
      history.apply({ kind: "started", trial, params: {}, epochs: 9 });
      history.apply({ kind: "reported", trial, epoch: 1, value });
    }
    return asha.judge(history, history.trials.at(-1)!).kind;
  }

  it("places trials that diverged last, wherever they stand among the others", () => {
    // Syne Tune 0.16.0 lets the 6 go on (asha.py, Bracket.on_result): findings/syne-tune-nan-is-the-best.sh.
    expect(lastOf([1, 2, null, 4, null, 6])).toBe("stop");
    expect(lastOf([null, null, 3, 6, 5, 4])).toBe("continue");
    expect(lastOf([1, 2, 3, 4, 5, null])).toBe("stop");
  });
});

describe("settings out of range", () => {
  const inner = randomSampler(space);
  const cases: [string, () => unknown][] = [
    ["eta must be a number above 1; received 1", () => ashaPruner(METRIC, { epochs: 9, eta: 1 })],
    [
      "min_epochs must be at most epochs (9); received 10",
      () => hyperbandPruner(METRIC, { epochs: 9, min_epochs: 10 }),
    ],
    [
      "min_chance must be a number from 0 to 1; received 2",
      () => chancePruner(METRIC, { epochs: 9, min_chance: 2 }),
    ],
    [
      "trials must be a whole number of at least 1; received 0",
      () => ashaPromotion(inner, METRIC, { epochs: 9, trials: 0 }),
    ],
    ["share must be a number from 0 to 1; received -1", () => thaw(inner, METRIC, { epochs: 9, share: -1 })],
  ];
  it.each(cases)("are refused: %s", (message, make) => {
    expect(make).toThrow(SettingError);
    expect(make).toThrow(message);
  });
});
