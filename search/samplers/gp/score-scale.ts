import type { Dimension } from "../bayes/encoding.ts";
import { fitsByNoise, type WeightedFit } from "./fit.ts";
import type { TrainingSet } from "./training-set.ts";
import { betterHalf, unwarp, warp, warpedDensity } from "./warp.ts";

/** Scores as targets of Gaussian processes, and the way back. */
export interface FittedScores {
  readonly data: TrainingSet;
  readonly fits: readonly WeightedFit[];
  readonly toScore: (target: number) => number;
  /** How many scores a target of 1 more is, at the lowest score. */
  readonly slope: number;
}

/**
 * Logarithms are tried where the median is this many times the score below which an eighth of them lies. One lucky score near 0 is no
 * sign of them.
 */
const WORTH_LOGARITHMS = 3;
/**
 * By how much more probable, in nats, logarithms have to make the scores before they count. Losses over a decade or more have 10 to 200;
 * noise that is the same everywhere has had up to 3.
 */
const CLEARLY = 10;

/**
 * Gaussian processes fitted to scores, or to their logarithms where these make the scores more probable (warped Gaussian processes:
 * Snelson et al. 2004, NIPS 16, with two warps to choose from). A loss that spans orders of magnitude is steep beside its valley: as it is,
 * the process takes that for noise, and good scores for luck. `undefined`: all scores are equal.
 */
export function fitScores(
  xs: readonly Float64Array[],
  scores: Float64Array,
  dimensions: readonly Dimension[],
): FittedScores | undefined {
  const plain = fitted(xs, scores, dimensions);
  if (plain === undefined || !mayBeLogarithms(scores)) return plain;
  const logarithms = scores.map(Math.log);
  const logged = fitted(xs, logarithms, dimensions);
  if (logged === undefined) return plain;
  // The density of a logarithm is that of the score times the score.
  const inScores = logged.density - logged.share * sum(betterHalf(logarithms));
  if (inScores < plain.density + CLEARLY) return plain;
  return {
    data: logged.data,
    fits: logged.fits,
    toScore: (target) => Math.exp(logged.toScore(target)),
    slope: betterHalf(scores)[0]! * logged.slope,
  };
}

interface Candidate extends FittedScores {
  /** Logarithm of the posterior density of the scores in the better half. */
  readonly density: number;
  /** Which share of the points it stands for. */
  readonly share: number;
}

function fitted(
  xs: readonly Float64Array[],
  scores: Float64Array,
  dimensions: readonly Dimension[],
): Candidate | undefined {
  const toScore = unwarp(scores);
  if (toScore === undefined) return undefined;
  const data = { xs, ys: warp(scores), extraNoise: new Float64Array(xs.length) };
  const { fits, negative, points } = fitsByNoise(data, dimensions);
  const share = points / xs.length;
  const density = share * warpedDensity(scores) - negative;
  return { data, fits, toScore, slope: toScore(-2) - toScore(-3), density, share };
}

function mayBeLogarithms(scores: Float64Array): boolean {
  const half = betterHalf(scores);
  const eighth = half[Math.floor(half.length / 4)]!;
  return half[0]! > 0 && half.at(-1)! >= WORTH_LOGARITHMS * eighth;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
