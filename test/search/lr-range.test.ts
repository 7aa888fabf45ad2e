import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyseRange, suggestionOf, type RangeAnalysis } from "../../search/lr-range/analyse.ts";
import { defaultReading, rateAt, Smoother, type RangePoint } from "../../search/lr-range/curve.ts";
import { defaultRule, ruleNames, type RuleName } from "../../search/lr-range/rules.ts";
import { rngFor } from "../../search/random.ts";

const walk = { from: 1e-6, to: 10, steps: 200 };

/** A curve as a test draws it: level 1, a fall around 1e-3, least around 0.1, an explosion above 1. */
function textbook(noise = 0, seed = 1): RangePoint[] {
  const rng = rngFor(seed, "curve");
  return Array.from({ length: walk.steps }, (_, step) => {
    const rate = rateAt(walk, step);
    const fallen = 0.9 / (1 + (1e-3 / rate) ** 2);
    const loss = 1 - fallen + (rate / 0.5) ** 3 + noise * rng.normal();
    return { rate, loss };
  });
}

function suggested(analysis: RangeAnalysis, rule: RuleName): number {
  const { rate } = suggestionOf(analysis, rule);
  if (rate === null) throw new Error(`${rule} suggests nothing`);
  return rate;
}

describe("the walk through learning rates", () => {
  it("begins and ends at the given rates and multiplies by one constant", () => {
    const rates = Array.from({ length: 8 }, (_, step) => rateAt({ from: 1e-6, to: 10, steps: 8 }, step));
    expect(rates[0]).toBe(1e-6);
    expect(rates[7]).toBeCloseTo(10, 10);
    for (const [i, rate] of rates.slice(1).entries()) expect(rate / rates[i]!).toBeCloseTo(10, 8);
  });
});

describe("smoothing", () => {
  it("is a weighted mean of what was seen, the newest counting most", () => {
    const smoother = new Smoother(0.5);
    expect(smoother.add(4)).toBe(4);
    expect(smoother.add(1)).toBeCloseTo((4 * 0.25 + 1 * 0.5) / 0.75, 12);
  });

  it("leaves a constant alone from the first value on", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.double({ min: -1e3, max: 1e3, noNaN: true }),
        (share, value) => {
          const smoother = new Smoother(share);
          for (let i = 0; i < 20; i++) expect(smoother.add(value)).toBeCloseTo(value, 6);
        },
      ),
    );
  });
});

describe("reading a range test", () => {
  it("finds the least loss and the divergence of a clean curve", () => {
    const analysis = analyseRange(textbook(), { smoothing: 0, divergence: 4 });
    const least = analysis.points[analysis.lowest]!;
    expect(least.rate).toBeGreaterThan(5e-3);
    expect(least.rate).toBeLessThan(0.2);
    const diverged = analysis.points[analysis.divergedAt!]!;
    expect(diverged.loss).toBeGreaterThan(4 * least.loss);
    expect(analysis.points.at(-2)!.loss).toBeLessThanOrEqual(4 * least.loss);
  });

  it("makes each rule's suggestion from that", () => {
    const analysis = analyseRange(textbook(), { smoothing: 0, divergence: 4 });
    const least = analysis.points[analysis.lowest]!.rate;
    const divergence = analysis.points[analysis.divergedAt!]!.rate;
    expect(suggested(analysis, "minimum_over_3")).toBeCloseTo(least / 3, 12);
    expect(suggested(analysis, "minimum_over_10")).toBeCloseTo(least / 10, 12);
    expect(suggested(analysis, "half_divergence")).toBeCloseTo(divergence / 2, 12);
    // The fall 0.9 / (1 + (c / r)²) is steepest over log(r) at r = c, here 1e-3.
    expect(suggested(analysis, "steepest")).toBeGreaterThan(8e-4);
    expect(suggested(analysis, "steepest")).toBeLessThan(1.25e-3);
  });

  it("takes the valley from the middle of the longest descent, as fastai does", () => {
    // 3 flat points, 9 falling ones, 3 rising: the longest falling subsequence has 10 members and ends at 11.
    const losses = [5, 5, 5, 4.5, 4, 3.5, 3, 2.5, 2, 1.5, 1, 0.5, 0.6, 0.7, 0.8];
    const points = losses.map((loss, step) => ({ rate: 10 ** (step - 10), loss }));
    const analysis = analyseRange(points, { smoothing: 0, divergence: 4 });
    expect(suggested(analysis, "valley")).toBe(10 ** (1 + 3 + 1 - 10));
  });

  it("does not take an early lucky batch for a slope", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const analysis = analyseRange(textbook(0.15, seed), defaultReading);
      expect(suggested(analysis, "steepest")).toBeGreaterThan(1e-4);
    }
  });

  it("gives nearly the same default suggestion for noisy curves of the same model", () => {
    const rates = Array.from({ length: 20 }, (_, seed) =>
      suggested(analyseRange(textbook(0.05, seed), defaultReading), defaultRule),
    );
    expect(Math.max(...rates) / Math.min(...rates)).toBeLessThan(10);
  });

  it("reads nothing after a loss that is not a number", () => {
    const points = textbook().map((point, step) => (step === 150 ? { ...point, loss: Number.NaN } : point));
    const analysis = analyseRange(points, { smoothing: 0, divergence: 4 });
    expect(analysis.divergedAt).toBe(150);
    expect(suggested(analysis, "half_divergence")).toBe(points[150]!.rate / 2);
  });
});

describe("no suggestion", () => {
  it("says for a loss that never falls that it did not, by every rule", () => {
    const rng = rngFor(1, "flat");
    const flat = Array.from({ length: 200 }, (_, step) => ({
      rate: rateAt(walk, step),
      loss: 1 + 0.1 * rng.normal(),
    }));
    const { suggestions } = analyseRange(flat, defaultReading);
    expect(suggestions.map(({ rule }) => rule)).toEqual(ruleNames);
    for (const suggestion of suggestions) {
      expect(suggestion.rate).toBeNull();
      expect(suggestion).toHaveProperty("reason", expect.stringContaining("the loss never fell clearly"));
    }
  });

  it("says that half of the divergence needs a divergence", () => {
    const tame = textbook().slice(0, 150);
    const suggestion = suggestionOf(analyseRange(tame, defaultReading), "half_divergence");
    expect(suggestion).toMatchObject({
      rate: null,
      reason: expect.stringMatching(/never diverged up to .*; test higher rates/),
    });
  });

  it.each([
    { what: "no points at all", points: [] },
    { what: "a single loss", points: [{ rate: 1e-6, loss: 1 }] },
    { what: "a first loss that is no number", points: [{ rate: 1e-6, loss: Number.NaN }] },
  ])("survives $what", ({ points }) => {
    const { suggestions } = analyseRange(points, defaultReading);
    for (const suggestion of suggestions) expect(suggestion).toMatchObject({ rate: null });
  });

  it("never suggests a rate outside of the curve, or nothing without a reason", () => {
    const loss = fc.oneof(
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.constant(Number.NaN),
      fc.constant(Infinity),
    );
    fc.assert(
      fc.property(fc.array(loss, { maxLength: 60 }), (losses) => {
        const points = losses.map((value, step) => ({ rate: rateAt(walk, step), loss: value }));
        for (const suggestion of analyseRange(points, defaultReading).suggestions) {
          if (suggestion.rate === null) expect(suggestion.reason).not.toBe("");
          else {
            expect(suggestion.rate).toBeGreaterThanOrEqual(walk.from / 10);
            expect(suggestion.rate).toBeLessThanOrEqual(points.at(-1)!.rate);
          }
        }
      }),
    );
  });
});
