import { describe, expect, it } from "vitest";
import { rngFor } from "../../search/random.ts";
import { Encoding, type Dimension } from "../../search/samplers/bayes/encoding.ts";
import { randomSampler } from "../../search/samplers/random.ts";
import { densitiesOf } from "../../search/samplers/tpe/densities.ts";
import { Quiet } from "../../search/samplers/tpe/quiet.ts";
import type { Params, Space } from "../../search/space.ts";
import { play, replay } from "./study.ts";

const space: Space = {
  parameters: ["a", "b", "c"].map((name) => ({
    name,
    domain: { kind: "float", min: 0, max: 1, scale: "linear" },
    when: [],
  })),
};

const bowl = ({ a, b, c }: Params): number =>
  (Number(a) - 0.3) ** 2 + 2 * (Number(b) - 0.6) ** 2 + 0.5 * (Number(c) - 0.4) ** 2;

/** A study of random trials whose scores are noisy by this deviation; scores of the bowl differ by about .3. */
function study(noise: number, trials: number): ReturnType<typeof play> {
  const rng = rngFor(7, "noise");
  return play({
    sampler: randomSampler(space),
    curve: (params) => bowl(params) + noise * rng.normal(),
    trials,
    epochs: 1,
  });
}

const quietOf = (history: ReturnType<typeof play>["history"]): number =>
  new Quiet(new Encoding(space)).of(history);

describe("what tpe learns of noise", () => {
  it("tells scores without noise from noisy ones", () => {
    expect(quietOf(study(0, 48).history)).toBeGreaterThan(0.9);
    expect(quietOf(study(0.2, 48).history)).toBe(0);
  });

  it("says nothing of fewer than 24 trials", () => {
    expect(quietOf(study(0, 23).history)).toBe(0);
    expect(quietOf(study(0, 24).history)).toBeGreaterThan(0);
  });

  it("is the same again after a resume, whenever the study was asked before", () => {
    const { events } = study(0.02, 120);
    const watching = new Quiet(new Encoding(space));
    const history = replay([]);
    const found = new Map<number, number>();
    for (const event of events) {
      history.apply(event);
      found.set(history.ended.length, watching.of(history));
    }
    for (const ended of [30, 60, 120]) {
      const sofar = events.slice(0, events.findIndex((e) => e.kind === "ended" && e.trial === ended - 1) + 1);
      expect(quietOf(replay(sofar))).toBe(found.get(ended));
    }
    expect(new Set(found.values()).size).toBeGreaterThan(2);
  });
});

describe("the kernels of tpe", () => {
  const dimensions: readonly Dimension[] = ["near", "far"].map((name) => ({
    name,
    kind: "unit",
    levels: Infinity,
    group: 0,
  }));
  /** Good examples lie together in the first number and evenly in the second. */
  const examples = (count: number): { good: Float64Array[]; bad: Float64Array[] } => ({
    good: Array.from({ length: count }, (_, i) => Float64Array.of(0.5 + 0.01 * (i % 3), (i + 0.5) / count)),
    bad: Array.from({ length: 5 * count }, (_, i) =>
      Float64Array.of((i + 0.5) / (5 * count), (i * 0.618) % 1),
    ),
  });
  /** How far candidates are from the middle of the first number, root mean square. */
  function reach(count: number, quiet: number): number {
    const { good } = densitiesOf(dimensions, examples(count), 6 * count, quiet);
    const rng = rngFor(1, "reach");
    const squares = Array.from({ length: 4000 }, () => (good.sample(rng)[0]! - 0.51) ** 2);
    return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
  }

  it("narrow where good examples lie together and scores can be believed", () => {
    expect(reach(12, 1)).toBeLessThan(0.75 * reach(12, 0));
    expect(reach(12, 0.5)).toBeLessThan(reach(12, 0));
    expect(reach(12, 0.5)).toBeGreaterThan(reach(12, 1));
  });

  it("stay as wide as they were while there are three good examples", () => {
    expect(reach(3, 1)).toBe(reach(3, 0));
  });
});
