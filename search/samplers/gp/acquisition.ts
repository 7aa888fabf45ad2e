import {
  logExpectedImprovement,
  logExpectedImprovementSlope,
  logNormalCdf,
  normalPdf,
} from "../../math/normal.ts";
import type { Posterior } from "./posterior.ts";

/** Logarithm of the probability that a configuration trains to the end without diverging. */
export class Feasibility {
  private readonly posterior: Posterior;
  private readonly mean: number;

  /** `posterior` predicts +1 for feasible and -1 for infeasible, less `mean`. */
  constructor(posterior: Posterior, mean: number) {
    this.posterior = posterior;
    this.mean = mean;
  }

  add(x: Float64Array, gradient: Float64Array | undefined): number {
    const p = this.posterior.predict(x, gradient !== undefined);
    const spread = Math.sqrt(p.variance + 0.1);
    const z = (p.mean + this.mean) / spread;
    const log = logNormalCdf(z);
    if (gradient !== undefined) {
      const slope = Math.exp(Math.log(normalPdf(z)) - log);
      for (let d = 0; d < x.length; d++) {
        gradient[d] =
          gradient[d]! +
          slope * (p.meanGradient[d]! / spread - (z * p.varianceGradient[d]!) / (2 * spread * spread));
      }
    }
    return log;
  }
}

/**
 * Logarithm of the expected improvement on `incumbent` (lower is better), times the probability of being
 * feasible: LogEI of Ament et al. 2023 (arXiv 2310.20708) with the constraint weighting of Gardner et al. 2014.
 */
export class Acquisition {
  private readonly posterior: Posterior;
  private readonly incumbent: number;
  private readonly feasibility: Feasibility | undefined;

  constructor(posterior: Posterior, incumbent: number, feasibility: Feasibility | undefined) {
    this.posterior = posterior;
    this.incumbent = incumbent;
    this.feasibility = feasibility;
  }

  /** The value; with `gradient` its derivative by the coordinates of `x` as well. */
  value(x: Float64Array, gradient?: Float64Array): number {
    const { mean, variance, meanGradient, varianceGradient } = this.posterior.predict(
      x,
      gradient !== undefined,
    );
    const deviation = Math.sqrt(variance);
    const z = (this.incumbent - mean) / deviation;
    if (gradient !== undefined) {
      const slope = logExpectedImprovementSlope(z);
      for (let d = 0; d < x.length; d++) {
        const dDeviation = varianceGradient[d]! / (2 * deviation);
        gradient[d] = (dDeviation * (1 - slope * z) - slope * meanGradient[d]!) / deviation;
      }
    }
    const log = Math.log(deviation) + logExpectedImprovement(z);
    return this.feasibility === undefined ? log : log + this.feasibility.add(x, gradient);
  }
}
