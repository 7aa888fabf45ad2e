import { describe, expect, it } from "vitest";
import { rngFor } from "../../search/random.ts";
import { Acquisition, Feasibility } from "../../search/samplers/gp/acquisition.ts";
import { fit, SCORE_NOISE_PRIOR } from "../../search/samplers/gp/fit.ts";
import { Likelihood } from "../../search/samplers/gp/likelihood.ts";
import {
  imagined,
  measured,
  NOTHING_PENDING,
  PENDING_NOISE,
  type Pending,
} from "../../search/samplers/gp/posterior.ts";

const dimensions = [
  { name: "a", kind: "unit", levels: Infinity, group: 0 },
  { name: "b", kind: "unit", levels: Infinity, group: 0 },
  { name: "c", kind: "choice", levels: 3, group: 0 },
] as const;

const rng = rngFor(1, "gp test");

const xs = Array.from({ length: 20 }, () => Float64Array.of(rng.next(), rng.next(), rng.int(3)));

const ys = Float64Array.from(xs, ([a, b, c]) => Math.sin(6 * a!) + b! ** 2 + (c === 1 ? 1 : 0) - 1);

const data = { xs, ys, extraNoise: Float64Array.from(xs, (_, i) => (i % 4 === 0 ? 0.05 : 0)) };

const theta = { lengths: Float64Array.of(0.3, 0.8, 1.2), variance: 1.4, noise: 1e-3, trend: false };

/** Of a trend: slopes and bends of a and b, each of a variance of an eighth. */
function trendCovariance(x: Float64Array, z: Float64Array): number {
  const of = (s: number, t: number): number => (3 * s * t) / 8 + (5 * (3 * s * s - 1) * (3 * t * t - 1)) / 32;
  return 1 + of(2 * x[0]! - 1, 2 * z[0]! - 1) + of(2 * x[1]! - 1, 2 * z[1]! - 1);
}

/** Central differences of `f` at `x`. */
function slopes(f: (x: Float64Array) => number, x: Float64Array): number[] {
  return Array.from(x, (_, d) => {
    const step = (by: number): number => f(x.map((v, i) => (i === d ? v + by : v)));
    return (step(1e-5) - step(-1e-5)) / 2e-5;
  });
}

/** Solves A x = b by Gaussian elimination with pivots: another way than the factorisation under test. */
function solve(a: number[][], b: number[]): number[] {
  const rows = a.map((row, i) => [...row, b[i]!]);
  const n = b.length;
  for (let c = 0; c < n; c++) {
    const pivot = rows.slice(c).reduce((best, row) => (Math.abs(row[c]!) > Math.abs(best[c]!) ? row : best));
    rows.splice(rows.indexOf(pivot, c), 1);
    rows.splice(c, 0, pivot);
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const factor = rows[r]![c]! / pivot[c]!;
      for (let k = c; k <= n; k++) rows[r]![k]! -= factor * pivot[k]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}

function covariance(x: Float64Array, z: Float64Array): number {
  const r = Math.sqrt(
    ((x[0]! - z[0]!) / 0.3) ** 2 + ((x[1]! - z[1]!) / 0.8) ** 2 + (x[2] === z[2] ? 0 : (1 / 1.2) ** 2),
  );
  return 1.4 * (1 + Math.sqrt(5) * r + (5 * r * r) / 3) * Math.exp(-Math.sqrt(5) * r);
}

describe("posterior", () => {
  const pending: Pending = {
    xs: [Float64Array.of(0.5, 0.5, 1), Float64Array.of(0.3, 0.7, 2)],
    futures: [Float64Array.of(0, 0), Float64Array.of(1.3, -0.4), Float64Array.of(-0.8, 2)],
  };
  const at = Float64Array.of(0.37, 0.61, 2);

  it.each([false, true])(
    "is the conditional normal distribution, computed another way; a trend: %s",
    (trend) => {
      const between = (x: Float64Array, z: Float64Array): number =>
        covariance(x, z) + (trend ? trendCovariance(x, z) : 0);
      const matrix = xs.map((x, i) =>
        xs.map((z, j) => between(x, z) + (i === j ? 1e-3 + 1e-6 + data.extraNoise[i]! : 0)),
      );
      const k = xs.map((x) => between(x, at));
      const weights = solve(matrix, k);
      const posterior = measured(data, dimensions, { ...theta, trend });
      const { means, variance } = posterior.predict(at);
      expect(means[0]).toBeCloseTo(
        weights.reduce((sum, w, i) => sum + w * ys[i]!, 0),
        9,
      );
      const reduced = weights.reduce((sum, w, i) => sum + w * k[i]!, 0);
      expect(variance).toBeCloseTo(between(at, at) - reduced, 9);

      const other = Float64Array.of(0.9, 0.1, 0);
      const shift = xs.map((x, i) => between(x, other) - k[i]!);
      const difference = posterior.difference(other, at);
      expect(difference.mean).toBeCloseTo(posterior.predict(other).means[0]! - means[0]!, 9);
      expect(difference.variance).toBeCloseTo(
        between(at, at) +
          between(other, other) -
          2 * between(at, other) -
          solve(matrix, shift).reduce((sum, w, i) => sum + w * shift[i]!, 0),
        9,
      );
    },
  );

  it("goes on beyond the trials as it went among them where there is a trend", () => {
    const inner = xs.map(([a, b, c]) => Float64Array.of(0.3 + 0.4 * a!, 0.3 + 0.4 * b!, c!));
    const plane = (a: number, b: number): number => 2 * (a + b - 1);
    const given = {
      xs: inner,
      ys: Float64Array.from(inner, ([a, b]) => plane(a!, b!)),
      extraNoise: new Float64Array(20),
    };
    const small = { ...theta, variance: 0.2 };
    for (const corner of [0, 1]) {
      const [far, near] = [false, true].map((trend) => {
        const { means } = measured(given, dimensions, { ...small, trend }).predict(
          Float64Array.of(corner, corner, 1),
        );
        return Math.abs(means[0]! - plane(corner, corner));
      });
      expect(near!).toBeLessThan(far! / 2);
    }
  });

  it("draws the outcomes of pending points from its predictions, and counts on these draws", () => {
    const before = measured(data, dimensions, theta);
    const after = imagined(data, pending, dimensions, theta).posterior;
    const [first] = pending.xs;
    expect(after.predict(at).means[0]).toBeCloseTo(before.predict(at).means[0]!, 12);
    expect(after.predict(first!).variance).toBeLessThan(0.01);
    const { means, variance } = before.predict(first!);
    expect(variance).toBeGreaterThan(0.02);

    // As if the drawn values had been measured, without noise.
    const drawn = means[0]! + 1.3 * Math.sqrt(variance + PENDING_NOISE);
    const told = { xs: [...xs, first!], ys: Float64Array.of(...ys, drawn), extraNoise: new Float64Array(21) };
    told.extraNoise.set(data.extraNoise);
    // Of `measured` a value has the noise of a score; a draw has none.
    told.extraNoise[20] = PENDING_NOISE - theta.noise - 1e-6;
    const one = { xs: [first!], futures: [Float64Array.of(1.3)] };
    const expected = measured(told, dimensions, theta).predict(at);
    const found = imagined(data, one, dimensions, theta).posterior.predict(at);
    expect(found.means[0]).toBeCloseTo(expected.means[0]!, 9);
    expect(found.variance).toBeCloseTo(expected.variance, 9);
  });

  it("takes as lowest what is expected of a point without noise, not the luckiest score", () => {
    const lucky = { ...data, ys: ys.map((y, i) => (i === 8 ? y - 3 : y)) };
    const noisy = { ...theta, noise: 0.5 };
    for (const points of [NOTHING_PENDING, pending]) {
      const { posterior, lowest } = imagined(lucky, points, dimensions, noisy);
      const all = [...xs, ...points.xs].map((point) => posterior.predict(point).means);
      for (const [future, value] of lowest.entries()) {
        expect(value).toBeCloseTo(Math.min(...all.map((means) => means[future]!)), 9);
        expect(value).toBeGreaterThan(Math.min(...lucky.ys) + 0.5);
      }
    }
  });

  it("expects less of an improvement where a pending point may make it first", () => {
    const improvement = (points: Pending): Acquisition =>
      new Acquisition(imagined(data, points, dimensions, theta), undefined);
    for (const x of pending.xs) {
      expect(improvement(pending).value(x)).toBeLessThan(improvement(NOTHING_PENDING).value(x));
    }
  });

  it("expects hardly anything beside a pending point, though another measurement there would be as noisy as the first", () => {
    const noisy = { ...theta, noise: 0.5 };
    const improvement = (points: Pending): Acquisition =>
      new Acquisition(imagined(data, points, dimensions, noisy), undefined);
    const promising = Float64Array.of(0.78, 0.05, 0);
    const futures = Array.from({ length: 8 }, (_, i) => Float64Array.of(-1.5 + (3 * i) / 7));
    const beside = Float64Array.of(0.782, 0.05, 0);
    const alone = improvement(NOTHING_PENDING).value(beside);
    expect(alone).toBeGreaterThan(-3);
    expect(improvement({ xs: [promising], futures }).value(beside)).toBeLessThan(alone - Math.log(10));
  });

  it.each([false, true])(
    "has the slopes of LogEI times feasibility that differences show; a trend: %s",
    (trend) => {
      const labels = { ...data, ys: ys.map((y) => (y > 0 ? 0.5 : -1.5)) };
      const acquisition = new Acquisition(
        imagined(data, pending, dimensions, { ...theta, trend }),
        new Feasibility(measured(labels, dimensions, theta), 0.5, 0.1),
      );
      for (let i = 0; i < 10; i++) {
        const x = Float64Array.of(rng.next(), rng.next(), rng.int(3));
        const gradient = new Float64Array(3);
        acquisition.value(x, gradient);
        const expected = slopes((x) => acquisition.value(x), x);
        for (const d of [0, 1]) expect(gradient[d]! / expected[d]!).toBeCloseTo(1, 4);
        expect(gradient[2]).toBe(0);
      }
    },
  );
});

describe("fit", () => {
  it.each([false, true])("climbs by the slopes that differences show; a trend: %s", (trend) => {
    const likelihood = new Likelihood(data, dimensions, trend);
    const log = Float64Array.of(-1, -0.2, 0.1, 0.3, -5);
    const gradient = new Float64Array(5);
    likelihood.negative(log, gradient);
    const expected = slopes((x) => likelihood.negative(x, new Float64Array(5)), log);
    for (const [i, slope] of expected.entries()) expect(gradient[i]! / slope).toBeCloseTo(1, 4);
  });

  it.each([
    ["of several goals", undefined],
    ["of one", SCORE_NOISE_PRIOR],
  ])("learns from the study how noisy its scores are, %s", (_, prior) => {
    const shares = [0, 0.1, 0.3].map((share) => {
      const rng = rngFor(1, "noise test", share);
      const xs = Array.from({ length: 60 }, () => Float64Array.of(rng.next(), rng.next(), rng.int(3)));
      const ys = Float64Array.from(
        xs,
        ([a, b]) => Math.sqrt(1 - share) * 2.45 * (a! + b! - 1) + Math.sqrt(share) * rng.normal(),
      );
      return fit({ xs, ys, extraNoise: new Float64Array(60) }, dimensions, prior).noise;
    });
    expect(shares[0]).toBeLessThan(0.005);
    expect(shares[1]).toBeGreaterThan(0.05);
    expect(shares[1]).toBeLessThan(0.2);
    expect(shares[2]).toBeGreaterThan(0.2);
    expect(shares[2]).toBeLessThan(0.45);
  });

  it("finds which dimensions matter, on few points and on many", () => {
    for (const n of [30, 150]) {
      const xs = Array.from({ length: n }, () => Float64Array.of(rng.next(), rng.next(), rng.int(3)));
      const { lengths, noise } = fit(
        { xs, ys: Float64Array.from(xs, ([a]) => Math.sin(7 * a!)), extraNoise: new Float64Array(n) },
        dimensions,
      );
      expect(lengths[0]).toBeLessThan(1);
      expect(lengths[1]).toBeGreaterThan(3 * lengths[0]!);
      expect(lengths[2]).toBeGreaterThan(3 * lengths[0]!);
      expect(noise).toBeLessThan(0.01);
    }
  });
});
