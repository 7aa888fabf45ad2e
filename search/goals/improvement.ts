import { logExpectedImprovement, logExpectedImprovementSlope } from "../math/normal.ts";
import type { Feasibility } from "../samplers/gp/acquisition.ts";
import type { Posterior, Prediction } from "../samplers/gp/posterior.ts";
import type { Box } from "./hypervolume.ts";

/** The boxes of one future, by the places of their ends among the edges of each score. */
interface Divided {
  readonly edges: readonly Float64Array[];
  /** [boxes][scores] */
  readonly lower: readonly Int32Array[];
  readonly upper: readonly Int32Array[];
}

/**
 * Logarithm of the expected hypervolume improvement (Emmerich et al. 2006), times the probability of keeping the constraints. The scores are
 * independent normal ones, so within a box of the space that is not dominated the expectation is the product over the scores of
 * EI(upper) - EI(lower), where EI is the expected improvement on that end; the sum over disjoint boxes is exact (Yang et al. 2019,
 * Journal of Global Optimization 75). In logarithms, which have slopes where the improvement is almost none (Ament et al. 2023, arXiv
 * 2310.20708). The mean over futures, in each of which pending points have other values.
 */
export class VolumeImprovement {
  /** One a score. */
  private readonly posteriors: readonly Posterior[];
  private readonly futures: readonly Divided[];
  private readonly constraints: readonly Feasibility[];

  /** `boxes`: of each future, what is not dominated (hypervolume.ts); none: only the constraints count. */
  constructor(
    posteriors: readonly Posterior[],
    boxes: readonly (readonly Box[])[],
    constraints: readonly Feasibility[],
  ) {
    this.posteriors = posteriors;
    this.futures = boxes.map((some) => divide(some, posteriors.length));
    this.constraints = constraints;
  }

  /** The value; with `gradient` its derivative by the coordinates of `x` as well. */
  value(x: Float64Array, gradient?: Float64Array): number {
    gradient?.fill(0);
    let log = this.futures.length === 0 ? 0 : this.volume(x, gradient);
    for (const constraint of this.constraints) log += constraint.add(x, gradient);
    return log;
  }

  private volume(x: Float64Array, gradient: Float64Array | undefined): number {
    const predicted = this.posteriors.map((posterior) => posterior.predict(x));
    const deviations = predicted.map(({ variance }) => Math.sqrt(variance));
    const ends = this.futures.map((future, s) => endsOf(future, predicted, deviations, s));
    const logs = this.futures.map((future, s) => logVolumes(future, ends[s]!, deviations));
    const highest = logs.reduce((top, some) => some.reduce((a, b) => Math.max(a, b), top), -Infinity);
    if (highest === -Infinity) return -1e300; // beyond what numbers can tell: as bad as can be
    let sum = 0;
    for (const some of logs) for (const log of some) sum += Math.exp(log - highest);
    if (gradient !== undefined) {
      const weights = logs.map((some) => some.map((log) => Math.exp(log - highest) / sum));
      this.addGradient(predicted, deviations, ends, weights, gradient);
    }
    return highest + Math.log(sum / this.futures.length);
  }

  private addGradient(
    predicted: readonly Prediction[],
    deviations: readonly number[],
    ends: readonly (readonly End[])[],
    weights: readonly Float64Array[],
    gradient: Float64Array,
  ): void {
    for (const [m, prediction] of predicted.entries()) {
      const deviation = deviations[m]!;
      const byMeans = new Float64Array(this.futures.length);
      let byDeviation = 0;
      for (const [s, { lower, upper }] of this.futures.entries()) {
        const { zs, logs, slopes } = ends[s]![m]!;
        for (const [b, weight] of weights[s]!.entries()) {
          if (weight === 0) continue;
          const [low, high] = [lower[b]![m]!, upper[b]![m]!];
          const ratio = Math.exp(logs[low]! - logs[high]!);
          const rest = Math.max(1 - ratio, 1e-12);
          const byHigh = slopes[high]! / rest;
          const byLow = ratio === 0 ? 0 : (-ratio * slopes[low]!) / rest;
          byMeans[s] = byMeans[s]! - (weight * (byHigh + byLow)) / deviation;
          const moved = byHigh * zs[high]! + (byLow === 0 ? 0 : byLow * zs[low]!);
          byDeviation += (weight * (1 - moved)) / deviation;
        }
      }
      const added = prediction.gradient(byMeans, (byDeviation * deviation) / (2 * prediction.variance));
      for (let d = 0; d < gradient.length; d++) gradient[d] = gradient[d]! + added[d]!;
    }
  }
}

/** Of one score in one future, at each edge: in deviations from the mean, log of the expected improvement, and its slope. */
interface End {
  readonly zs: Float64Array;
  readonly logs: Float64Array;
  readonly slopes: Float64Array;
}

function endsOf(
  { edges }: Divided,
  predicted: readonly Prediction[],
  deviations: readonly number[],
  future: number,
): readonly End[] {
  return edges.map((of, m) => {
    const mean = predicted[m]!.means[future]!;
    const zs = of.map((edge) => (edge - mean) / deviations[m]!);
    return {
      zs,
      logs: zs.map((z) => (z === -Infinity ? -Infinity : logExpectedImprovement(z))),
      slopes: zs.map((z) => (z === -Infinity ? 0 : logExpectedImprovementSlope(z))),
    };
  });
}

function logVolumes(
  { lower, upper }: Divided,
  ends: readonly End[],
  deviations: readonly number[],
): Float64Array {
  return Float64Array.from(lower, (low, b) => {
    let log = 0;
    for (const [m, { logs }] of ends.entries()) {
      const [from, to] = [logs[low[m]!]!, logs[upper[b]![m]!]!];
      log += Math.log(deviations[m]!) + to + Math.log1p(-Math.min(1, Math.exp(from - to)));
    }
    return log;
  });
}

function divide(boxes: readonly Box[], scores: number): Divided {
  const edges = Array.from({ length: scores }, (_, m) =>
    Float64Array.from(new Set(boxes.flatMap(({ lower, upper }) => [lower[m]!, upper[m]!]))).sort(),
  );
  const placesOf = (corner: Float64Array): Int32Array =>
    Int32Array.from(corner, (value, m) => edges[m]!.indexOf(value));
  return {
    edges,
    lower: boxes.map(({ lower }) => placesOf(lower)),
    upper: boxes.map(({ upper }) => placesOf(upper)),
  };
}
