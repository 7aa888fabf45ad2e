import { describe, expect, it } from "vitest";
import { History } from "../../search/history.ts";
import { rngFor } from "../../search/random.ts";
import { tpeSampler } from "../../search/samplers/tpe.ts";
import type { Space } from "../../search/space.ts";

describe("tpe", () => {
  it("takes repeats of a configuration for measurements of one example, which count with their mean", () => {
    const space: Space = {
      parameters: [{ name: "x", domain: { kind: "float", min: 0, max: 1, scale: "linear" }, when: [] }],
    };
    const suggested = (scores: readonly number[]): (number | undefined)[] => {
      const history = new History("minimize");
      const tell = (x: number, value: number): void => {
        const trial = history.trials.length;
        history.apply({ kind: "started", trial, params: { x }, epochs: 1 });
        history.apply({ kind: "reported", trial, epoch: 1, value });
        history.apply({ kind: "ended", trial, outcome: "complete" });
      };
      for (let i = 0; i < 20; i++) tell((i + 0.5) / 20, 1 + Math.abs((i + 0.5) / 20 - 0.8));
      for (const score of scores) tell(0.7, score);
      return Array.from({ length: 20 }, (_, seed) => {
        const next = tpeSampler(space, { seed: 1 }).suggest(history, 30, rngFor(seed));
        return next.kind === "new" ? Number(next.params["x"]) : undefined;
      });
    };
    expect(suggested([0.5, 1.5, 2.5])).toEqual(suggested([1.5]));
    expect(suggested([0.5])).not.toEqual(suggested([1.5]));
  });
});
