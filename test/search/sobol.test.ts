import { describe, expect, it } from "vitest";
import { sobolSampler } from "../../search/samplers/sobol.ts";
import { SobolSequence } from "../../search/samplers/sobol/sequence.ts";
import { samplerContract } from "../contracts/sampler.ts";
import { play } from "./study.ts";

samplerContract("sobol", (space) => sobolSampler(space, { seed: 3 }));

const points = (dimensions: number, seed: number, from: number, to: number): Float64Array[] => {
  const sequence = new SobolSequence(dimensions, seed);
  return Array.from({ length: to - from }, (_, i) => sequence.point(from + i));
};

/** Points per cell of a grid of `columns` × `rows` over coordinates a and b. */
function counts(all: Float64Array[], a: number, b: number, columns: number, rows: number): number[] {
  const cells = Array.from({ length: columns * rows }, () => 0);
  for (const x of all) cells[Math.floor(x[a]! * columns) * rows + Math.floor(x[b]! * rows)]!++;
  return cells;
}

describe("scrambled Sobol sequence", () => {
  it("puts one point into every interval of every dimension, block after block", () => {
    for (const block of [points(70, 1, 0, 64), points(70, 1, 64, 128)]) {
      for (let d = 0; d < 64; d++) {
        expect(new Set(block.map((x) => Math.floor(x[d]! * 64))).size).toBe(64);
      }
    }
  });

  it("is a perfect net in the first two dimensions: one point in every box of equal volume", () => {
    for (const seed of [1, 2]) {
      const net = points(2, seed, 0, 256);
      for (let k = 0; k <= 8; k++)
        expect(counts(net, 0, 1, 2 ** k, 2 ** (8 - k))).toEqual(Array(256).fill(1));
    }
  });

  it("spreads evenly over every pair of its 64 dimensions", () => {
    const net = points(64, 5, 0, 1024);
    for (let a = 0; a < 64; a++) {
      // 64 points a cell are expected; independent draws give up to about 90.
      for (let b = 0; b < a; b++) expect(Math.max(...counts(net, a, b, 4, 4))).toBeLessThanOrEqual(80);
    }
  });

  it("integrates far better than independent draws would", () => {
    // Integral 1 over [0, 1]^8; the deviation of a mean of 1024 random draws is 0.14.
    const errors = [1, 2, 3, 4, 5].map((seed) => {
      const values = points(8, seed, 0, 1024).map((x) =>
        x.reduce((product, v) => product * (2 * v) ** 0.9 * 1.018, 1),
      );
      return Math.abs(values.reduce((sum, v) => sum + v, 0) / 1024 - expected);
    });
    expect(Math.max(...errors)).toBeLessThan(0.03);
  });
  const expected = ((2 ** 0.9 / 1.9) * 1.018) ** 8;

  it("is another sequence for another seed, and random beyond dimension 64", () => {
    expect(points(3, 1, 0, 4)).not.toEqual(points(3, 2, 0, 4));
    const beyond = points(66, 1, 0, 512).map((x) => x[65]!);
    expect(beyond.every((v) => v >= 0 && v < 1)).toBe(true);
    expect(beyond.reduce((sum, v) => sum + v, 0) / 512).toBeCloseTo(0.5, 1);
  });
});

describe("sobol sampler", () => {
  it("covers choices and levels evenly", () => {
    const { history } = play({
      sampler: sobolSampler(
        {
          parameters: [
            {
              name: "cell",
              domain: { kind: "categorical", values: ["lstm", "gru", "rnn", "none"] },
              when: [],
            },
            { name: "rate", domain: { kind: "float", min: 1e-4, max: 1, scale: "log" }, when: [] },
          ],
        },
        { seed: 9 },
      ),
      curve: () => 1,
      trials: 64,
    });
    for (const cell of ["lstm", "gru", "rnn", "none"]) {
      const rates = history.trials.flatMap(({ params }) =>
        params["cell"] === cell ? [Number(params["rate"])] : [],
      );
      expect(rates).toHaveLength(16);
      for (let decade = -4; decade < 0; decade++) {
        expect(rates.filter((r) => r >= 10 ** decade && r < 10 ** (decade + 1))).toHaveLength(4);
      }
    }
  });

  it("refuses an invalid seed", () => {
    expect(() => sobolSampler({ parameters: [] }, { seed: -1 })).toThrow(
      "seed must be a whole number of at least 0; received -1",
    );
  });
});
