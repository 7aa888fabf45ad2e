import { minimize, type Box, type Minimum, type Objective } from "../../math/lbfgs.ts";
import type { Dimension } from "../bayes/encoding.ts";
import { MIN_NOISE, type Hyperparameters } from "./kernel.ts";
import { Likelihood } from "./likelihood.ts";
import { thinned, type TrainingSet } from "./training-set.ts";

/** A normal prior of a logarithm. */
export interface LogPrior {
  readonly mean: number;
  readonly deviation: number;
}

/** Targets are standardised: the function's variance is about 1. */
const VARIANCE_PRIOR: LogPrior = { mean: 0, deviation: 0.5 };
/** Of several goals' metrics: anything from nothing to as much as the function. Its mode is e⁻⁵. */
const NOISE_PRIOR: LogPrior = { mean: -5, deviation: 2 };
/**
 * Of scores, which only the study can tell: a few trials that seem to say that there is none often do so by chance, and what
 * believes them stays around the luckiest.
 */
export const SCORE_NOISE_PRIOR: LogPrior = { mean: -3, deviation: 1.5 };
/** Of labels, which a repeated training would seldom change. */
export const LABEL_NOISE_PRIOR: LogPrior = { mean: -5, deviation: 1 };

/**
 * Lengths grow with the root of the number of dimensions: log-normal of location √2 + log √D and scale √3 (Hvarfner et
 * al. 2024, arXiv 2402.02229, section 4). Its mode, which a MAP estimate of the length looks at, lies 3 lower.
 */
function lengthPrior(dimensions: number): LogPrior {
  return { mean: Math.SQRT2 + Math.log(dimensions) / 2 - 3, deviation: Math.sqrt(3) };
}

/** All starting points are tried on a few of the points; the best end is then improved on more of them. */
const ROUGH_POINTS = 64;
const FINE_POINTS = 150;
const ROUGH_ITERATIONS = 40;
const FINE_ITERATIONS = 12;
const FIXED_ITERATIONS = 20;
/**
 * Where to start from: lengths in roots of the number of dimensions, and the noise in deviations from its prior. What looks rough without
 * noise may be smooth with it: the likelihood has an optimum for either.
 */
const STARTS = [
  { length: 0.15, noise: 0 },
  { length: 0.5, noise: 0 },
  { length: 0.5, noise: 2 },
];

export interface Fit extends Hyperparameters {
  /** Negative logarithm of the posterior density of the points it was fitted to: how improbable it makes them. */
  readonly negative: number;
}

/**
 * Maximum a posteriori fit by L-BFGS with analytic gradients over the logarithms of lengths, variance and noise. A
 * function of the data alone, so that a resumed study fits the same: the start for the whole data comes from fits
 * of a part of it, not from the fit before.
 */
export function fit(
  data: TrainingSet,
  dimensions: readonly Dimension[],
  noise: LogPrior = NOISE_PRIOR,
  trend = false,
): Fit {
  const n = dimensions.length;
  const rough = negativeLogPosterior(thinned(data, ROUGH_POINTS), dimensions, noise, trend);
  const ends = STARTS.map((start) => search(rough, startFrom(start, n, noise), ROUGH_ITERATIONS));
  const best = ends.reduce((a, b) => (b.value < a.value ? b : a));
  if (data.xs.length <= ROUGH_POINTS) return fitted(best, trend);
  const fine = negativeLogPosterior(thinned(data, FINE_POINTS), dimensions, noise, trend);
  return fitted(search(fine, best.x, FINE_ITERATIONS), trend);
}

function fitted({ x, value }: Minimum, trend: boolean): Fit {
  return { ...fromLogs(x, trend), negative: value };
}

/** A fit among others that may be as good. */
export interface WeightedFit {
  readonly theta: Hyperparameters;
  /** They sum to 1. */
  readonly weight: number;
}

/** Noise variances between which a few dozen points often cannot decide, falling. */
const NOISES = [0.8, 0.4, 0.2, 0.1, 0.04, 0.01, 1e-3, 1e-5];
/** Of the noise where it is integrated over: hardly anything is known of it. */
const WIDE_NOISE_PRIOR: LogPrior = { mean: -3, deviation: 3 };

export interface FitsByNoise {
  readonly fits: readonly WeightedFit[];
  /** Negative logarithm of the posterior density of the best of them; of `points` points. */
  readonly negative: number;
  readonly points: number;
}

/**
 * For each of several noises the lengths and variance that fit best, weighted by how well they do: what is predicted by all of them
 * does not depend on which noise happens to be a little more likely.
 */
export function fitsByNoise(data: TrainingSet, dimensions: readonly Dimension[]): FitsByNoise {
  const n = dimensions.length;
  const part = thinned(data, FINE_POINTS);
  const posterior = negativeLogPosterior(part, dimensions, WIDE_NOISE_PRIOR, false);
  let start = startFrom({ length: 0.5, noise: 0 }, n, WIDE_NOISE_PRIOR);
  const ends = NOISES.map((noise) => {
    const from = start.slice();
    from[n + 1] = Math.log(noise);
    const end = search(posterior, from, FIXED_ITERATIONS, Math.log(noise));
    start = end.x;
    return end;
  });
  const least = Math.min(...ends.map(({ value }) => value));
  const weights = ends.map(({ value }) => Math.exp(least - value));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const fits = ends.map(({ x }, i) => ({ theta: fromLogs(x, false), weight: weights[i]! / sum }));
  return { fits, negative: least, points: part.xs.length };
}

/** `logNoise`: keeps the noise there. */
function search(f: Objective, start: Float64Array, maxIterations: number, logNoise?: number): Minimum {
  const options = { maxIterations, gradientTolerance: 1e-2, valueTolerance: 1e-4 };
  const box = bounds(start.length - 2);
  if (logNoise !== undefined) {
    box.lower[start.length - 1] = logNoise;
    box.upper[start.length - 1] = logNoise;
  }
  return minimize(f, start, box, options);
}

function startFrom(
  { length, noise }: (typeof STARTS)[number],
  dimensions: number,
  prior: LogPrior,
): Float64Array {
  const theta = new Float64Array(dimensions + 2).fill(Math.log(length * Math.sqrt(dimensions)));
  theta[dimensions] = VARIANCE_PRIOR.mean;
  theta[dimensions + 1] = prior.mean + noise * prior.deviation;
  return theta;
}

function bounds(dimensions: number): Box {
  const lower = new Float64Array(dimensions + 2).fill(Math.log(0.01));
  const upper = new Float64Array(dimensions + 2).fill(Math.log(100));
  lower[dimensions + 1] = Math.log(MIN_NOISE);
  upper[dimensions + 1] = 0;
  return { lower, upper };
}

function negativeLogPosterior(
  data: TrainingSet,
  dimensions: readonly Dimension[],
  noise: LogPrior,
  trend: boolean,
): Objective {
  const likelihood = new Likelihood(data, dimensions, trend);
  const lengths = lengthPrior(dimensions.length);
  const priors = [...dimensions.map(() => lengths), VARIANCE_PRIOR, noise];
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

function fromLogs(theta: Float64Array, trend: boolean): Hyperparameters {
  const n = theta.length - 2;
  return {
    lengths: theta.slice(0, n).map(Math.exp),
    variance: Math.exp(theta[n]!),
    noise: Math.exp(theta[n + 1]!),
    trend,
  };
}
