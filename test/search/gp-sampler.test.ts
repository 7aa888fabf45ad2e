import { describe, expect, it } from "vitest";
import { rngFor } from "../../search/random.ts";
import { gpSampler } from "../../search/samplers/gp.ts";
import type { Params, Space } from "../../search/space.ts";
import { samplerContract } from "../contracts/sampler.ts";
import { play, type Curve } from "./study.ts";

samplerContract("gp", (space) => gpSampler(space, { seed: 3, startup_trials: 4 }), {
  spaces: 3,
  longHistory: 300,
});

const space: Space = {
  parameters: [
    { name: "cell", domain: { kind: "categorical", values: ["lstm", "gru", "rnn"] }, when: [] },
    { name: "rate", domain: { kind: "float", min: 1e-5, max: 1, scale: "log" }, when: [] },
    { name: "layers", domain: { kind: "int", min: 1, max: 4, step: 1, scale: "linear" }, when: [] },
    {
      name: "gate",
      domain: { kind: "float", min: 0, max: 1, scale: "linear" },
      when: [{ param: "cell", in: ["gru"] }],
    },
  ],
};

/** Best: gru, rate 1e-3, two layers, gate 0.9; 0 there. */
const bowl = (params: Params): number =>
  (params["cell"] === "gru" ? 2 * (Number(params["gate"]) - 0.9) ** 2 : 0.5) +
  ((Math.log10(Number(params["rate"])) + 3) / 5) ** 2 +
  0.1 * (Number(params["layers"]) - 2) ** 2;

function bestOf(curve: Curve, workers: number, trials: number): number {
  const { history } = play({ sampler: gpSampler(space, { seed: 2 }), curve, trials, workers, seed: 2 });
  return history.trials.reduce((best, trial) => (trial.best < best ? trial.best : best), Infinity);
}

describe("gp", () => {
  it("finds the optimum of a mixed space with a branch, alone and with eight workers", () => {
    expect(bestOf(bowl, 1, 40)).toBeLessThan(1e-2);
    expect(bestOf(bowl, 8, 48)).toBeLessThan(2e-2);
  });

  it("does so when the loss spans orders of magnitude", () => {
    expect(bestOf((params) => Math.exp(40 * bowl(params)), 1, 40)).toBeLessThan(Math.exp(40 * 0.02));
  });

  it("learns where trials diverge and seldom goes there", () => {
    const curve: Curve = (params) => (Number(params["rate"]) > 1e-2 ? null : bowl(params));
    const diverged = [1, 3].map((seed) => {
      const { history } = play({ sampler: gpSampler(space, { seed }), curve, trials: 30, seed });
      return history.trials.slice(10).filter(({ best }) => Number.isNaN(best)).length;
    });
    expect(diverged.reduce((sum, count) => sum + count)).toBeLessThan(10); // of 40; random: 16
  });

  it("looks where tpe would as well once it learns that scores are noisy, and does not where they are not", () => {
    const shareOfTpe = (noise: number): number => {
      const curve: Curve = (params, _, trial) => bowl(params) + noise * rngFor(4, trial).normal();
      const { suggestions } = play({ sampler: gpSampler(space, { seed: 4 }), curve, trials: 40, seed: 4 });
      const origins = suggestions.map(({ suggestion }) =>
        suggestion.kind === "new" ? suggestion.origin : "",
      );
      return origins.filter((origin) => origin === "tpe").length / origins.length;
    };
    expect(shareOfTpe(0)).toBeLessThan(0.05);
    const noisy = shareOfTpe(0.6);
    expect(noisy).toBeGreaterThan(0.15);
    expect(noisy).toBeLessThan(0.6);
  });

  it("names the rule and the value of a wrong setting", () => {
    expect(() => gpSampler(space, { seed: 0.5 })).toThrow(
      "seed must be a whole number of at least 0; received 0.5",
    );
  });
});
