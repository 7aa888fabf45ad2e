import { describe, expect, it } from "vitest";
import { rngFor } from "../../../search/random.ts";
import { cholesky, choleskySolve } from "../../../worker/data/baselines/linear-algebra.ts";
import { ridge, squaredError, type Moments } from "../../../worker/data/baselines/ridge.ts";
import {
  lagSums,
  slidingMoments,
  type Autoregression,
  type Stretch,
} from "../../../worker/data/baselines/sliding-moments.ts";

const rng = rngFor(1, "ridge");
const y = Float64Array.from({ length: 60 }, () => rng.normal() + 3);

/** The same moments, sample by sample. */
function plainMoments({ start, count }: Stretch, { window, horizon, level }: Autoregression): Moments {
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

  it("factors and solves matrices of many sizes, whose remainders are all different", () => {
    for (const [n, m] of [
      [1, 1],
      [3, 5],
      [17, 4],
      [50, 7],
    ] as const) {
      const factor = Float64Array.from({ length: n * n }, () => rng.normal());
      const row = (i: number) => factor.subarray(i * n, (i + 1) * n);
      const times = (x: Float64Array, z: Float64Array) => x.reduce((sum, value, k) => sum + value * z[k]!, 0);
      const a = Float64Array.from({ length: n * n }, (_, at) => {
        const [i, j] = [Math.floor(at / n), at % n];
        return times(row(i), row(j)) + (i === j ? 1 : 0);
      });
      const x = Float64Array.from({ length: n * m }, () => rng.normal());
      const b = Float64Array.from({ length: n * m }, (_, at) => {
        const [i, c] = [Math.floor(at / m), at % m];
        return a.subarray(i * n, (i + 1) * n).reduce((sum, value, k) => sum + value * x[k * m + c]!, 0);
      });
      const l = cholesky(a, n)!;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
          const product = times(l.subarray(i * n, (i + 1) * n), l.subarray(j * n, (j + 1) * n));
          expect(product).toBeCloseTo(a[i * n + j]!, 10);
        }
        for (let j = i + 1; j < n; j++) expect(l[i * n + j]).toBe(0);
      }
      for (const [at, value] of choleskySolve(l, n, b, m).entries()) expect(value).toBeCloseTo(x[at]!, 9);
    }
  });

  it("sums sliding windows as if each were taken by itself, also those shorter than the sums allow", () => {
    const stretches = [
      { start: 0, count: 9 },
      { start: 12, count: 33 },
    ];
    for (const skipped of [0, 4]) {
      for (const level of [false, true]) {
        const asked = { window: 6, horizon: 3, level };
        const fast = slidingMoments(lagSums(y, stretches, 9 + skipped), asked);
        // Samples end where those of the full width end.
        const slow = stretches.map(({ start, count }) =>
          plainMoments({ start: start + skipped, count }, asked),
        );
        for (const part of ["xx", "xy", "yy"] as const) {
          for (const [i, value] of fast[part].entries()) {
            expect(value).toBeCloseTo(
              slow.reduce((sum, one) => sum + one[part][i]!, 0),
              9,
            );
          }
        }
      }
    }
  });

  it("finds weights at which the penalised error has no slope, and knows their error", () => {
    const moments = slidingMoments(lagSums(y, [{ start: 0, count: 50 }], 7), {
      window: 5,
      horizon: 2,
      level: false,
    });
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
