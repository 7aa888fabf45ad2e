import { describe, expect, it } from "vitest";
import { nextRepeat, type Finalist } from "../../../orchestrator/repeats/race.ts";
import { chanceOfNoDifference, estimate } from "../../../orchestrator/repeats/samples.ts";
import { studentCdf, studentQuantile } from "../../../orchestrator/repeats/student.ts";
import { rngFor } from "../../../search/random.ts";

/** Runs a race to its end; `score` trains a finalist with a seed. Returns the scores of each. */
function race(finalists: number, seeds: number, score: (trial: number, seed: number) => number): number[][] {
  const scores = Array.from({ length: finalists }, (): number[] => []);
  for (;;) {
    const next = nextRepeat(
      scores.map((known, trial): Finalist => ({ trial, scores: known })),
      seeds,
    );
    if (next.kind !== "start") return scores;
    expect(next.seed).toBe(scores[next.of]!.length + 1);
    scores[next.of]!.push(score(next.of, next.seed));
  }
}

describe("a race of finalists", () => {
  it("trains all candidates equally often while none is clearly worse", () => {
    const scores = race(3, 5, (trial, seed) => rngFor(1, trial, seed).normal());
    expect(scores.map(({ length }) => length)).toEqual([5, 5, 5]);
  });

  it("leaves out one that cannot win, and trains the others on", () => {
    const scores = race(3, 8, (trial, seed) => (trial === 1 ? 100 : 0) + rngFor(2, trial, seed).normal());
    expect(scores[0]).toHaveLength(8);
    expect(scores[2]).toHaveLength(8);
    expect(scores[1]!.length).toBeLessThan(4);
  });

  it("leaves out at once one that diverges with another seed", () => {
    const scores = race(2, 4, (trial) => (trial === 0 ? Number.NaN : 1));
    expect(scores.map(({ length }) => length)).toEqual([1, 4]);
  });

  it("ends when every one has diverged", () => {
    expect(race(2, 4, () => Number.NaN).map(({ length }) => length)).toEqual([1, 1]);
  });

  it("gives up the best one in at most one of twenty races", () => {
    let lost = 0;
    for (let seed = 0; seed < 400; seed++) {
      const scores = race(
        4,
        5,
        (trial, round) => (trial === 0 ? 0 : 0.1) + rngFor(seed, trial, round).normal(),
      );
      if (scores[0]!.length < 5) lost += 1;
    }
    expect(lost / 400).toBeLessThan(0.05);
  });

  it("waits for the end of a round, whichever trial finishes first", () => {
    const finalists = [
      { trial: 4, scores: [1, undefined] },
      { trial: 2, scores: [2, 2] },
    ];
    expect(nextRepeat(finalists, 3)).toEqual({ kind: "wait" });
    expect(nextRepeat([], 3)).toEqual({ kind: "done" });
  });
});

describe("Student's t distribution", () => {
  // Two-sided 95 % points, as in any table (NIST/SEMATECH e-Handbook, 1.3.6.7.2).
  it.each([
    [1, 12.706],
    [2, 4.303],
    [4, 2.776],
    [9, 2.262],
    [30, 2.042],
    [100, 1.984],
  ])("has the tabulated 97.5 %% point for %d degrees of freedom", (df, tabulated) => {
    expect(studentQuantile(0.975, df)).toBeCloseTo(tabulated, 3);
    expect(studentCdf(tabulated, df)).toBeCloseTo(0.975, 4);
    expect(studentCdf(-tabulated, df)).toBeCloseTo(0.025, 4);
  });

  it("is an arc tangent for one degree of freedom", () => {
    for (const t of [-20, -1, -0.01, 0, 0.3, 2, 1000]) {
      expect(studentCdf(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 12);
    }
  });
});

describe("samples", () => {
  it("give a mean and its 95 % interval", () => {
    // mean 3, standard deviation sqrt(2.5), t(4) = 2.776
    const { n, mean, margin } = estimate([1, 2, 3, 4, 5]);
    expect([n, mean]).toEqual([5, 3]);
    expect(margin).toBeCloseTo((2.7764 * Math.sqrt(2.5)) / Math.sqrt(5), 3);
    expect(estimate([2])).toEqual({ n: 1, mean: 2, margin: null });
  });

  it("are compared by Welch's test", () => {
    // scipy.stats.ttest_ind([3, 4, 5, 6], [1, 2, 2, 3, 1], equal_var=False, alternative="greater"), SciPy 1
    const chance = chanceOfNoDifference([3, 4, 5, 6], [1, 2, 2, 3, 1]);
    expect(chance).toBeCloseTo(0.007789217472054261, 12);
    expect(chanceOfNoDifference([1, 2], [1])).toBe(1);
    expect(chanceOfNoDifference([1, 1], [1, 1])).toBe(1);
    expect(chanceOfNoDifference([2, 2], [1, 1])).toBe(0);
  });
});
