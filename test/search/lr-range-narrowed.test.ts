import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { History } from "../../search/history.ts";
import { bucketOf } from "../../search/lr-range/bucket.ts";
import { narrowedSampler, rangeAround, rateDomain, type KnownRange } from "../../search/lr-range/narrowed.ts";
import { rngFor } from "../../search/random.ts";
import { randomSampler } from "../../search/samplers/random.ts";
import { sobolSampler } from "../../search/samplers/sobol.ts";
import type { Params, Space } from "../../search/space.ts";

const space: Space = {
  parameters: [
    { name: "optimizer", domain: { kind: "categorical", values: ["adam", "sgd"] }, when: [] },
    { name: "hidden", domain: { kind: "int", min: 8, max: 63, scale: "linear", step: 1 }, when: [] },
    { name: "learning_rate", domain: { kind: "float", min: 1e-5, max: 1, scale: "log" }, when: [] },
  ],
};

function suggest(known: (bucket: string) => KnownRange, trial: number): { params: Params; origin?: string } {
  const sampler = narrowedSampler(randomSampler(space), space, known);
  const next = sampler.suggest(new History("minimize"), trial, rngFor(1, "trial", trial));
  if (next.kind !== "new") throw new Error(`the sampler said ${next.kind}`);
  return next;
}

describe("buckets", () => {
  it("take sizes by octave and everything else as it is", () => {
    const params = { layers: 2, hidden: 24, optimizer: "adam", batch_size: 64, dropout: 0.3 };
    expect(bucketOf(params)).toBe("layers 2, hidden 16-31, optimizer adam, batch_size 64-127");
    expect(bucketOf({ ...params, hidden: 31, dropout: 0 })).toBe(bucketOf(params));
    expect(bucketOf({ ...params, hidden: 32 })).not.toBe(bucketOf(params));
    expect(bucketOf({ hidden: [32, 16] })).toBe("hidden [32,16]");
    expect(bucketOf({ window: 24 })).toBe("");
  });
});

describe("a sampler narrowed by range tests", () => {
  const ranges = (bucket: string): KnownRange =>
    bucket.includes("adam") ? { min: 1e-3, max: 1e-2 } : { min: 0.1, max: 1 };

  it("keeps every learning rate in the range of its bucket", () => {
    fc.assert(
      fc.property(fc.nat(100_000), (trial) => {
        const { params } = suggest(ranges, trial);
        const range = ranges(bucketOf(params)) as { min: number; max: number };
        expect(params["learning_rate"]).toBeGreaterThanOrEqual(range.min);
        expect(params["learning_rate"]).toBeLessThanOrEqual(range.max);
      }),
    );
  });

  it("changes nothing else, and nothing at all where the rate lies inside already", () => {
    for (let trial = 0; trial < 50; trial++) {
      const plain = suggest(() => null, trial);
      const { learning_rate: before, ...others } = plain.params;
      const { learning_rate: after, ...same } = suggest(ranges, trial).params;
      expect(same).toEqual(others);
      const range = ranges(bucketOf(plain.params)) as { min: number; max: number };
      if (Number(before) >= range.min && Number(before) <= range.max) expect(after).toBe(before);
    }
  });

  it("spreads redrawn rates evenly over the range, on its own scale", () => {
    const rates = Array.from({ length: 400 }, (_, trial) => suggest(ranges, trial).params)
      .filter(({ optimizer }) => optimizer === "adam")
      .map(({ learning_rate }) => Math.log10(Number(learning_rate)));
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    expect(mean).toBeCloseTo(-2.5, 1);
  });

  it("fills a narrow range with a quasi-random start as evenly as that fills the space", () => {
    const narrow = narrowedSampler(sobolSampler(space, { seed: 3 }), space, () => ({ min: 1e-3, max: 2e-3 }));
    const history = new History("minimize");
    const places = Array.from({ length: 16 }, (_, trial) => {
      const next = narrow.suggest(history, trial, rngFor(1, "trial", trial));
      if (next.kind !== "new") throw new Error(`the sampler said ${next.kind}`);
      return Math.log(Number(next.params["learning_rate"]) / 1e-3) / Math.log(2);
    });
    const eighths = Array.from(
      { length: 8 },
      (_, part) => places.filter((place) => Math.floor(8 * place) === part).length,
    );
    // 16 points of the sequence lie two by two; one may lie in the range already and keep its place.
    for (const count of eighths) expect(count).toBeGreaterThanOrEqual(1);
  });

  it("suggests the same for the same trial, whichever process asks", () => {
    expect(suggest(ranges, 7)).toEqual(suggest(ranges, 7));
  });

  it("says where the learning rate came from, and that a test had no suggestion", () => {
    expect(suggest(ranges, 1).origin).toBe("random; learning rate near its range test's suggestion");
    expect(suggest(() => "full", 1).origin).toBe("random; its range test gives no range");
    expect(suggest(() => "full", 1).params).toEqual(suggest(() => null, 1).params);
  });

  it("leaves a space without a range of learning rates alone", () => {
    const fixed: Space = { parameters: space.parameters.slice(0, 2) };
    const inner = randomSampler(fixed);
    expect(narrowedSampler(inner, fixed, ranges)).toBe(inner);
  });
});

describe("the range around a suggestion", () => {
  const domain = rateDomain(space)!;
  it.each([
    { rate: 0.01, range: { min: 0.01 / 4, max: 0.04 } },
    { rate: 0.5, range: { min: 0.125, max: 1 } },
    { rate: 1e-5, range: { min: 1e-5, max: 4e-5 } },
    { rate: 5, range: null },
  ])("of $rate stays in the space", ({ rate, range }) => {
    expect(rangeAround(rate, { below: 4, above: 4 }, domain)).toEqual(range);
  });
});
