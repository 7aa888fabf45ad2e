import { choleskyRow, dot, solveLower, solveUpper } from "../../math/linalg.ts";
import type { Dimension } from "../bayes/encoding.ts";
import { difference, matern52, matern52Slope, MIN_NOISE, type Hyperparameters } from "./kernel.ts";
import type { TrainingSet } from "./training-set.ts";

/** Points that have no value yet, and what they might come out as. */
export interface Pending {
  readonly xs: readonly Float64Array[];
  /** [futures][xs], at least one future: standard normal numbers. All 0: everything comes out as predicted. */
  readonly futures: readonly Float64Array[];
}

export const NOTHING_PENDING: Pending = { xs: [], futures: [new Float64Array(0)] };

/** Prediction at one point. */
export interface Prediction {
  /** In each future. */
  readonly means: Float64Array;
  /** The same in all of them. */
  readonly variance: number;
  /**
   * Gradient by the point's coordinates (0 for choices) of a quantity that changes by these amounts with each mean and
   * with the variance.
   */
  gradient(byMeans: Float64Array, byVariance: number): Float64Array;
}

/**
 * A Gaussian process given data and hyperparameters (Rasmussen and Williams 2006, algorithm 2.1), and in each of several
 * futures given values for pending points as well, drawn from what it predicts for them (Snoek et al. 2012, Practical Bayesian
 * Optimization of Machine Learning Algorithms, arXiv 1206.2944, section 3.2). With K = L Lᵀ over all points, values are
 * y = L w: w is L⁻¹ y where y is measured, and any standard normal numbers further on make a joint draw.
 */
export class Posterior {
  /** Lowest value of a pending point in each future, Infinity where nothing is pending. */
  readonly lowestPending: Float64Array;
  private readonly dimensions: readonly Dimension[];
  private readonly theta: Hyperparameters;
  private readonly inverseSquares: Float64Array;
  private readonly xs: Float64Array[] = [];
  private readonly stride: number;
  private readonly factor: Float64Array;
  /** [futures][points] K⁻¹ y. */
  private readonly alphas: readonly Float64Array[];

  constructor(data: TrainingSet, pending: Pending, dimensions: readonly Dimension[], theta: Hyperparameters) {
    this.dimensions = dimensions;
    this.theta = theta;
    this.inverseSquares = theta.lengths.map((length) => 1 / (length * length));
    this.stride = data.xs.length + pending.xs.length;
    this.factor = new Float64Array(this.stride * this.stride);
    for (const [i, x] of data.xs.entries()) this.append(x, data.extraNoise[i]!);
    const measured = this.xs.length;
    for (const x of pending.xs) this.append(x, 0);
    const known = data.ys.slice();
    solveLower(this.factor, this.stride, known, measured);
    const whitened = pending.futures.map((future) => {
      const w = new Float64Array(this.stride);
      w.set(known);
      w.set(future, measured);
      return w;
    });
    this.lowestPending = Float64Array.from(whitened, (w) => this.lowest(w, measured));
    for (const w of whitened) solveUpper(this.factor, this.stride, w);
    this.alphas = whitened;
  }

  predict(x: Float64Array): Prediction {
    const n = this.xs.length;
    const r2 = new Float64Array(n);
    const k = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      r2[i] = this.distance(x, this.xs[i]!);
      k[i] = this.theta.variance * matern52(r2[i]!);
    }
    const means = Float64Array.from(this.alphas, (alpha) => dot(k, 0, alpha, 0, n));
    solveLower(this.factor, this.stride, k, n);
    return {
      means,
      variance: Math.max(this.theta.variance - dot(k, 0, k, 0, n), 1e-12),
      gradient: (byMeans, byVariance) => {
        solveUpper(this.factor, this.stride, k, n);
        return this.gradient(x, r2, byMeans, k, byVariance);
      },
    };
  }

  /** `weights`: K⁻¹ k, by which the variance falls. */
  private gradient(
    x: Float64Array,
    r2: Float64Array,
    byMeans: Float64Array,
    weights: Float64Array,
    byVariance: number,
  ): Float64Array {
    const gradient = new Float64Array(x.length);
    for (const [i, other] of this.xs.entries()) {
      let byCovariance = -2 * byVariance * weights[i]!;
      for (let s = 0; s < byMeans.length; s++) byCovariance += byMeans[s]! * this.alphas[s]![i]!;
      const slope = -this.theta.variance * matern52Slope(r2[i]!) * byCovariance;
      for (let d = 0; d < x.length; d++) {
        if (this.dimensions[d]!.kind !== "unit") continue;
        gradient[d] = gradient[d]! + slope * (x[d]! - other[d]!) * this.inverseSquares[d]!;
      }
    }
    return gradient;
  }

  /** Lowest of the values from number `from` on that belong to whitened values `w`. */
  private lowest(w: Float64Array, from: number): number {
    let lowest = Infinity;
    for (let i = from; i < w.length; i++) {
      lowest = Math.min(lowest, dot(this.factor, i * this.stride, w, 0, i + 1));
    }
    return lowest;
  }

  private append(x: Float64Array, extraNoise: number): void {
    const i = this.xs.length;
    const row = i * this.stride;
    for (let j = 0; j < i; j++) {
      this.factor[row + j] = this.theta.variance * matern52(this.distance(x, this.xs[j]!));
    }
    this.factor[row + i] = this.theta.variance + this.theta.noise + MIN_NOISE + extraNoise;
    // The noise on the diagonal keeps it positive definite; rounding could still spoil a pivot.
    if (!choleskyRow(this.factor, this.stride, i))
      this.factor[row + i] = Math.sqrt(this.theta.noise + MIN_NOISE);
    this.xs.push(x);
  }

  private distance(a: Float64Array, b: Float64Array): number {
    let r2 = 0;
    for (let d = 0; d < a.length; d++) {
      const change = difference(this.dimensions[d]!.kind, a[d]!, b[d]!);
      r2 += change * change * this.inverseSquares[d]!;
    }
    return r2;
  }
}
