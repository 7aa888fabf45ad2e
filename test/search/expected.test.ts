import { describe, expect, it } from "vitest";
import { expectedScores, type Measurement } from "../../search/expected.ts";
import { rngFor } from "../../search/random.ts";
import { unwarp, warp } from "../../search/samplers/gp/warp.ts";
import type { Space } from "../../search/space.ts";

const unit = { kind: "float", min: 0, max: 1, scale: "linear" } as const;
const plane: Space = {
  parameters: [
    { name: "a", domain: unit, when: [] },
    { name: "b", domain: unit, when: [] },
  ],
};

const bowl = (a: number, b: number): number => (a - 0.4) ** 2 + (b - 0.6) ** 2;

/** Trials of a lattice with normal noise of this deviation. */
function lattice(noise: number, side = 6): Measurement[] {
  return Array.from({ length: side * side }, (_, trial) => {
    const [a, b] = [(trial % side) / (side - 1), Math.floor(trial / side) / (side - 1)];
    return { trial, params: { a, b }, score: bowl(a, b) + noise * rngFor(5, "noise", trial).normal() };
  });
}

const lowest = (all: readonly Measurement[]): number =>
  all.reduce((best, one) => (one.score < best.score ? one : best)).trial;

describe("what is expected of trials", () => {
  it("is what was measured, where nothing suggests noise", () => {
    const all = lattice(0);
    const { best, noise, trials } = expectedScores(plane, all)!;
    expect(best.trial).toBe(lowest(all));
    expect(best.chanceWorse).toBe(0);
    expect(noise).toBeLessThan(0.02);
    for (const { trial, mean } of trials.slice(0, 10)) expect(mean).toBeCloseTo(all[trial]!.score, 1);
  });

  it("is that a trial was lucky whose neighbours are worse", () => {
    const all = lattice(0.05);
    const lucky = 22;
    const score = Math.min(...all.map((one) => one.score)) - 0.02;
    const planted = all.map((one) => (one.trial === lucky ? { ...one, score } : one));
    const { best, trials, noise } = expectedScores(plane, planted)!;
    expect(best.trial).not.toBe(lucky);
    const { a, b } = all[best.trial]!.params;
    expect(bowl(Number(a), Number(b))).toBeLessThan(0.1);
    const expected = trials.find(({ trial }) => trial === lucky)!;
    expect(expected.chanceWorse).toBeGreaterThan(0.7);
    expect(expected.mean).toBeGreaterThan(score + 0.05);
    expect(noise).toBeGreaterThan(0.03);
  });

  it.each([5, 30])(
    "calls nothing lucky in a loss that is steep beside its valley: exp(%i times a bowl), without noise",
    (steep) => {
      for (let seed = 0; seed < 3; seed++) {
        const rng = rngFor(seed, "steep");
        const all = Array.from({ length: 40 }, (_, trial) => {
          const [a, b] = [rng.next(), rng.next()];
          return { trial, params: { a, b }, score: Math.exp(steep * 4 * bowl(a, b)) };
        });
        const { best, trials } = expectedScores(plane, all)!;
        const first = lowest(all);
        expect(trials.every(({ mean }) => mean > 0)).toBe(true);
        expect(best.mean / all[first]!.score).toBeGreaterThan(0.5);
        expect(trials.find(({ trial }) => trial === first)!.chanceWorse).toBeLessThan(0.6);
      }
    },
  );

  it("is the same on the plain scale where noise makes single scores nearly 0", () => {
    const all = lattice(0.1).map((one) => ({ ...one, score: Math.max(0.001, one.score) }));
    const moved = all.map((one) => ({ ...one, score: one.score + 10 })); // never on a log scale
    const [near, far] = [expectedScores(plane, all)!, expectedScores(plane, moved)!];
    expect(near.best.trial).toBe(far.best.trial);
    expect(near.best.mean + 10).toBeCloseTo(far.best.mean, 3);
  });

  it("keeps the noise in the units of the score where logarithms fit better", () => {
    const all = lattice(0).map((one) => ({
      ...one,
      score: 0.01 * Math.exp(12 * one.score + 0.2 * rngFor(7, "noise", one.trial).normal()),
    }));
    const { noise } = expectedScores(plane, all)!;
    const least = Math.min(...all.map(({ score }) => score));
    expect(noise).toBeGreaterThan(0.1 * least);
    expect(noise).toBeLessThan(0.4 * least);
  });

  it("learns the noise from repeats, and is surer of what was repeated", () => {
    const few = lattice(0.1, 4);
    const again = few.slice(4, 8).flatMap((one) =>
      Array.from({ length: 8 }, (_, seed) => ({
        ...one,
        score:
          bowl(Number(one.params["a"]), Number(one.params["b"])) +
          0.1 * rngFor(9, "again", 10 * one.trial + seed).normal(),
      })),
    );
    const [before, after] = [expectedScores(plane, few)!, expectedScores(plane, [...few, ...again])!];
    expect(after.noise).toBeGreaterThan(0.06);
    expect(after.noise).toBeLessThan(0.16);
    expect(after.trials).toHaveLength(few.length);
    const deviationOf = ({ trials }: typeof before, trial: number): number =>
      trials.find((one) => one.trial === trial)!.deviation;
    for (const trial of [4, 5, 6, 7])
      expect(deviationOf(after, trial)).toBeLessThan(deviationOf(before, trial));
  });

  it("names only what may be named", () => {
    const all = lattice(0);
    const { best } = expectedScores(plane, all, (trial) => trial === 3)!;
    expect(best.trial).toBe(3);
    expect(expectedScores(plane, all, () => false)).toBeUndefined();
  });

  it("is nothing where configurations are few, or all score alike", () => {
    const all = lattice(0.1);
    expect(expectedScores(plane, all.slice(0, 9))).toBeUndefined();
    expect(expectedScores(plane, all.slice(0, 10))).toBeDefined();
    const same = Array.from({ length: 30 }, () => all[0]!);
    expect(expectedScores(plane, same)).toBeUndefined();
    expect(
      expectedScores(
        plane,
        all.map((one) => ({ ...one, score: 1 })),
      ),
    ).toBeUndefined();
  });

  it("keeps repeats in mind in long studies", () => {
    const all = lattice(0.1, 20);
    const worst = all.reduce((a, b) => (b.score > a.score ? b : a));
    const repeats = Array.from({ length: 5 }, () => ({ ...worst, score: worst.score }));
    const { trials } = expectedScores(plane, [...all, ...repeats])!;
    expect(trials).toHaveLength(400);
    expect(trials.every(({ mean, deviation }) => Number.isFinite(mean) && deviation > 0)).toBe(true);
  });
});

describe("the way back from a target of the process", () => {
  it.each([
    ["spread over orders of magnitude", [0.1, 0.11, 0.13, 0.2, 5, 60, 7000]],
    ["with equal ones", [0.3, 0.1, 0.1, 0.2, 0.2, 0.9, 0.9]],
    ["of which most are equal and best", [1, 1, 1, 1, 1, 2, 3]],
  ])("leads to the scores %s", (_, list) => {
    const scores = Float64Array.from(list);
    const back = unwarp(scores)!;
    for (const [i, target] of warp(scores).entries()) expect(back(target)).toBeCloseTo(scores[i]!, 9);
    expect(back(-10)).toBeLessThan(Math.min(...list));
    expect(back(10)).toBe(Math.max(...list));
  });

  it("is none where all scores are equal", () => {
    expect(unwarp(Float64Array.of(2, 2, 2))).toBeUndefined();
  });
});
