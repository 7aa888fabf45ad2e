import { choleskyRow, dot, solveLower, solveUpper } from "../../math/linalg.ts";
import type { Dimension } from "../bayes/encoding.ts";
import { difference, matern52, matern52Slope, MIN_NOISE, type Hyperparameters } from "./kernel.ts";
import type { TrainingSet } from "./training-set.ts";

/** Prediction at one point. The gradients (by the point's coordinates; 0 for choices) are filled when asked. */
export interface Prediction {
  readonly mean: number;
  readonly variance: number;
  readonly meanGradient: Float64Array;
  readonly varianceGradient: Float64Array;
}

/**
 * A Gaussian process given data and hyperparameters (Rasmussen and Williams 2006, algorithm 2.1). Points without
 * a value can be added: they are believed to come out as predicted, so the mean stays and the variance
 * shrinks around them (Kriging believer, Ginsbourger et al. 2010).
 */
export class Posterior {
  private readonly dimensions: readonly Dimension[];
  private readonly theta: Hyperparameters;
  private readonly inverseSquares: Float64Array;
  private readonly xs: Float64Array[] = [];
  private readonly stride: number;
  private readonly factor: Float64Array;
  private readonly alpha: Float64Array;
  private readonly measured: number;

  constructor(
    data: TrainingSet,
    believed: readonly Float64Array[],
    dimensions: readonly Dimension[],
    theta: Hyperparameters,
  ) {
    this.dimensions = dimensions;
    this.theta = theta;
    this.inverseSquares = theta.lengths.map((length) => 1 / (length * length));
    this.stride = data.xs.length + believed.length;
    this.factor = new Float64Array(this.stride * this.stride);
    for (const [i, x] of data.xs.entries()) this.append(x, data.extraNoise[i]!);
    this.measured = this.xs.length;
    this.alpha = data.ys.slice();
    solveLower(this.factor, this.stride, this.alpha, this.measured);
    solveUpper(this.factor, this.stride, this.alpha, this.measured);
    for (const x of believed) this.append(x, 0);
  }

  predict(x: Float64Array, withGradient: boolean): Prediction {
    const n = this.xs.length;
    const k = new Float64Array(n);
    const slopes = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const r2 = this.distance(x, this.xs[i]!);
      k[i] = this.theta.variance * matern52(r2);
      if (withGradient) slopes[i] = -this.theta.variance * matern52Slope(r2);
    }
    const mean = dot(k, 0, this.alpha, 0, this.measured);
    solveLower(this.factor, this.stride, k, n);
    const variance = Math.max(this.theta.variance - dot(k, 0, k, 0, n), 1e-12);
    const meanGradient = new Float64Array(x.length);
    const varianceGradient = new Float64Array(x.length);
    if (withGradient) {
      solveUpper(this.factor, this.stride, k, n);
      this.gradients(x, k, slopes, meanGradient, varianceGradient);
    }
    return { mean, variance, meanGradient, varianceGradient };
  }

  private gradients(
    x: Float64Array,
    weights: Float64Array,
    slopes: Float64Array,
    mean: Float64Array,
    variance: Float64Array,
  ): void {
    for (let i = 0; i < this.xs.length; i++) {
      const byMean = slopes[i]! * (i < this.measured ? this.alpha[i]! : 0);
      const byVariance = -2 * slopes[i]! * weights[i]!;
      const other = this.xs[i]!;
      for (let d = 0; d < x.length; d++) {
        if (this.dimensions[d]!.kind !== "unit") continue;
        const change = (x[d]! - other[d]!) * this.inverseSquares[d]!;
        mean[d] = mean[d]! + byMean * change;
        variance[d] = variance[d]! + byVariance * change;
      }
    }
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
