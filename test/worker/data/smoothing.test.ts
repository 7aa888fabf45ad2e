import { describe, expect, it } from "vitest";
import { rngFor } from "../../../search/random.ts";
import type { Smoothing } from "../../../worker/data/baselines/fitted.ts";
import { SmoothingStates } from "../../../worker/data/baselines/smoothing.ts";

const rng = rngFor(1, "smoothing");

/** Forecasts for the 9 rows after `values`, by the recurrences of Hyndman and others (2008), table 2.2, one by one. */
function forecasts(values: Float64Array, { season, level, trend, damping, seasonal }: Smoothing): number[] {
  const first = Array.from(values.subarray(0, season));
  let l = first.reduce((sum, value) => sum + value, 0) / first.length;
  let b = 0;
  const s = first.map((value) => (season > 1 ? value - l : 0));
  for (const [t, value] of values.entries()) {
    const expected = l + damping * b;
    if (Number.isNaN(value)) [l, b] = [expected, damping * b];
    else {
      const before = s[t % season]!;
      const newer = level * (value - before) + (1 - level) * expected;
      s[t % season] = seasonal * (value - expected) + (1 - seasonal) * before;
      b = trend * (newer - l) + (1 - trend) * damping * b;
      l = newer;
    }
  }
  return Array.from({ length: 9 }, (_, step) => {
    const grown = Array.from({ length: step + 1 }, (_, i) => damping ** (i + 1)).reduce(
      (sum, one) => sum + one,
      0,
    );
    return l + grown * b + s[(values.length + step) % season]!;
  });
}

describe("exponential smoothing", () => {
  it.each([1, 5, 12])(
    "follows four ways side by side as it follows each alone, season of %d rows",
    (season) => {
      const ways = [
        { season, level: 0.8, trend: 0, damping: 1, seasonal: 0 },
        { season, level: 0.2, trend: 0.1, damping: 0.9, seasonal: season > 1 ? 0.3 : 0 },
        { season, level: 0.5, trend: 0.02, damping: 1, seasonal: season > 1 ? 0.2 : 0 },
        { season, level: 0.05, trend: 0.03, damping: 0.98, seasonal: season > 1 ? 0.1 : 0 },
      ];
      const values = Float64Array.from({ length: 5009 }, (_, t) => Math.sin(t) + 0.001 * t + rng.normal());
      for (const t of [20, 21, 22, 400, 4999]) values[t] = NaN;
      for (const count of [1, 2, 4]) {
        const followed = ways.slice(0, count);
        const states = new SmoothingStates(followed, values, { start: 0, end: 5000 }, 9);
        let taken = 0;
        for (const row of [13, 14, 23, 4999, 5000]) {
          states.take(values, taken, row);
          taken = row;
          const wanted = followed.map((how) => forecasts(values.subarray(0, row), how));
          for (const [step, value] of states.forecast().entries())
            expect(value).toBeCloseTo(wanted[0]![step]!, 9);
          // Every second forecast beside the truth, where that is known.
          const judged = [0, 2, 4, 6, 8].filter((step) => !Number.isNaN(values[row + step]!));
          const sums = new Float64Array(count).fill(1);
          expect(states.addErrors(sums, values, row, 2)).toBe(judged.length);
          for (const [way, ahead] of wanted.entries()) {
            const squares = judged.map((step) => (ahead[step]! - values[row + step]!) ** 2);
            expect(sums[way]).toBeCloseTo(
              squares.reduce((sum, square) => sum + square, 1),
              9,
            );
          }
        }
      }
    },
  );
});
