import { describe, expect, it } from "vitest";
import { History } from "../../search/history.ts";
import { rngFor } from "../../search/random.ts";
import type { Sampler } from "../../search/sampler.ts";
import { gridSampler } from "../../search/samplers/grid.ts";
import { withKnown, type KnownTrial } from "../../search/samplers/known.ts";
import { tpeSampler } from "../../search/samplers/tpe.ts";
import type { Space } from "../../search/space.ts";
import { samplerContract } from "../contracts/sampler.ts";
import { play, replay, scoreOf } from "./study.ts";

samplerContract(
  "tpe that knows nothing from elsewhere",
  (space) => withKnown([], tpeSampler(space, { seed: 1 })),
  {
    spaces: 4,
    longHistory: 500,
  },
);

const space: Space = {
  parameters: [{ name: "x", domain: { kind: "int", min: 0, max: 9, scale: "linear", step: 1 }, when: [] }],
};
const known = [0, 1, 5].map((x): KnownTrial => ({ params: { x }, outcome: "complete", reports: [[3, x]] }));

describe("known results", () => {
  it("are not tried again", () => {
    const { history } = play({ sampler: withKnown(known, gridSampler(space)), curve: () => 1, trials: 99 });
    expect(history.trials.map(({ params }) => params["x"])).toEqual([2, 3, 4, 6, 7, 8, 9]);
  });

  it("stand before the study's own trials in what the sampler sees, which else is the same", () => {
    const seen: History[] = [];
    const spy: Sampler = {
      name: "spy",
      suggest(history, trial, rng) {
        seen.push(history);
        expect(history.trials.length).toBe(trial);
        return gridSampler(space).suggest(history, trial, rng);
      },
    };
    const curve = (_: unknown, epoch: number, trial: number): number | null =>
      trial === 1 && epoch === 2 ? null : scoreOf({ epoch, trial });
    const judge = (history: History): { kind: "pause"; reason: string } | { kind: "continue" } =>
      history.trials.length === 3 ? { kind: "pause", reason: "later" } : { kind: "continue" };
    const sampler = withKnown(known, spy);
    const { history, events } = play({
      sampler,
      pruner: { name: "third", judge },
      curve,
      trials: 5,
      epochs: 4,
      workers: 2,
      goal: "maximize",
    });
    sampler.suggest(history, history.trials.length, rngFor(1));
    withKnown(known, spy).suggest(replay(events, "maximize"), history.trials.length, rngFor(1));
    for (const mirror of [seen.at(-2)!, seen.at(-1)!]) {
      const own = mirror.trials.slice(3).map((record) => ({ ...record, number: record.number - 3 }));
      expect(own).toEqual(history.trials);
      expect(mirror.ended.slice(3).map((number) => number - 3)).toEqual(history.ended);
      expect(mirror.trial(2)).toMatchObject({ state: "complete", best: -5, bestEpoch: 3 });
    }
  });

  it("teach a model before its first trial", () => {
    const better = Array.from({ length: 20 }, (_, i): KnownTrial => {
      const x = i / 20;
      return { params: { x }, outcome: "complete", reports: [[1, (x - 0.3) ** 2]] };
    });
    const wide: Space = {
      parameters: [{ name: "x", domain: { kind: "float", min: 0, max: 1, scale: "linear" }, when: [] }],
    };
    const sampler = withKnown(better, tpeSampler(wide, { seed: 1 }));
    const first = sampler.suggest(new History("minimize"), 0, rngFor(1));
    expect(first).toMatchObject({ kind: "new", origin: "tpe" });
    if (first.kind === "new") expect(Math.abs(Number(first.params["x"]) - 0.3)).toBeLessThan(0.25);
  });
});
