import { describe, expect, it } from "vitest";
import { samplePrior } from "../../search/domain.ts";
import { History, type OutcomeKind } from "../../search/history.ts";
import { importance, type Importance } from "../../search/importance.ts";
import { decompose } from "../../search/importance/fanova.ts";
import { rngFor } from "../../search/random.ts";
import type { Goal } from "../../search/scores.ts";
import type { Params, Space } from "../../search/space.ts";

const space: Space = {
  parameters: [
    { name: "a", domain: { kind: "float", min: 0, max: 1, scale: "linear" }, when: [] },
    { name: "b", domain: { kind: "float", min: 1e-4, max: 1, scale: "log" }, when: [] },
    { name: "c", domain: { kind: "categorical", values: ["x", "y", "z"] }, when: [] },
    { name: "d", domain: { kind: "int", min: 1, max: 4, step: 1, scale: "linear" }, when: [] },
    { name: "fixed", domain: { kind: "constant", value: 3 }, when: [] },
  ],
};
const a = (params: Params): number => Number(params["a"]);
/** 0 to 1 on the log scale. */
const b = (params: Params): number => 1 + Math.log10(Number(params["b"])) / 4;

interface Ended {
  readonly values: readonly (number | null)[];
  readonly outcome: OutcomeKind;
}

function study(trials: number, end: (params: Params) => number | Ended, goal: Goal = "minimize"): History {
  const history = new History(goal);
  for (let trial = 0; trial < trials; trial++) {
    const params = samplePrior(space, rngFor(5, trial));
    const ended = end(params);
    const { values, outcome } =
      typeof ended === "number" ? { values: [ended], outcome: "complete" as const } : ended;
    history.apply({ kind: "started", trial, params, epochs: 5 });
    for (const [i, value] of values.entries())
      history.apply({ kind: "reported", trial, epoch: i + 1, value });
    history.apply({ kind: "ended", trial, outcome });
  }
  return history;
}

type Found = Extract<Importance, { kind: "importance" }>;

function found(history: History): Found {
  const result = importance(space, history, 1);
  if (result.kind !== "importance") throw new Error(result.kind);
  return result;
}

const share = (result: Found, name: string): number => result.parameters.find((p) => p.name === name)!.share;
const together = (result: Found, ...names: string[]): number =>
  result.interactions.find((pair) => names.every((name) => pair.names.includes(name)))!.share;

describe("importance", () => {
  it("divides the variance of a sum as analysis does", () => {
    // Variances 9 / 12, 4 / 12 and 0 of 13 / 12.
    const result = found(study(400, (params) => 3 * a(params) + 2 * b(params)));
    expect(result.parameters.map(({ name }) => name).slice(0, 2)).toEqual(["a", "b"]);
    expect(Math.abs(share(result, "a") - 9 / 13)).toBeLessThan(0.08);
    expect(Math.abs(share(result, "b") - 4 / 13)).toBeLessThan(0.08);
    expect(share(result, "c")).toBeLessThan(0.02);
    expect(result.explained).toBeGreaterThan(0.9);
    expect(result.parameters).toHaveLength(4);
  });

  it("separates an interaction from what its parameters do alone", () => {
    const result = found(study(600, (params) => Math.sign(a(params) - 0.5) * Math.sign(b(params) - 0.5)));
    expect(together(result, "a", "b")).toBeGreaterThan(0.6);
    expect(share(result, "a") + share(result, "b")).toBeLessThan(0.3);
    expect(result.interactions[0]!.names).toEqual(["a", "b"]);
  });

  it("knows choices and steps, and draws their curves in the metric's units", () => {
    const worth: Record<string, number> = { x: 10, y: 14, z: 11 };
    const result = found(
      study(300, (params) => worth[String(params["c"])]! + Number(params["d"]), "maximize"),
    );
    // Variances: 26 / 9 of the choice, 5 / 4 of the steps.
    expect(share(result, "c")).toBeCloseTo(104 / 149, 1);
    const curve = (name: string): readonly [unknown, number][] =>
      result.parameters
        .find((p) => p.name === name)!
        .curve.map(({ at, mean }) => [at, Math.round(mean * 2) / 2]);
    expect(curve("c")).toEqual([
      ["x", 12.5],
      ["y", 16.5],
      ["z", 13.5],
    ]);
    expect(curve("d").map(([at]) => at)).toEqual([1, 2, 3, 4]);
    expect(curve("d")[3]![1] - curve("d")[0]![1]).toBeGreaterThan(2.4);
  });

  it("draws a curve of a log-scaled parameter over its range", () => {
    const result = found(study(300, (params) => (b(params) - 0.5) ** 2));
    const { curve } = result.parameters[0]!;
    expect(result.parameters[0]!.name).toBe("b");
    expect(Number(curve[0]!.at)).toBeLessThan(2e-4);
    expect(Number(curve.at(-1)!.at)).toBeGreaterThan(0.5);
    const lowest = curve.reduce((best, point) => (point.mean < best.mean ? point : best));
    expect(Math.abs(Math.log10(Number(lowest.at)) + 2)).toBeLessThan(0.5);
    expect(lowest.deviation).toBeLessThan(0.05);
  });

  it("learns from pruned and diverged trials", () => {
    const pruned = found(
      study(300, (params) => {
        const final = 2 * a(params);
        const values = [final + 4, final + 2, final + 1, final + 0.5, final];
        return a(params) > 0.4
          ? { values: values.slice(0, 2), outcome: "pruned" }
          : { values, outcome: "complete" };
      }),
    );
    expect(share(pruned, "a")).toBeGreaterThan(0.9);
    const diverged = found(
      study(300, (params) =>
        b(params) > 0.5 ? { values: [null], outcome: "diverged" } : 1 + 0.1 * a(params),
      ),
    );
    expect(diverged.parameters[0]!.name).toBe("b");
  });

  it("is not carried away by a few exploding losses", () => {
    const result = found(study(300, (params) => (b(params) > 0.97 ? 1e12 : a(params))));
    expect(share(result, "a")).toBeGreaterThan(0.6); // undrawn: 0
  });

  it("says how little it knows of noise", () => {
    const rng = rngFor(3);
    expect(found(study(200, () => rng.next())).explained).toBeLessThan(0.2);
  });

  it("is the same for the same history and seed", () => {
    const history = study(60, (params) => a(params));
    expect(importance(space, history, 7)).toEqual(importance(space, history, 7));
  });

  it("says when there is nothing to say", () => {
    expect(
      importance(
        space,
        study(3, () => 1),
        1,
      ),
    ).toEqual({ kind: "too_few_trials", trials: 3, needed: 8 });
    expect(
      importance(
        space,
        study(20, () => 1),
        1,
      ),
    ).toEqual({ kind: "nothing_varies", trials: 20, among: null });
    const diverged = study(20, () => ({ values: [null], outcome: "diverged" }));
    expect(importance(space, diverged, 1)).toEqual({ kind: "nothing_varies", trials: 20, among: null });
  });
});

describe("importance among the best", () => {
  // Half of the space costs 10, and a only orders the rest: y = 3a + 10 [b > 1/2].
  const cliff = (params: Params): number => 3 * a(params) + (b(params) > 0.5 ? 10 : 0);
  const among = (history: History, best: number): Found => {
    const result = importance(space, history, 1, { best });
    if (result.kind !== "importance") throw new Error(result.kind);
    return result;
  };

  it("divides the variance of the capped function as analysis does", () => {
    // The best share s < 1/2 has a below q = 2s in the good half, and the function capped there is 3q (1 - uw) with
    // u = max(0, 1 - a / q) and w = [b < 1/2]. E u = q / 2 and E u² = q / 3, so Var(uw) = q / 6 - q² / 16, of which
    // Var(u) / 4 = (q / 3 - q² / 4) / 4 is a's, E²u / 4 = q² / 16 is b's, and the rest is of both.
    const history = study(800, cliff);
    const whole = found(history);
    expect(share(whole, "a")).toBeLessThan(0.06); // 0.75 of 25.75
    expect(whole.among).toBeNull();
    for (const best of [0.4, 0.1]) {
      const q = 2 * best;
      const total = q / 6 - q ** 2 / 16;
      const known = among(history, best);
      expect(Math.abs(share(known, "a") - (q / 3 - q ** 2 / 4) / 4 / total)).toBeLessThan(0.07);
      expect(Math.abs(share(known, "b") - q ** 2 / 16 / total)).toBeLessThan(0.07);
      expect(share(known, "c") + share(known, "d")).toBeLessThan(0.05);
      expect(known.among).toMatchObject({ share: best, trials: 800 * best });
      expect(Math.abs(known.among!.cut! - 3 * q)).toBeLessThan(0.2);
      expect(known.explained).toBeGreaterThan(0.8);
    }
  });

  it("cuts at the value of the last of the best, of both goals", () => {
    const history = study(40, a, "maximize");
    const values = history.trials.map(({ params }) => a(params)).sort((x, y) => y - x);
    expect(among(history, 0.25).among).toEqual({ share: 0.25, trials: 10, cut: values[9] });
  });

  it("keeps what pruned trials say, and counts diverged ones among the worse", () => {
    const history = study(300, (params) => {
      if (b(params) > 0.75) return { values: [null], outcome: "diverged" };
      const final = 2 * a(params);
      const values = [final + 4, final + 2, final + 1, final + 0.5, final];
      return a(params) > 0.1
        ? { values: values.slice(0, 2), outcome: "pruned" }
        : { values, outcome: "complete" };
    });
    // Half of the trials are good; a tenth of them is complete: without the pruned ones little of a could be seen.
    const half = among(history, 0.5);
    expect(half.trials).toBe(300);
    expect(share(half, "a")).toBeGreaterThan(0.3);
    expect(half.explained).toBeGreaterThan(0.8);
    expect(among(history, 0.95).among!.cut).toBeNull();
  });

  it("says that few of the best teach nothing, and that equal ones differ in nothing", () => {
    const few = importance(space, study(40, a), 1, { best: 0.1 });
    expect(few).toEqual({ kind: "too_few_trials", trials: 40, needed: 80 });
    const level = importance(
      space,
      study(100, (params) => Math.max(a(params), 0.5)),
      1,
      { best: 0.2 },
    );
    expect(level).toEqual({
      kind: "nothing_varies",
      trials: 100,
      among: { share: 0.2, trials: 20, cut: 0.5 },
    });
  });
});

describe("analysis of variance of a tree", () => {
  it("is exact", () => {
    // Two dimensions of 4 and 2 cells: 1 in the first quarter, else 0 or 2 by the second dimension.
    const leaves = [
      { box: Uint32Array.of(0b0001, 0b11), value: 1 },
      { box: Uint32Array.of(0b1110, 0b01), value: 0 },
      { box: Uint32Array.of(0b1110, 0b10), value: 2 },
    ];
    const { mean, variance, marginals, single, pairs } = decompose(leaves, [4, 2]);
    expect(mean).toBeCloseTo(1, 12);
    expect(variance).toBeCloseTo(0.75, 12);
    expect([...marginals[0]!]).toEqual([1, 1, 1, 1]);
    expect([...marginals[1]!]).toEqual([0.25, 1.75]);
    expect(single[0]).toBeCloseTo(0, 12);
    expect(single[1]).toBeCloseTo(0.5625, 12);
    expect(pairs[0]).toBeCloseTo(0.1875, 12);
  });
});
