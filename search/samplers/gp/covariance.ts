import { choleskyRow, dot } from "../../math/linalg.ts";
import type { Dimension } from "../bayes/encoding.ts";
import { matern52, matern52Slope, MIN_NOISE, type Hyperparameters } from "./kernel.ts";
import { Trend } from "./trend.ts";

/** A place as the points see it. */
export interface Towards {
  readonly x: Float64Array;
  /** Of the trend. */
  readonly features: Float64Array;
  /** Squared distances to the points, in lengths. */
  readonly r2: Float64Array;
  /** Covariances with the points. */
  readonly k: Float64Array;
  /** Variance before any target is known. */
  readonly prior: number;
}

/** The covariance K of a Gaussian process at some points, that of its trend (trend.ts) included, factorised: K = L Lᵀ. */
export class Covariance {
  /** Points. */
  readonly n: number;
  /** L, [n × n]. */
  readonly factor: Float64Array;
  /** [n × dimensions], in lengths; choices as they are. */
  private readonly xs: Float64Array;
  private readonly variance: number;
  private readonly trend: Trend;
  /** [n × features] */
  private readonly features: Float64Array;
  private readonly isUnit: readonly boolean[];
  private readonly inverse: Float64Array;
  private readonly inverseSquares: Float64Array;

  /** `noise`: added to the diagonal, at least MIN_NOISE. */
  constructor(
    xs: readonly Float64Array[],
    noise: Float64Array,
    dimensions: readonly Dimension[],
    { lengths, variance, trend }: Hyperparameters,
  ) {
    this.n = xs.length;
    this.variance = variance;
    this.trend = new Trend(dimensions, trend);
    this.features = this.trend.atAll(xs);
    this.isUnit = dimensions.map(({ kind }) => kind === "unit");
    this.inverseSquares = lengths.map((length) => 1 / (length * length));
    this.inverse = lengths.map((length, d) => (this.isUnit[d]! ? 1 / length : 1));
    this.xs = new Float64Array(this.n * lengths.length);
    for (const [i, x] of xs.entries()) this.xs.set(this.scaled(x), i * lengths.length);
    this.factor = new Float64Array(this.n * this.n);
    for (let i = 0; i < this.n; i++) this.append(i, noise[i]!);
  }

  /** `x` as the points see it. */
  towards(x: Float64Array): Towards {
    const scaled = this.scaled(x);
    const features = this.trend.at(x);
    const { size } = this.trend;
    const r2 = new Float64Array(this.n);
    const k = new Float64Array(this.n);
    for (let i = 0; i < this.n; i++) {
      r2[i] = this.distance(scaled, 0, i);
      k[i] = this.variance * matern52(r2[i]!) + dot(features, 0, this.features, i * size, size);
    }
    return { x, features, r2, k, prior: this.variance + dot(features, 0, features, 0, size) };
  }

  /** Covariance of the function's values at two points. */
  between(a: Float64Array, b: Float64Array): number {
    const [from, to] = [this.scaled(a), this.scaled(b)];
    const byTrend = dot(this.trend.at(a), 0, this.trend.at(b), 0, this.trend.size);
    return this.variance * matern52(this.squaredDistance(from, 0, to, 0)) + byTrend;
  }

  /** Gradient by the coordinates of `x` (0 for choices) of what changes by these amounts with each covariance and with the prior. */
  gradient({ x, features, r2 }: Towards, byCovariances: Float64Array, byPrior: number): Float64Array {
    const { n, isUnit, xs } = this;
    const byFeatures = features.map((feature) => 2 * byPrior * feature);
    const count = x.length;
    const scaled = this.scaled(x);
    const gradient = new Float64Array(count);
    for (let i = 0, at = 0; i < n; i++) {
      const by = byCovariances[i]!;
      const slope = -this.variance * matern52Slope(r2[i]!) * by;
      for (let k = 0, from = i * byFeatures.length; k < byFeatures.length; k++, from++)
        byFeatures[k] = byFeatures[k]! + by * this.features[from]!;
      for (let d = 0; d < count; d++, at++) {
        if (isUnit[d]!) gradient[d] = gradient[d]! + slope * (scaled[d]! - xs[at]!) * this.inverse[d]!;
      }
    }
    this.trend.addGradient(x, byFeatures, gradient);
    return gradient;
  }

  /** L z: values with this covariance from standard normal numbers. */
  draw(z: Float64Array): Float64Array {
    return Float64Array.from({ length: this.n }, (_, i) => dot(this.factor, i * this.n, z, 0, i + 1));
  }

  private append(i: number, noise: number): void {
    const row = i * this.n;
    const from = i * this.isUnit.length;
    for (let j = 0; j <= i; j++) {
      const near = matern52(this.distance(this.xs, from, j));
      this.factor[row + j] = this.variance * near + this.trend.between(this.features, i, j);
    }
    this.factor[row + i] = this.factor[row + i]! + noise;
    // The noise on the diagonal keeps it positive definite; rounding could still spoil a pivot.
    if (!choleskyRow(this.factor, this.n, i)) this.factor[row + i] = Math.sqrt(Math.max(noise, MIN_NOISE));
  }

  private scaled(x: Float64Array): Float64Array {
    return x.map((value, d) => value * this.inverse[d]!);
  }

  /** Squared, in lengths, from the scaled coordinates at `from` in `a` to point `i`. Choices are the same or one length apart. */
  private distance(a: Float64Array, from: number, i: number): number {
    return this.squaredDistance(a, from, this.xs, i * this.isUnit.length);
  }

  private squaredDistance(a: Float64Array, from: number, b: Float64Array, to: number): number {
    const { isUnit, inverseSquares } = this;
    const count = isUnit.length;
    let r2 = 0;
    for (let d = 0; d < count; d++) {
      const change = a[from + d]! - b[to + d]!;
      if (isUnit[d]!) r2 += change * change;
      else if (change !== 0) r2 += inverseSquares[d]!;
    }
    return r2;
  }
}
