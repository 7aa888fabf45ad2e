import { cholesky, dot, inverseFromFactor, solveLower, solveUpper } from "../../math/linalg.ts";
import type { Dimension } from "../bayes/encoding.ts";
import { difference, MIN_NOISE, SQRT5 } from "./kernel.ts";
import type { TrainingSet } from "./training-set.ts";
import { Trend } from "./trend.ts";

/**
 * Negative logarithm of the marginal likelihood and its gradient, by the logarithms of the kernel's parameters:
 * θ = [log length of each dimension, log variance, log noise] (Rasmussen and Williams 2006, equations 5.8 and 5.9).
 */
export class Likelihood {
  private readonly data: TrainingSet;
  private readonly dimensions: number;
  /** Over pairs of points i > j: squared differences [pairs × dimensions], correlations and their slopes. */
  private readonly squares: Float64Array;
  private readonly correlations: Float64Array;
  private readonly slopes: Float64Array;
  /** [n × n], below the diagonal and on it: covariances of the trend. */
  private readonly trend: Float64Array;
  /** [n × n], reused by every evaluation. */
  private readonly factor: Float64Array;
  private readonly columns: Float64Array;
  private readonly inverse: Float64Array;

  constructor(data: TrainingSet, dimensions: readonly Dimension[], trend: boolean) {
    const n = data.xs.length;
    const pairs = (n * (n - 1)) / 2;
    this.data = data;
    this.dimensions = dimensions.length;
    this.squares = new Float64Array(pairs * dimensions.length);
    this.correlations = new Float64Array(pairs);
    this.slopes = new Float64Array(pairs);
    this.trend = new Float64Array(n * n);
    this.factor = new Float64Array(n * n);
    this.columns = new Float64Array(n * n);
    this.inverse = new Float64Array(n * n);
    const common = new Trend(dimensions, trend);
    const features = common.atAll(data.xs);
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) this.trend[i * n + j] = common.between(features, i, j);
    let at = 0;
    for (let i = 1; i < n; i++) {
      for (let j = 0; j < i; j++) {
        for (const [d, { kind }] of dimensions.entries()) {
          this.squares[at++] = difference(kind, data.xs[i]![d]!, data.xs[j]![d]!) ** 2;
        }
      }
    }
  }

  /** Infinity where the covariance is not positive definite; `gradient` is then left alone. */
  negative(theta: Float64Array, gradient: Float64Array): number {
    const { ys } = this.data;
    const n = ys.length;
    const inverseSquares = theta.slice(0, this.dimensions).map((log) => Math.exp(-2 * log));
    const variance = Math.exp(theta[this.dimensions]!);
    const noise = Math.exp(theta[this.dimensions + 1]!);
    this.fillCovariance(inverseSquares, variance, noise);
    if (!cholesky(this.factor, n)) return Infinity;
    const alpha = ys.slice();
    solveLower(this.factor, n, alpha);
    let value = 0.5 * dot(alpha, 0, alpha, 0, n);
    solveUpper(this.factor, n, alpha);
    for (let i = 0; i < n; i++) value += Math.log(this.factor[i * n + i]!);
    this.fillGradient(gradient, inverseSquares, alpha, variance, noise);
    return value;
  }

  private fillCovariance(inverseSquares: Float64Array, variance: number, noise: number): void {
    const { extraNoise } = this.data;
    const n = extraNoise.length;
    for (let i = 0, pair = 0; i < n; i++) {
      for (let j = 0; j < i; j++, pair++) {
        const r2 = dot(this.squares, pair * this.dimensions, inverseSquares, 0, this.dimensions);
        // matern52 and matern52Slope, with one exponential.
        const a = SQRT5 * Math.sqrt(r2);
        const decay = Math.exp(-a);
        this.correlations[pair] = (1 + a + (5 / 3) * r2) * decay;
        this.slopes[pair] = (5 / 3) * (1 + a) * decay;
        this.factor[i * n + j] = variance * this.correlations[pair]! + this.trend[i * n + j]!;
      }
      this.factor[i * n + i] = variance + this.trend[i * n + i]! + noise + MIN_NOISE + extraNoise[i]!;
    }
  }

  /** Half the trace of (K⁻¹ - α αᵀ) dK/dθ for each parameter; the symmetric halves are added at once. */
  private fillGradient(
    gradient: Float64Array,
    inverseSquares: Float64Array,
    alpha: Float64Array,
    variance: number,
    noise: number,
  ): void {
    const n = alpha.length;
    const { dimensions, squares, inverse } = this;
    inverseFromFactor(this.factor, n, this.columns, inverse);
    gradient.fill(0);
    let trace = 0;
    let correlation = 0;
    for (let i = 0, pair = 0, at = 0; i < n; i++) {
      trace += inverse[i * n + i]! - alpha[i]! * alpha[i]!;
      for (let j = 0; j < i; j++, pair++) {
        const weight = inverse[i * n + j]! - alpha[i]! * alpha[j]!;
        const slope = weight * this.slopes[pair]!;
        correlation += weight * this.correlations[pair]!;
        for (let d = 0; d < dimensions; d++, at++) gradient[d] = gradient[d]! + slope * squares[at]!;
      }
    }
    for (let d = 0; d < dimensions; d++) gradient[d] = variance * gradient[d]! * inverseSquares[d]!;
    gradient[dimensions] = variance * (correlation + 0.5 * trace);
    gradient[dimensions + 1] = 0.5 * noise * trace;
  }
}
