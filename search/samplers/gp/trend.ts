import { dot } from "../../math/linalg.ts";
import type { Dimension } from "../bayes/encoding.ts";

/** Of standardised targets, the variance of what all of them have in common. */
const CONSTANT = 1;
/** Their variance by the trend, on average over the space: half of it of slopes, half of bends, all numbers alike. */
const TREND = 0.5;

/**
 * What targets follow over the whole space: a constant, and of each number a slope and a bend, with normal coefficients of mean 0. A
 * stationary process alone expects the mean of the trials far from all of them, at edges and corners above all, and a search looks at
 * good places most. With a trend it has learned from the trials that it gets worse towards an edge, or better. The covariance is
 * h(x)ᵀ B h(z) (explicit basis functions: Rasmussen and Williams 2006, section 2.7, equation 2.40), here the product of features, in which
 * B has been drawn in. Slope and bend are Legendre polynomials, which do not go together over the range.
 */
export class Trend {
  /** How many features a point has. */
  readonly size: number;
  private readonly numbers: readonly number[];
  private readonly present: boolean;
  private readonly slope: number;
  private readonly bend: number;

  /** Not `present`: points have no features, and their covariances are 0. */
  constructor(dimensions: readonly Dimension[], present: boolean) {
    this.present = present;
    this.numbers = present ? dimensions.flatMap(({ kind }, d) => (kind === "unit" ? [d] : [])) : [];
    this.size = present ? 1 + 2 * this.numbers.length : 0;
    const each = TREND / 2 / Math.max(1, this.numbers.length);
    this.slope = Math.sqrt(3 * each);
    this.bend = Math.sqrt(5 * each);
  }

  /** [size] The features of a point, with its coordinates filled (kernel.ts). */
  at(x: Float64Array): Float64Array {
    const features = new Float64Array(this.size);
    if (this.present) features[0] = Math.sqrt(CONSTANT);
    for (const [k, d] of this.numbers.entries()) {
      const t = 2 * x[d]! - 1;
      features[1 + 2 * k] = this.slope * t;
      features[2 + 2 * k] = this.bend * (1.5 * t * t - 0.5);
    }
    return features;
  }

  /** Features of points, one after another: [points × size]. */
  atAll(xs: readonly Float64Array[]): Float64Array {
    const features = new Float64Array(xs.length * this.size);
    for (const [i, x] of xs.entries()) features.set(this.at(x), i * this.size);
    return features;
  }

  /** Covariance of points `i` and `j` of these features of points. */
  between(features: Float64Array, i: number, j: number): number {
    return dot(features, i * this.size, features, j * this.size, this.size);
  }

  /** Adds the gradient by the coordinates of `x` of what changes by these amounts with each feature. */
  addGradient(x: Float64Array, byFeatures: Float64Array, gradient: Float64Array): void {
    for (const [k, d] of this.numbers.entries()) {
      const t = 2 * x[d]! - 1;
      const by = this.slope * byFeatures[1 + 2 * k]! + this.bend * 3 * t * byFeatures[2 + 2 * k]!;
      gradient[d] = gradient[d]! + 2 * by;
    }
  }
}
