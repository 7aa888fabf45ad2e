import { describe, expect, it } from "vitest";
import { rngFor, seedFor, shuffle } from "../../search/random.ts";

const draws = 60_000;

/** How often each value came. */
function counts<T>(draw: () => T): ReadonlyMap<T, number> {
  const found = new Map<T, number>();
  for (let i = 0; i < draws; i++) {
    const value = draw();
    found.set(value, (found.get(value) ?? 0) + 1);
  }
  return found;
}

/** Each of the values came equally often, within 5 standard deviations. */
function expectEven<T>(found: ReadonlyMap<T, number>, values: readonly T[]): void {
  const share = 1 / values.length;
  const deviation = Math.sqrt(draws * share * (1 - share));
  expect(new Set(found.keys())).toEqual(new Set(values));
  for (const value of values) {
    expect(Math.abs(found.get(value)! - draws * share), String(value)).toBeLessThan(5 * deviation);
  }
}

describe("the seeded generator", () => {
  it("draws every whole number below n equally often, the last one too", () => {
    const rng = rngFor(1, "int");
    expectEven(
      counts(() => rng.int(6)),
      [0, 1, 2, 3, 4, 5],
    );
    expect(rng.int(1)).toBe(0);
  });

  it("shuffles into every order equally often", () => {
    const rng = rngFor(1, "shuffle");
    expectEven(
      counts(() => shuffle([1, 2, 3], rng).join("")),
      ["123", "132", "213", "231", "312", "321"],
    );
  });

  it("draws normal numbers: 68.3 % within one deviation, 95.4 % within two, as many above 0 as below", () => {
    const rng = rngFor(1, "normal");
    const found = Array.from({ length: draws }, () => rng.normal());
    const within = (deviations: number): number =>
      found.filter((value) => Math.abs(value) < deviations).length / draws;
    expect(within(1)).toBeCloseTo(0.6827, 2);
    expect(within(2)).toBeCloseTo(0.9545, 2);
    expect(found.filter((value) => value > 0).length / draws).toBeCloseTo(0.5, 2);
  });

  it("gives each seed and each key numbers of its own, and the same ones again", () => {
    const first = (seed: number, ...keys: (number | string)[]): number => rngFor(seed, ...keys).next();
    const all = [first(1), first(2), first(1, "trial"), first(1, "trial", 7), first(1, "trial", 8)];
    expect(new Set(all).size).toBe(all.length);
    expect(first(1, "trial", 7)).toBe(all[3]);
    expect(seedFor(1, "trial", 7)).not.toBe(seedFor(1, "trial", 8));
  });
});
