import { describe, expect, it } from "vitest";
import { fairShares, type Claimant } from "../../../orchestrator/lab/shares.ts";

const plain = (count: number): Record<string, string>[] => Array.from({ length: count }, () => ({}));

function study(key: string, more: Partial<Claimant> = {}): Claimant {
  return { key, priority: 1, limit: null, requires: {}, ...more };
}

function shares(workers: readonly Record<string, string>[], ...studies: Claimant[]): Record<string, number> {
  const rounded = [...fairShares(workers, studies)].map(([key, share]) => [key, Number(share.toFixed(6))]);
  return Object.fromEntries(rounded);
}

describe("fair shares", () => {
  it("divide the workers by priority", () => {
    expect(shares(plain(4), study("a"), study("b"))).toEqual({ a: 2, b: 2 });
    expect(shares(plain(4), study("a", { priority: 3 }), study("b"))).toEqual({ a: 3, b: 1 });
  });

  it("give what a study cannot use to the others", () => {
    expect(shares(plain(10), study("a", { limit: 2 }), study("b"), study("c"))).toEqual({ a: 2, b: 4, c: 4 });
    expect(shares(plain(10), study("a", { limit: 2 }), study("b", { limit: 3 }))).toEqual({ a: 2, b: 3 });
  });

  it("let a limit that only counts after another one was met count too", () => {
    // A third each is 4; a takes 1, so 5.5 each for the others, of which b takes 5.
    expect(shares(plain(12), study("a", { limit: 1 }), study("b", { limit: 5 }), study("c"))).toEqual({
      a: 1,
      b: 5,
      c: 6,
    });
  });

  it("divide each worker only between the studies it can serve", () => {
    const workers = [...plain(4), { gpu: "a100" }, { gpu: "a100" }];
    const picky = study("picky", { requires: { gpu: "a100" } });
    expect(shares(workers, picky, study("easy"))).toEqual({ picky: 1, easy: 5 });
  });

  it("are zero where no worker can serve", () => {
    expect(shares(plain(3), study("a", { requires: { gpu: "a100" } }))).toEqual({ a: 0 });
    expect(shares([], study("a"))).toEqual({ a: 0 });
  });
});
