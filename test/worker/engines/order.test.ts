import { describe, expect, it } from "vitest";
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
