import { describe, expect, it } from "vitest";
import { rngFor } from "../../../search/random.ts";
import { cholesky, choleskySolve } from "../../../worker/data/baselines/linear-algebra.ts";
import { ridge, squaredError, type Moments } from "../../../worker/data/baselines/ridge.ts";
import { slidingMoments, type Autoregression } from "../../../worker/data/baselines/sliding-moments.ts";

const rng = rngFor(1, "ridge");
const y = Float64Array.from({ length: 60 }, () => rng.normal() + 3);

/** The same moments, sample by sample. */
function plainMoments({ start, count, window, horizon, level }: Autoregression): Moments {
  const inputs = level ? window : window - 1;
  const xx = new Float64Array(inputs * inputs);
  const xy = new Float64Array(inputs * horizon);
  const yy = new Float64Array(horizon);
  for (let i = start; i < start + count; i++) {
    const last = y[i + window - 1]!;
    const x = Array.from({ length: window - 1 }, (_, a) => y[i + a]! - last);
    if (level) x.push(last);
    const t = Array.from({ length: horizon }, (_, k) => y[i + window + k]! - last);
    x.forEach((left, a) => x.forEach((right, b) => (xx[a * inputs + b]! += left * right)));
    x.forEach((left, a) => t.forEach((right, k) => (xy[a * horizon + k]! += left * right)));
    t.forEach((value, k) => (yy[k]! += value * value));
  }
  return { xx, xy, yy, inputs, outputs: horizon };
}

describe("ridge regression", () => {
  it("factors and solves", () => {
    const l = cholesky(Float64Array.from([4, 0, 2, 3]), 2)!;
    expect(Array.from(l)).toEqual([2, 0, 1, Math.SQRT2]);
    // 4x + 2y = 8, 2x + 3y = 8
    const x = choleskySolve(l, 2, Float64Array.from([8, 8]), 1);
    expect(x[0]).toBeCloseTo(1, 12);
    expect(x[1]).toBeCloseTo(2, 12);
    expect(cholesky(Float64Array.from([1, 0, 2, 1]), 2)).toBeUndefined();
  });

  it("sums sliding windows as if each were taken by itself", () => {
    for (const level of [false, true]) {
      const asked = { start: 7, count: 40, window: 6, horizon: 3, level };
      const [fast, slow] = [slidingMoments(y, asked), plainMoments(asked)];
      for (const part of ["xx", "xy", "yy"] as const) {
        for (const [i, value] of slow[part].entries()) expect(fast[part][i]).toBeCloseTo(value, 9);
      }
    }
  });

  it("finds weights at which the penalised error has no slope, and knows their error", () => {
    const moments = slidingMoments(y, { start: 0, count: 50, window: 5, horizon: 2, level: false });
    const weights = ridge(moments, 0.1);
    const lambda = (0.1 * [0, 1, 2, 3].reduce((sum, i) => sum + moments.xx[i * 5]!, 0)) / 4;
    const loss = (w: Float64Array): number =>
      squaredError(moments, w) + lambda * w.reduce((sum, value) => sum + value * value, 0);
    for (let i = 0; i < weights.length; i++) {
      const up = weights.slice();
      const down = weights.slice();
      up[i]! += 1e-4;
      down[i]! -= 1e-4;
      expect((loss(up) - loss(down)) / 2e-4).toBeCloseTo(0, 6);
    }
    let plain = 0;
    for (let i = 0; i < 50; i++) {
      for (let k = 0; k < 2; k++) {
        let predicted = y[i + 4]!;
        for (let a = 0; a < 4; a++) predicted += (y[i + a]! - y[i + 4]!) * weights[a * 2 + k]!;
        plain += (y[i + 5 + k]! - predicted) ** 2;
      }
    }
    expect(squaredError(moments, weights)).toBeCloseTo(plain, 8);
  });
});
