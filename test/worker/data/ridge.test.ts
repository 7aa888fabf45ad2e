import { describe, expect, it } from "vitest";
import { rngFor } from "../../../search/random.ts";
import { fitAffine } from "../../../worker/data/baselines/affine.ts";
import { solvePositive } from "../../../worker/data/baselines/linear-algebra.ts";
import { changeProducts, ownProducts, products } from "../../../worker/data/baselines/products.ts";
import { ridge, squaredError, type Moments } from "../../../worker/data/baselines/ridge.ts";
import {
  lagSums,
  slidingMoments,
  type Autoregression,
  type Stretch,
} from "../../../worker/data/baselines/sliding-moments.ts";
import { count } from "./helpers.ts";

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
  it("solves equations whose matrix is positive definite, by its lower triangle, and says where it is not", () => {
    // (4 + 1)x + 2y = 9, 2x + (3 + 1)y = 10
    const x = solvePositive({
      a: Float64Array.from([4, NaN, 2, 3]),
      n: 2,
      added: 1,
      b: Float64Array.from([9, 10]),
      m: 1,
    })!;
    expect(x[0]).toBeCloseTo(1, 12);
    expect(x[1]).toBeCloseTo(2, 12);
    const one = Float64Array.of(1, 1);
    expect(
      solvePositive({ a: Float64Array.from([1, 2, 2, 1]), n: 2, added: 0, b: one, m: 1 }),
    ).toBeUndefined();
    expect(
      solvePositive({ a: Float64Array.from([1, NaN, NaN, 1]), n: 2, added: 0, b: one, m: 1 }),
    ).toBeUndefined();
  });

  it("solves equations of many sizes, whose remainders are all different", () => {
    for (const [n, m] of [
      [1, 1],
      [3, 5],
      [8, 2],
      [17, 4],
      [50, 7],
      [83, 13],
    ] as const) {
      const factor = Float64Array.from({ length: n * n }, () => rng.normal());
      const row = (i: number) => factor.subarray(i * n, (i + 1) * n);
      const times = (x: Float64Array, z: Float64Array) => x.reduce((sum, value, k) => sum + value * z[k]!, 0);
      const whole = Float64Array.from({ length: n * n }, (_, at) => {
        const [i, j] = [Math.floor(at / n), at % n];
        return times(row(i), row(j)) + (i === j ? 1 : 0);
      });
      const x = Float64Array.from({ length: n * m }, () => rng.normal());
      const b = Float64Array.from({ length: n * m }, (_, at) => {
        const [i, c] = [Math.floor(at / m), at % m];
        return whole.subarray(i * n, (i + 1) * n).reduce((sum, value, k) => sum + value * x[k * m + c]!, 0);
      });
      const a = whole.map((value, at) => (at % n === Math.floor(at / n) ? value - 0.5 : value));
      const found = solvePositive({ a, n, added: 0.5, b, m })!;
      for (const [at, value] of found.entries()) expect(value).toBeCloseTo(x[at]!, 9);
    }
  });

  it("multiplies rows of many lengths as one multiplies them by hand", () => {
    for (const [rowsA, rowsB, width] of [
      [1, 1, 1],
      [5, 3, 7],
      [66, 7, 1100],
    ] as const) {
      const a = Float64Array.from({ length: rowsA * width }, () => rng.normal());
      const b = Float64Array.from({ length: rowsB * width }, () => rng.normal());
      const by = (x: Float64Array, y: Float64Array, i: number, j: number) =>
        Array.from({ length: width }, (_, k) => x[i * width + k]! * y[j * width + k]!).reduce(
          (s, v) => s + v,
          0,
        );
      const found = products({ values: a, width }, { values: b, width });
      for (const [at, value] of found.entries()) {
        expect(value).toBeCloseTo(by(a, b, Math.floor(at / rowsB), at % rowsB), 9);
      }
      const own = ownProducts({ values: a, width });
      for (const [at, value] of own.entries()) {
        expect(value).toBeCloseTo(by(a, a, Math.floor(at / rowsA), at % rowsA), 9);
      }
    }
  });

  it("multiplies windows relative to the value behind each, and one that stands still gives exactly 0", () => {
    for (const width of [1, 6, 7]) {
      const b = Float64Array.from({ length: 3 * width }, () => rng.normal());
      const found = changeProducts(y, { values: b, width });
      expect(found).toHaveLength(3 * (y.length - width));
      for (const [at, value] of found.entries()) {
        const [i, j] = [Math.floor(at / 3), at % 3];
        const wanted = count(width).reduce(
          (sum, a) => sum + (y[i + a]! - y[i + width]!) * b[j * width + a]!,
          0,
        );
        expect(value).toBeCloseTo(wanted, 10);
      }
      const still = new Float64Array(20).fill(0.1);
      expect(changeProducts(still, { values: b, width }).every((value) => value === 0)).toBe(true);
    }
  });

  it("fits inputs relative to their newest value without their samples as it does with them", () => {
    const samples = count(50);
    const options = { samples, held: (sample: number) => sample >= 40 };
    const targets = Float32Array.from(samples, (i) => y[i]! - y[i + 1]! + 0.1 * rng.normal());
    const wanted = { targets, outputs: 1 };
    const lags = { width: 4, write: (i: number, x: Float64Array) => x.set(y.subarray(i, i + 4)) };
    const changes = {
      width: 3,
      write: (i: number, x: Float64Array) => x.set([y[i + 1]! - y[i]!, y[i + 2]! - y[i]!, y[i + 3]!]),
    };
    const direct = fitAffine(changes, wanted, options);
    const derived = fitAffine(lags, wanted, options).ofDifferences!({ of: [1, 2, 3], less: [0, 0, -1] });
    for (const part of ["xMeans", "yMeans", "weights"] as const) {
      const found = derived.affine()[part];
      for (const [i, value] of direct.affine()[part].entries()) expect(found[i]).toBeCloseTo(value, 10);
    }
    expect(derived.judged[0]!.error).toBeCloseTo(direct.judged[0]!.error, 9);
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
