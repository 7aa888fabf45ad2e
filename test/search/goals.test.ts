import { describe, expect, it } from "vitest";
import { dominates, nonDominatedRanks } from "../../search/goals/dominance.ts";
import { judgeRecord, watchedMetrics, type Goals } from "../../search/goals/goals.ts";
import { hypervolume, openBoxes } from "../../search/goals/hypervolume.ts";
import { placesOf } from "../../search/goals/order.ts";
import { History } from "../../search/history.ts";
import { rngFor } from "../../search/random.ts";

/** On a coarse grid, so that equal scores and equal points occur. */
function randomPoints(seed: number, count: number, scores: number): Float64Array[] {
  const rng = rngFor(seed, "goals", count);
  return Array.from({ length: count }, () => Float64Array.from({ length: scores }, () => rng.int(8)));
}

/** By its definition: peel off what nothing dominates, again and again. */
function peeled(points: readonly Float64Array[]): number[] {
  const ranks = points.map(() => -1);
  for (let rank = 0; ranks.includes(-1); rank++) {
    const left = [...points.keys()].filter((i) => ranks[i] === -1);
    const front = left.filter((i) => !left.some((j) => dominates(points[j]!, points[i]!)));
    for (const index of front) ranks[index] = rank;
  }
  return ranks;
}

/** By counting the unit cells of the grid that some point dominates. */
function cellsDominated(points: readonly Float64Array[], scores: number, size: number): number {
  let count = 0;
  for (let cell = 0; cell < size ** scores; cell++) {
    const corner = Array.from({ length: scores }, (_, d) => Math.floor(cell / size ** d) % size);
    if (points.some((point) => point.every((score, d) => score <= corner[d]!))) count++;
  }
  return count;
}

describe("non-domination ranks", () => {
  it.each([1, 2, 3, 4])("are those of peeling fronts off one after another, for %i scores", (scores) => {
    for (let seed = 0; seed < 40; seed++) {
      const points = randomPoints(seed, 30, scores);
      expect([...nonDominatedRanks(points)]).toEqual(peeled(points));
    }
  });
});

describe("the hypervolume", () => {
  it.each([1, 2, 3, 4])("is the number of grid cells that are dominated, for %i scores", (scores) => {
    const reference = new Float64Array(scores).fill(8);
    for (let seed = 0; seed < 25; seed++) {
      const points = randomPoints(seed, 1 + (seed % 9), scores);
      expect(hypervolume(points, reference)).toBe(cellsDominated(points, scores, 8));
    }
  });

  it("does not count a point that is no better than the reference in one score", () => {
    expect(hypervolume([Float64Array.of(-5, 8)], Float64Array.of(8, 8))).toBe(0);
  });

  it.each([1, 2, 3, 4])("and the open boxes share the space between them, for %i scores", (scores) => {
    const reference = new Float64Array(scores).fill(8);
    for (let seed = 0; seed < 25; seed++) {
      const points = randomPoints(seed, 1 + (seed % 9), scores);
      const open = openBoxes(points, reference).reduce(
        (sum, { lower, upper }) =>
          sum + upper.reduce((size, high, d) => size * (high - Math.max(0, lower[d]!)), 1),
        0,
      );
      expect(open + hypervolume(points, reference)).toBe(8 ** scores);
    }
  });
});

describe("a trial by its goals", () => {
  const goals: Goals = {
    metrics: [
      { name: "loss", goal: "minimize" },
      { name: "f1", goal: "maximize" },
    ],
    constraints: [
      { metric: "ms", op: "<", limit: 10 },
      { metric: "loss", op: "<=", limit: 5 },
    ],
  };
  const played = (
    ...epochs: readonly (readonly [loss: number | null, f1: number | null, ms: number | null])[]
  ) => {
    const history = new History("minimize");
    history.apply({ kind: "started", trial: 0, params: {}, epochs: epochs.length });
    for (const [index, [value, ...others]] of epochs.entries())
      history.apply({ kind: "reported", trial: 0, epoch: index + 1, value, others });
    return judgeRecord(goals, watchedMetrics(goals), history.trial(0));
  };

  it("is read at the epoch where the first metric was best", () => {
    const { scores, feasible } = played([3, 0.9, 1], [2, 0.5, 2], [4, 0.99, 3]);
    expect([...scores]).toEqual([2, -0.5]);
    expect(feasible).toBe(true);
  });

  it("breaks a strict constraint at its limit, and one whose metric was not reported", () => {
    expect(played([2, 0.5, 10]).feasible).toBe(false);
    expect(played([5, 0.5, 9]).feasible).toBe(true);
    expect(played([2, 0.5, null]).excesses[0]).toBe(Infinity);
    expect(played([2, null, 1]).feasible).toBe(false);
  });

  it("ranks behind all that keep the constraints when it breaks one, by how far", () => {
    const [good, far, near, empty] = [
      played([4, 0.1, 1]),
      played([1, 0.9, 90]),
      played([1, 0.9, 11]),
      played([null, 0.9, 1]),
    ];
    const places = placesOf(goals, [good, far, near, empty]);
    expect(places.map(({ rank }) => rank)).toEqual([0, undefined, undefined, undefined]);
    expect(places.map(({ order }) => order)).toEqual([0, 2, 1, Number.NaN]);
  });
});
