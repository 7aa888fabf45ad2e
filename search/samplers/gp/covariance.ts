import { choleskyRow, dot } from "../../math/linalg.ts";
import type { Dimension } from "../bayes/encoding.ts";
import { matern52, matern52Slope, MIN_NOISE, type Hyperparameters } from "./kernel.ts";

/** The covariance K of a Gaussian process at some points, factorised: K = L Lᵀ. */
export class Covariance {
  /** Points. */
  readonly n: number;
  /** Of the function, far from every point. */
  readonly variance: number;
  /** L, [n × n]. */
  readonly factor: Float64Array;
  /** [n × dimensions], in lengths; choices as they are. */
  private readonly xs: Float64Array;
  private readonly isUnit: readonly boolean[];
  private readonly inverse: Float64Array;
  private readonly inverseSquares: Float64Array;

  /** `noise`: added to the diagonal, at least MIN_NOISE. */
  constructor(
    xs: readonly Float64Array[],
    noise: Float64Array,
    dimensions: readonly Dimension[],
    { lengths, variance }: Hyperparameters,
  ) {
    this.n = xs.length;
    this.variance = variance;
    this.isUnit = dimensions.map(({ kind }) => kind === "unit");
    this.inverseSquares = lengths.map((length) => 1 / (length * length));
    this.inverse = lengths.map((length, d) => (this.isUnit[d]! ? 1 / length : 1));
    this.xs = new Float64Array(this.n * lengths.length);
    for (const [i, x] of xs.entries()) this.xs.set(this.scaled(x), i * lengths.length);
    this.factor = new Float64Array(this.n * this.n);
    for (let i = 0; i < this.n; i++) this.append(i, noise[i]!);
  }

  /** Squared distances in lengths from `x` to the points, and covariances with them. */
  towards(x: Float64Array): { readonly r2: Float64Array; readonly k: Float64Array } {
    const scaled = this.scaled(x);
    const r2 = new Float64Array(this.n);
    const k = new Float64Array(this.n);
    for (let i = 0; i < this.n; i++) {
      r2[i] = this.distance(scaled, 0, i);
      k[i] = this.variance * matern52(r2[i]!);
    }
    return { r2, k };
  }

  /** Covariance of the function's values at two points. */
  between(a: Float64Array, b: Float64Array): number {
    const [from, to] = [this.scaled(a), this.scaled(b)];
    return this.variance * matern52(this.squaredDistance(from, 0, to, 0));
  }

  /** Gradient by the coordinates of `x` (0 for choices) of what changes by these amounts with each covariance. */
  gradient(x: Float64Array, r2: Float64Array, byCovariances: Float64Array): Float64Array {
    const { n, isUnit, xs } = this;
    const count = x.length;
    const scaled = this.scaled(x);
    const gradient = new Float64Array(count);
    for (let i = 0, at = 0; i < n; i++) {
      const slope = -this.variance * matern52Slope(r2[i]!) * byCovariances[i]!;
      for (let d = 0; d < count; d++, at++) {
        if (isUnit[d]!) gradient[d] = gradient[d]! + slope * (scaled[d]! - xs[at]!) * this.inverse[d]!;
      }
    }
    return gradient;
  }

  /** L z: values with this covariance from standard normal numbers. */
  draw(z: Float64Array): Float64Array {
    return Float64Array.from({ length: this.n }, (_, i) => dot(this.factor, i * this.n, z, 0, i + 1));
  }

  private append(i: number, noise: number): void {
    const row = i * this.n;
    const from = i * this.isUnit.length;
    for (let j = 0; j < i; j++)
      this.factor[row + j] = this.variance * matern52(this.distance(this.xs, from, j));
    this.factor[row + i] = this.variance + noise;
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
