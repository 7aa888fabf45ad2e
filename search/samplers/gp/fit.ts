import { minimize, type Box, type Minimum, type Objective } from "../../math/lbfgs.ts";
import type { Dimension } from "../bayes/encoding.ts";
import { MIN_NOISE, type Hyperparameters } from "./kernel.ts";
import { Likelihood } from "./likelihood.ts";
import { thinned, type TrainingSet } from "./training-set.ts";

/** A normal prior of a logarithm. */
interface LogPrior {
  readonly mean: number;
  readonly deviation: number;
}

/** Targets are standardised: the function's variance is about 1. The noise is log-normal with location -4, mode e⁻⁵. */
const VARIANCE_PRIOR: LogPrior = { mean: 0, deviation: 0.5 };
const NOISE_PRIOR: LogPrior = { mean: -5, deviation: 1 };

/**
 * Lengths grow with the root of the number of dimensions: log-normal of location √2 + log √D and scale √3 (Hvarfner et
 * al. 2024, arXiv 2402.02229, section 4). Its mode, which a MAP estimate of the length looks at, lies 3 lower.
 */
function lengthPrior(dimensions: number): LogPrior {
  return { mean: Math.SQRT2 + Math.log(dimensions) / 2 - 3, deviation: Math.sqrt(3) };
}

/** Both starting points are tried on so many points; the better end is then improved on all of them. */
const ROUGH_POINTS = 64;
const ROUGH_ITERATIONS = 40;
const FINE_ITERATIONS = 12;
/** Lengths to start from, in roots of the number of dimensions: a rough function and a smooth one. */
const STARTS = [0.15, 0.5];

/**
 * Maximum a posteriori fit by L-BFGS with analytic gradients over the logarithms of lengths, variance and noise. A
 * function of the data alone, so that a resumed study fits the same: the start for the whole data comes from fits
 * of a part of it, not from the fit before.
 */
export function fit(data: TrainingSet, dimensions: readonly Dimension[]): Hyperparameters {
  const n = dimensions.length;
  const rough = negativeLogPosterior(thinned(data, ROUGH_POINTS), dimensions);
  const ends = STARTS.map((length) => search(rough, startFrom(length * Math.sqrt(n), n), ROUGH_ITERATIONS));
  const best = ends.reduce((a, b) => (b.value < a.value ? b : a));
  if (data.xs.length <= ROUGH_POINTS) return fromLogs(best.x);
  return fromLogs(search(negativeLogPosterior(data, dimensions), best.x, FINE_ITERATIONS).x);
}

function search(f: Objective, start: Float64Array, maxIterations: number): Minimum {
  const options = { maxIterations, gradientTolerance: 1e-2, valueTolerance: 1e-4 };
  return minimize(f, start, bounds(start.length - 2), options);
}

function startFrom(length: number, dimensions: number): Float64Array {
  const theta = new Float64Array(dimensions + 2).fill(Math.log(length));
  theta[dimensions] = VARIANCE_PRIOR.mean;
  theta[dimensions + 1] = NOISE_PRIOR.mean;
  return theta;
}

function bounds(dimensions: number): Box {
  const lower = new Float64Array(dimensions + 2).fill(Math.log(0.01));
  const upper = new Float64Array(dimensions + 2).fill(Math.log(100));
  lower[dimensions + 1] = Math.log(MIN_NOISE);
  upper[dimensions + 1] = 0;
  return { lower, upper };
}

function negativeLogPosterior(data: TrainingSet, dimensions: readonly Dimension[]): Objective {
  const likelihood = new Likelihood(data, dimensions);
  const lengths = lengthPrior(dimensions.length);
  const priors = [...dimensions.map(() => lengths), VARIANCE_PRIOR, NOISE_PRIOR];
  return (theta, gradient) => {
    let value = likelihood.negative(theta, gradient);
    for (const [i, { mean, deviation }] of priors.entries()) {
      const z = (theta[i]! - mean) / deviation;
      value += 0.5 * z * z;
      gradient[i] = gradient[i]! + z / deviation;
    }
    return value;
  };
}

function fromLogs(theta: Float64Array): Hyperparameters {
  const n = theta.length - 2;
  return {
    lengths: theta.slice(0, n).map(Math.exp),
    variance: Math.exp(theta[n]!),
    noise: Math.exp(theta[n + 1]!),
  };
}
