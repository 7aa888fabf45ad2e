import { describe, expect, it } from "vitest";
import { maskRule, outputMask, recurrentMask } from "../../../worker/lstm/dropout.ts";
import { bestBuild, instantiate } from "../../../worker/lstm/kernels.ts";
import { philox, type Words } from "../../../worker/lstm/philox.ts";

/** The vectors published with the authors' Random123 (kat_vectors, philox4x32 with 10 rounds). */
const published: [Words, [number, number], Words][] = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

it.each(published)("Philox4x32-10 of %j under %j is %j", (counter, key, expected) => {
  expect(philox(counter, key)).toEqual(expected);
});

describe("dropout masks", () => {
  const key = { seed: 1, epoch: 1, batch: 0, layer: 0 };

  it("drop the asked share and scale up the rest, so that the mean stays 1", () => {
    const mask = outputMask(key, 0.25, 20, 10, 25, 2);
    const dropped = mask.filter((value) => value === 0).length / mask.length;
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    expect(dropped).toBeGreaterThan(0.23);
    expect(dropped).toBeLessThan(0.27);
  });

  it("differ between epochs, batches, layers and kinds, and repeat for the same ones", () => {
    const mask = (change: object): string => outputMask({ ...key, ...change }, 0.5, 4, 4, 4, 1).join();
    expect(mask({})).toBe(mask({}));
    for (const change of [{ seed: 2 }, { epoch: 2 }, { batch: 1 }, { layer: 1 }]) {
      expect(mask(change)).not.toBe(mask({}));
    }
    expect(recurrentMask(key, 0.5, 4, 4, 4).join()).not.toBe(mask({}));
  });

  it("are the numbers the definition names", () => {
    const rate = 0.3;
    const derived = philox([1, 0, 0, 0], [5, 3]);
    const mask = outputMask({ ...key, seed: 3 * 2 ** 32 + 5 }, rate, 2, 3, 7, 2);
    for (const [t, b, d, u] of [
      [0, 0, 0, 0],
      [1, 2, 1, 6],
      [0, 1, 1, 3],
    ] as const) {
      const number = philox([Math.floor(u / 4), b, t, d], [derived[0], derived[1]])[u % 4]!;
      const expected = number < rate * 2 ** 32 ? 0 : Math.fround(1 / (1 - rate));
      expect(mask[((t * 3 + b) * 2 + d) * 7 + u]).toBe(expected);
    }
  });

  it("drop nothing at rate 0", () => {
    expect(new Set(outputMask(key, 0, 2, 3, 4, 1))).toEqual(new Set([1]));
  });

  it.each([1, 4, 15, 16, 37])("are the same from the WebAssembly kernels, for %d units", (units) => {
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 2 });
    const kernels = instantiate(bestBuild(), memory);
    const [steps, samples, first, count] = [3, 5, 2, 3];
    const given = { seed: 77, epoch: 3, batch: 9, layer: 1 };
    const rule = maskRule(given, "output", 0.4);
    const whole = outputMask(given, 0.4, steps, samples, units, 2);
    const start = 65536;
    kernels.dropoutMask(
      steps,
      first,
      count,
      units,
      1,
      ...rule.key,
      rule.threshold,
      rule.kept,
      start + units * 4,
      2 * units,
    );
    const found = new Float32Array(memory.buffer, start, steps * count * 2 * units);
    for (let t = 0; t < steps; t++) {
      for (let b = 0; b < count; b++) {
        const from = ((t * samples + first + b) * 2 + 1) * units;
        const at = ((t * count + b) * 2 + 1) * units;
        expect(found.slice(at, at + units)).toEqual(whole.slice(from, from + units));
      }
    }
  });
});
