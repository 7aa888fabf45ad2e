import { describe, expect, it } from "vitest";
import { samplePrior } from "../../search/domain.ts";
import { History } from "../../search/history.ts";
import { importance, type Importance } from "../../search/importance.ts";
import { rngFor } from "../../search/random.ts";
import type { Params, Parameter, Space } from "../../search/space.ts";

const unit = { kind: "float", min: 0, max: 1, scale: "linear" } as const;

function found(space: Space, trials: number, value: (params: Params) => number) {
  const history = new History("minimize");
  for (let trial = 0; trial < trials; trial++) {
    const params = samplePrior(space, rngFor(5, trial));
    history.apply({ kind: "started", trial, params, epochs: 1 });
    history.apply({ kind: "reported", trial, epoch: 1, value: value(params) });
    history.apply({ kind: "ended", trial, outcome: "complete" });
  }
  const result = importance(space, history, 1);
  if (result.kind !== "importance") throw new Error(result.kind);
  const share = (name: string): number => result.parameters.find((one) => one.name === name)!.share;
  return { ...(result satisfies Extract<Importance, { kind: "importance" }>), share };
}

const number = (params: Params, name: string): number => Number(params[name] ?? 0);

describe("the importance of conditional parameters", () => {
  const choice: Parameter = {
    name: "c",
    domain: { kind: "categorical", values: ["a", "b", "z"] },
    when: [],
  };
  const space: Space = {
    parameters: [
      { name: "u", domain: unit, when: [] },
      { name: "h", domain: unit, when: [] },
      choice,
      { name: "m", domain: unit, when: [{ param: "c", in: ["b"] }] },
    ],
  };

  it("is what analysis finds when a parameter counts for nothing elsewhere", () => {
    const c = { a: 3, b: 0, z: 0 };
    const result = found(
      space,
      1000,
      (params) =>
        5 * number(params, "u") +
        0.5 * number(params, "h") +
        c[params["c"] as keyof typeof c] +
        (params["c"] === "b" ? 4 * number(params, "m") : 0),
    );
    // Means of c: 3, 2 and 0. m alone is 4 m / 3, the two together what is left of m's variance.
    const parts = { u: 25 / 12, h: 0.25 / 12, c: 14 / 9, m: 16 / 9 / 12, cm: 16 / 12 / 3 - 16 / 9 / 12 };
    const all = Object.values(parts).reduce((sum, part) => sum + part, 0);
    for (const name of ["u", "h", "c", "m"] as const)
      expect(Math.abs(result.share(name) - parts[name] / all)).toBeLessThan(0.04);
    expect(result.interactions[0]!.names.toSorted()).toEqual(["c", "m"]);
    expect(Math.abs(result.interactions[0]!.share - parts.cm / all)).toBeLessThan(0.04);
    expect(result.rest).toBeLessThan(0.03);
  });

  it("of a parameter that hangs on a conditional one is less still", () => {
    const layers: Parameter = {
      name: "layers",
      domain: { kind: "int", min: 1, max: 4, step: 1, scale: "linear" },
      when: [{ param: "c", in: ["a", "b"] }],
    };
    const deep: Parameter = { name: "d", domain: unit, when: [{ param: "layers", in: [3, 4] }] };
    const result = found(
      { parameters: [choice, layers, deep] },
      1000,
      (params) => (params["c"] === "z" ? 1 : 0) + number(params, "d"),
    );
    // d counts in a third of the space.
    const alone = 1 / 9 / 12;
    const all = 1 / 3 / 4 + 1 / 9 / 12;
    expect(result.share("d")).toBeLessThan(3 * (alone / all));
    expect(result.explained).toBeGreaterThan(0.9);
  });

  it("does not fail on conditions that no cells can separate", () => {
    const onNumber: Space = {
      parameters: [
        { name: "u", domain: unit, when: [] },
        { name: "fixed", domain: { kind: "constant", value: 1 }, when: [] },
        { name: "on", domain: unit, when: [{ param: "fixed", in: [1] }] },
        { name: "off", domain: unit, when: [{ param: "fixed", in: [2] }] },
        { name: "at", domain: unit, when: [{ param: "u", in: [0.5] }] },
      ],
    };
    const result = found(onNumber, 100, (params) => number(params, "u") + number(params, "on"));
    expect(result.share("on")).toBeGreaterThan(0.3);
    expect(result.share("off")).toBe(0);
    expect(result.share("at")).toBe(0);
  });
});
