import { describe, expect, it } from "vitest";
import { Encoding } from "../../search/samplers/bayes/encoding.ts";
import { gpSampler } from "../../search/samplers/gp.ts";
import { Branches } from "../../search/samplers/gp/branches.ts";
import type { Params, Parameter, Space } from "../../search/space.ts";
import { play } from "../search/study.ts";

const unit = (name: string, param: string, value: string): Parameter => ({
  name,
  domain: { kind: "float", min: 0, max: 1, scale: "linear" },
  when: [{ param, in: [value] }],
});

const space: Space = {
  parameters: [
    { name: "model", domain: { kind: "categorical", values: ["plain", "deep", "wide"] }, when: [] },
    unit("depth", "model", "deep"),
    unit("skip", "model", "deep"),
    unit("width", "model", "wide"),
  ],
};

const many = (params: Params, count: number): readonly Params[] =>
  Array.from({ length: count }, () => params);

describe("the branches of a space", () => {
  const branches = new Branches(space, new Encoding(space));

  it("are the sets of parameters that apply together", () => {
    expect(branches.standing([]).map(({ branch }) => branch.dimensions)).toEqual([1, 3, 2]);
    const flat: Space = { parameters: [space.parameters[0]!] };
    expect(new Branches(flat, new Encoding(flat)).standing([])).toEqual([]);
  });

  it("know what only they have, and how many configurations that makes", () => {
    const found = branches.standing([]).map(({ branch: { own, size } }) => ({ own, size }));
    expect(found).toEqual([
      { own: [], size: 1 },
      { own: [1, 2], size: Infinity },
      { own: [3], size: Infinity },
    ]);
  });

  it("are owed an even part of half the trials, the one with the fewest first", () => {
    const tried = [...many({ model: "wide", width: 0.5 }, 10), { model: "deep", depth: 0, skip: 0 }];
    const standing = branches.standing(tried);
    expect(standing.map(({ trials }) => trials)).toEqual([0, 1, 10]);
    expect(branches.owed(standing)).toBe(standing[0]);
  });

  it("are owed nothing once they have had a few for each parameter, or all they hold", () => {
    const tried = [
      ...many({ model: "wide", width: 0.5 }, 200),
      ...many({ model: "deep", depth: 0, skip: 0 }, 16),
      { model: "plain" },
    ];
    expect(branches.owed(branches.standing(tried))).toBeUndefined();
  });
});

describe("gp in a space with branches", () => {
  /** A good and easy branch down to 0.2, and one that is flat and poor but for a pit of a fifth of its width. */
  const pit = ({ model, depth, skip, width }: Params): number => {
    if (model === "plain") return 0.4;
    if (model === "wide") return 0.2 + (Number(width) - 0.3) ** 2;
    return 0.6 - 0.6 * Math.exp(-((Number(depth) - 0.3) ** 2 + (Number(skip) - 0.6) ** 2) / 0.02);
  };

  it("finds a narrow optimum in a branch that looks poor", () => {
    let found = 0;
    for (const seed of [1, 2, 3]) {
      if (found === 2) break;
      const { history } = play({ sampler: gpSampler(space, { seed }), curve: pit, trials: 45, seed });
      if (history.trials.some(({ best }) => best < 0.15)) found++;
    }
    expect(found).toBe(2);
  });
});
