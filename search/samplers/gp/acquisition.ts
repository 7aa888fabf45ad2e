import {
  logExpectedImprovement,
  logExpectedImprovementSlope,
  logNormalCdf,
  normalPdf,
} from "../../math/normal.ts";
import type { Imagined, Posterior } from "./posterior.ts";

/** Logarithm of the probability that a configuration trains to the end without diverging. */
export class Feasibility {
  private readonly posterior: Posterior;
  private readonly mean: number;
  private readonly noise: number;

  /** `posterior` predicts +1 for feasible and -1 for infeasible, less `mean`; `noise`: variance of a label around that. */
  constructor(posterior: Posterior, mean: number, noise: number) {
    this.posterior = posterior;
    this.mean = mean;
    this.noise = noise;
  }

  add(x: Float64Array, gradient: Float64Array | undefined): number {
    const predicted = this.posterior.predict(x);
    const spread = Math.sqrt(predicted.variance + this.noise);
    const z = (predicted.means[0]! + this.mean) / spread;
    const log = logNormalCdf(z);
    if (gradient !== undefined) {
      const slope = Math.exp(Math.log(normalPdf(z)) - log);
      const byVariance = (-slope * z) / (2 * spread * spread);
      const added = predicted.gradient(Float64Array.of(slope / spread), byVariance);
      for (let d = 0; d < x.length; d++) gradient[d] = gradient[d]! + added[d]!;
    }
    return log;
  }
}

/**
 * Logarithm of the expected improvement, times the probability of being feasible. To improve on is not the lowest score but the lowest
 * value that is expected of a trial without its noise (expected improvement with plug-in: Picheny et al. 2013, A Benchmark of
 * Kriging-Based Infill Criteria for Noisy Optimization, Structural and Multidisciplinary Optimization 48): what was measured by luck
 * is no better than its neighbours say, and where noise leaves much open, another look is worth it. The mean over futures, in each of
 * which a pending point may have become the best. Logarithm: Ament et al. 2023, arXiv 2310.20708; the constraint: Gardner et al. 2014,
 * Bayesian Optimization with Inequality Constraints, ICML.
 */
export class Acquisition {
  private readonly posterior: Posterior;
  /** To improve on, in each future. */
  private readonly incumbents: Float64Array;
  private readonly feasibility: Feasibility | undefined;

  constructor({ posterior, lowest }: Imagined, feasibility: Feasibility | undefined) {
    this.posterior = posterior;
    this.incumbents = lowest.map((value) => (Number.isFinite(value) ? value : 0));
    this.feasibility = feasibility;
  }

  /** The value; with `gradient` its derivative by the coordinates of `x` as well. */
  value(x: Float64Array, gradient?: Float64Array): number {
    const predicted = this.posterior.predict(x);
    const { means, variance } = predicted;
    const deviation = Math.sqrt(variance);
    const zs = means.map((mean, future) => (this.incumbents[future]! - mean) / deviation);
    const logs = zs.map(logExpectedImprovement);
    const highest = logs.reduce((a, b) => Math.max(a, b));
    const improvements = logs.map((log) => Math.exp(log - highest));
    const sum = improvements.reduce((a, b) => a + b);
    if (gradient !== undefined) {
      let byDeviation = 0;
      const byMeans = zs.map((z, future) => {
        const share = improvements[future]! / sum;
        const slope = share * logExpectedImprovementSlope(z);
        byDeviation += share - slope * z;
        return -slope / deviation;
      });
      gradient.set(predicted.gradient(byMeans, byDeviation / (2 * variance)));
    }
    const log = Math.log(deviation) + highest + Math.log(sum / zs.length);
    return this.feasibility === undefined ? log : log + this.feasibility.add(x, gradient);
  }
}
