import { describe, expect, it } from "vitest";
import { outputMask, recurrentMask } from "../../../worker/engines/masks.ts";
import { epochOrder } from "../../../worker/engines/order.ts";

describe("the order of samples", () => {
  it("visits every sample once, in another order each epoch", () => {
    const first = epochOrder(50, 1, 1);
    expect(Array.from(first).sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect(epochOrder(50, 1, 1)).toEqual(first);
    expect(epochOrder(50, 1, 2)).not.toEqual(first);
    expect(epochOrder(50, 2, 1)).not.toEqual(first);
  });
});

describe("dropout masks", () => {
  const key = { seed: 1, epoch: 1, batch: 0, layer: 0 };

  it("drop the asked share and scale up the rest, so that the mean stays 1", () => {
    const mask = outputMask(key, 0.25, 20, 10, 50);
    const dropped = mask.filter((value) => value === 0).length / mask.length;
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    expect(dropped).toBeGreaterThan(0.23);
    expect(dropped).toBeLessThan(0.27);
  });

  it("differ between epochs, batches, layers and kinds, and repeat for the same ones", () => {
    const mask = (change: object): string => outputMask({ ...key, ...change }, 0.5, 4, 4, 4).join();
    expect(mask({})).toBe(mask({}));
    for (const change of [{ seed: 2 }, { epoch: 2 }, { batch: 1 }, { layer: 1 }]) {
      expect(mask(change)).not.toBe(mask({}));
    }
    expect(recurrentMask(key, 0.5, 4, 4, 4).join()).not.toBe(mask({}));
  });

  it("drop nothing at rate 0", () => {
    expect(new Set(outputMask(key, 0, 2, 3, 4))).toEqual(new Set([1]));
  });
});
