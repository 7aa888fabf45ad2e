import { describe, expect, it } from "vitest";
import { initialWeights } from "../../../worker/engines/init.ts";
import { modelSettingsSchema } from "../../../worker/protocol/model-settings.ts";

const dims = { features: 3, window: 6, outputs: 2 };
const model = modelSettingsSchema.parse({ layers: 2, hidden: [5, 4] });

function dataOf(name: string, seed = 1): Float32Array {
  return initialWeights(model, dims, seed).find((weight) => weight.name === name)!.data;
}

describe("initial weights", () => {
  it("stay the same for a seed, for ever", () => {
    expect(Array.from(dataOf("lstm0/kernel").subarray(0, 3))).toMatchInlineSnapshot(`
      [
        0.3444223403930664,
        0.03823746368288994,
        -0.0637032762169838,
      ]
    `);
    expect(Array.from(dataOf("lstm0/recurrent").subarray(0, 3))).toMatchInlineSnapshot(`
      [
        0.5266039371490479,
        -0.1719105839729309,
        -0.0017350814305245876,
      ]
    `);
    expect(dataOf("lstm0/kernel", 2)).not.toEqual(dataOf("lstm0/kernel"));
  });

  it("draw kernels evenly within Glorot's limit", () => {
    const kernel = dataOf("lstm0/kernel");
    const limit = Math.sqrt(6 / (3 + 20));
    const largest = Math.max(...kernel.map(Math.abs));
    expect(largest).toBeLessThanOrEqual(limit);
    expect(largest).toBeGreaterThan(0.9 * limit);
    expect(kernel.reduce((sum, value) => sum + value, 0) / kernel.length).toBeCloseTo(0, 0);
  });

  it("make the rows of recurrent kernels orthonormal", () => {
    const recurrent = dataOf("lstm0/recurrent");
    const row = (index: number): Float32Array => recurrent.subarray(index * 20, (index + 1) * 20);
    for (let a = 0; a < 5; a++) {
      for (let b = 0; b < 5; b++) {
        const product = row(a).reduce((sum, value, index) => sum + value * row(b)[index]!, 0);
        expect(product).toBeCloseTo(a === b ? 1 : 0, 5);
      }
    }
  });

  it("open the forget gate and leave every other bias at zero", () => {
    expect(Array.from(dataOf("lstm1/bias"))).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(Array.from(dataOf("dense/bias"))).toEqual([0, 0]);
    const gru = initialWeights({ ...model, cell: "gru" }, dims, 1);
    expect(gru.find(({ name }) => name === "gru0/bias")!.data.every((value) => value === 0)).toBe(true);
  });
});
