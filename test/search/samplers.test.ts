import { describe, expect, it } from "vitest";
import { ContinuousParameterError } from "../../search/domain.ts";
import { rngFor } from "../../search/random.ts";
import { gridSampler } from "../../search/samplers/grid.ts";
import { randomSampler } from "../../search/samplers/random.ts";
import type { Space } from "../../search/space.ts";
import { samplerContract } from "../contracts/sampler.ts";
import { play, replay } from "./study.ts";

samplerContract("random", randomSampler);
samplerContract("grid", gridSampler, { finiteOnly: true });

const space: Space = {
  parameters: [
    { name: "optimizer", domain: { kind: "categorical", values: ["adam", "sgd"] }, when: [] },
    {
      name: "momentum",
      domain: { kind: "float", min: 0.8, max: 0.9, step: 0.1, scale: "linear" },
      when: [{ param: "optimizer", in: ["sgd"] }],
    },
    { name: "hidden", domain: { kind: "int", min: 16, max: 32, step: 16, scale: "linear" }, when: [] },
  ],
};

describe("grid", () => {
  const cells = [
    { optimizer: "adam", hidden: 16 },
    { optimizer: "adam", hidden: 32 },
    { optimizer: "sgd", momentum: 0.8, hidden: 16 },
    { optimizer: "sgd", momentum: 0.8, hidden: 32 },
    { optimizer: "sgd", momentum: 0.9, hidden: 16 },
    { optimizer: "sgd", momentum: 0.9, hidden: 32 },
  ];

  it("goes through the cells in order, conditional parameters only where they apply", () => {
    const { history } = play({ sampler: gridSampler(space), curve: () => 1, trials: 100, workers: 2 });
    expect(history.trials.map(({ params }) => params)).toEqual(cells);
  });

  it("passes over what was enqueued before it", () => {
    const history = replay([
      { kind: "started", trial: 0, params: cells[1]!, epochs: 1 },
      { kind: "started", trial: 1, params: { optimizer: "sgd", momentum: 0.85, hidden: 16 }, epochs: 1 },
    ]);
    const sampler = gridSampler(space);
    const asked: unknown[] = [];
    for (let trial = 2; ; trial++) {
      const suggestion = sampler.suggest(history, trial, rngFor(1, trial));
      if (suggestion.kind !== "new") break;
      history.apply({ kind: "started", trial, params: suggestion.params, epochs: 1 });
      asked.push(suggestion.params);
    }
    expect(asked).toEqual(cells.toSpliced(1, 1));
  });

  it("refuses a continuous parameter by name", () => {
    const rate: Space["parameters"][number] = {
      name: "learning_rate",
      domain: { kind: "float", min: 1e-4, max: 1, scale: "log" },
      when: [],
    };
    expect(() => gridSampler({ parameters: [...space.parameters, rate] })).toThrow(ContinuousParameterError);
    expect(() => gridSampler({ parameters: [...space.parameters, rate] })).toThrow(/"learning_rate"/);
  });
});

describe("random", () => {
  it("finds the few unused configurations of a large finite space", () => {
    const wide: Space = {
      parameters: [
        { name: "hidden", domain: { kind: "int", min: 1, max: 3000, step: 1, scale: "log" }, when: [] },
      ],
    };
    const { history, exhausted } = play({
      sampler: randomSampler(wide),
      curve: () => 1,
      trials: 4000,
      workers: 8,
    });
    expect(exhausted).toBe(true);
    expect(new Set(history.trials.map(({ params }) => params["hidden"])).size).toBe(3000);
  });
});
