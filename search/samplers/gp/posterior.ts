import { dot, solveLower, solveUpper } from "../../math/linalg.ts";
import type { Dimension } from "../bayes/encoding.ts";
import { Covariance } from "./covariance.ts";
import { MIN_NOISE, type Hyperparameters } from "./kernel.ts";
import type { TrainingSet } from "./training-set.ts";

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

/** A Gaussian process given values at some points (Rasmussen and Williams 2006, algorithm 2.1), in one or several futures. */
export class Posterior {
  private readonly covariance: Covariance;
  /** [futures][points] K⁻¹ y. */
  private readonly weights: readonly Float64Array[];

  constructor(covariance: Covariance, weights: readonly Float64Array[]) {
    this.covariance = covariance;
    this.weights = weights;
  }

  /** How much higher the value at `x` is than that at `z`, in the first future. */
  difference(x: Float64Array, z: Float64Array): Difference {
    const { n, factor } = this.covariance;
    const [here, there] = [this.covariance.towards(x), this.covariance.towards(z)];
    const k = here.k.map((each, i) => each - there.k[i]!);
    const mean = dot(k, 0, this.weights[0]!, 0, n);
    solveLower(factor, n, k);
    const prior = here.prior + there.prior - 2 * this.covariance.between(x, z);
    return { mean, variance: Math.max(prior - dot(k, 0, k, 0, n), 0) };
  }

  predict(x: Float64Array): Prediction {
    const { covariance, weights } = this;
    const { n, factor } = covariance;
    const place = covariance.towards(x);
    const { k, prior } = place;
    const means = Float64Array.from(weights, (each) => dot(k, 0, each, 0, n));
    solveLower(factor, n, k);
    return {
      means,
      variance: Math.max(prior - dot(k, 0, k, 0, n), 1e-12),
      gradient: (byMeans, byVariance) => {
        solveUpper(factor, n, k);
        const byCovariances = k.map((weight, i) => {
          let by = -2 * byVariance * weight;
          for (let s = 0; s < byMeans.length; s++) by += byMeans[s]! * weights[s]![i]!;
          return by;
        });
        return covariance.gradient(place, byCovariances, byVariance);
      },
    };
  }
}

/** Of the difference between the values of two points. */
export interface Difference {
  readonly mean: number;
  readonly variance: number;
}

/** The process given measured values, each with its noise. */
export function measured(
  data: TrainingSet,
  dimensions: readonly Dimension[],
  theta: Hyperparameters,
): Posterior {
  return imagined(data, NOTHING_PENDING, dimensions, theta).posterior;
}

/** Variance that keeps the draws of pending points apart numerically: a hundredth of the targets' deviation, squared. */
export const PENDING_NOISE = 1e-4;

/** Points that have no value yet, and what they might come out as. */
export interface Pending {
  readonly xs: readonly Float64Array[];
  /** [futures][xs], at least one future: standard normal numbers. All 0: everything comes out as predicted. */
  readonly futures: readonly Float64Array[];
}

export const NOTHING_PENDING: Pending = { xs: [], futures: [new Float64Array(0)] };

export interface Imagined {
  readonly posterior: Posterior;
  /** In each future the lowest value without noise that is expected of a point, measured or pending; Infinity without points. */
  readonly lowest: Float64Array;
}

/**
 * The process given measured values, and in each of several futures given values for pending points as well, drawn from what it
 * predicts for them (Snoek et al. 2012, Practical Bayesian Optimization of Machine Learning Algorithms, arXiv 1206.2944, section
 * 3.2). Drawn are values without noise, as in noisy expected improvement of a batch (qNEI: Balandat et al. 2020, BoTorch, arXiv 1910.06403,
 * appendix; Letham et al. 2019, arXiv 1706.07094): what improves on a batch is a place that no running trial has, however
 * noisy a second measurement there would be. With K = L Lᵀ over all points, noise included, values are y = L w: w is L⁻¹ y where y is measured, and any standard normal
 * numbers further on make a joint draw. What is expected without noise is y less noise · K⁻¹ y.
 */
export function imagined(
  data: TrainingSet,
  pending: Pending,
  dimensions: readonly Dimension[],
  theta: Hyperparameters,
): Imagined {
  const xs = [...data.xs, ...pending.xs];
  const noise = Float64Array.from(xs, (_, i) =>
    i < data.xs.length ? theta.noise + MIN_NOISE + data.extraNoise[i]! : PENDING_NOISE,
  );
  const covariance = new Covariance(xs, noise, dimensions, theta);
  const { n, factor } = covariance;
  const known = data.ys.slice();
  solveLower(factor, n, known, known.length);
  const lowest = new Float64Array(pending.futures.length);
  const weights = pending.futures.map((future, s) => {
    const w = new Float64Array(n);
    w.set(known);
    w.set(future, known.length);
    const values = covariance.draw(w);
    solveUpper(factor, n, w);
    lowest[s] = w.reduce((least, weight, i) => Math.min(least, values[i]! - noise[i]! * weight), Infinity);
    return w;
  });
  return { posterior: new Posterior(covariance, weights), lowest };
}
