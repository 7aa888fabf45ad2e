import { normalQuantile } from "../../math/normal.ts";
import type { Rng } from "../../random.ts";
import type { Dimension } from "../bayes/encoding.ts";
import type { Observation, Observations } from "../bayes/observations.ts";
import { SobolSequence } from "../sobol/sequence.ts";
import { Acquisition, Feasibility } from "./acquisition.ts";
import { LABEL_NOISE_PRIOR, SCORE_NOISE_PRIOR } from "./fit.ts";
import { fillAbsent, noiseShare, type Hyperparameters } from "./kernel.ts";
import { imagined, measured, NOTHING_PENDING, type Pending } from "./posterior.ts";
import { fittedTrials, Refit } from "./refit.ts";
import type { TrainingSet } from "./training-set.ts";
import { warp } from "./warp.ts";

/** Trials a model is fitted to: its time grows with their cube. */
const MAX_POINTS = 250;
/** What running trials might come out as is drawn this many times. */
const FUTURES = 16;
/** Noise variance of an estimated score, of standardised scores. */
const PARTIAL_NOISE = 0.05;
/** With a smaller share of noise the process may have a trend (trend.ts), which helps there; under noise it has not been seen to. */
const QUIET = 0.05;
/** Among as many numbers, most of the space lies near its boundary, and the process looks there too much without a trend (Oh et al. 2018, BOCK, ICML). */
const MANY = 10;

/**
 * What the history says about where to look: a Gaussian process of the warped scores, and where trials diverged or
 * failed a second one of +1 (trained to its end) and -1. It remembers fits between calls (refit.ts).
 */
export class Model {
  private readonly dimensions: readonly Dimension[];
  private readonly manyNumbers: boolean;
  /** Scores, without and with a trend. */
  private readonly scores: Refit;
  private readonly withTrend: Refit;
  private readonly feasibility: Refit;

  constructor(dimensions: readonly Dimension[]) {
    this.dimensions = dimensions;
    this.manyNumbers = dimensions.filter(({ kind }) => kind === "unit").length >= MANY;
    this.scores = new Refit(dimensions, SCORE_NOISE_PRIOR);
    this.withTrend = new Refit(dimensions, SCORE_NOISE_PRIOR, true);
    this.feasibility = new Refit(dimensions, LABEL_NOISE_PRIOR);
  }

  /** Variance of the noise as a share of all variance of the scores, 0 to 1. */
  noiseShare({ finished }: Observations): number {
    return noiseShare(this.scores.fit(this.firstScores(finished)));
  }

  /** What running trials will come out as is drawn with `rng`. */
  acquisition({ finished, running }: Omit<Observations, "repeated">, rng: Rng): Acquisition {
    const { dimensions } = this;
    const kept = keep(finished);
    const fitted = keep(firstEnded(finished));
    const feasible = kept.filter(isFeasible);
    const scored = trainingSet(feasible, dimensions);
    const theta = this.searchFit(finished);
    const pending = running.map((x) => fillAbsent(x, dimensions));
    return new Acquisition(
      imagined(scored, draw(pending, rng), dimensions, theta),
      feasible.length === kept.length ? undefined : this.feasible(kept, fitted),
    );
  }

  /**
   * What is searched with: a trend where there is little noise, and where it makes the scores more probable, which takes it from functions that
   * follow none, or among many numbers. How much noise there is, is read from the fit without one: where a trend takes all structure away, the
   * rest may pass for roughness.
   */
  private searchFit(finished: readonly Observation[]): Hyperparameters {
    const data = this.firstScores(finished);
    const plain = this.scores.fit(data);
    if (noiseShare(plain) >= QUIET) return plain;
    const withTrend = this.withTrend.fit(data);
    return this.manyNumbers || withTrend.negative < plain.negative ? withTrend : plain;
  }

  private firstScores(finished: readonly Observation[]): TrainingSet {
    return trainingSet(keep(firstEnded(finished)).filter(isFeasible), this.dimensions);
  }

  private feasible(kept: readonly Observation[], fitted: readonly Observation[]): Feasibility {
    const { data, mean } = labels(kept, this.dimensions);
    const theta = this.feasibility.fit(labels(fitted, this.dimensions).data);
    return new Feasibility(measured(data, this.dimensions, theta), mean, theta.noise);
  }
}

/** Those that ended first, as many as are fitted to; in the order of trial numbers. */
function firstEnded(finished: readonly Observation[]): readonly Observation[] {
  return finished
    .toSorted((a, b) => a.ended - b.ended || a.trial - b.trial)
    .slice(0, fittedTrials(finished.length))
    .sort((a, b) => a.trial - b.trial);
}

function isFeasible({ score }: Observation): boolean {
  return Number.isFinite(score);
}

function trainingSet(feasible: readonly Observation[], dimensions: readonly Dimension[]): TrainingSet {
  return {
    xs: feasible.map(({ x }) => fillAbsent(x, dimensions)),
    ys: warp(Float64Array.from(feasible, ({ score }) => score)),
    extraNoise: Float64Array.from(feasible, ({ partial }) => (partial ? PARTIAL_NOISE : 0)),
  };
}

/** Quasi-random draws, which represent a distribution better than as many random ones. */
function draw(xs: readonly Float64Array[], rng: Rng): Pending {
  if (xs.length === 0) return NOTHING_PENDING;
  const sequence = new SobolSequence(xs.length, rng.int(2 ** 32));
  const futures = Array.from({ length: FUTURES }, (_, index) =>
    sequence.point(index).map((share) => normalQuantile(Math.max(share, 2 ** -33))),
  );
  return { xs, futures };
}

/** +1 for what trained to its end and -1 for what did not, less their mean. */
function labels(
  observations: readonly Observation[],
  dimensions: readonly Dimension[],
): { readonly data: TrainingSet; readonly mean: number } {
  const labels = Float64Array.from(observations, (each) => (isFeasible(each) ? 1 : -1));
  const mean = labels.reduce((sum, label) => sum + label, 0) / Math.max(1, labels.length);
  return {
    mean,
    data: {
      xs: observations.map(({ x }) => fillAbsent(x, dimensions)),
      ys: labels.map((label) => label - mean),
      extraNoise: new Float64Array(labels.length),
    },
  };
}

/** All, or of a long history the better half of what fits and the others evenly thinned. In their order. */
function keep(observations: readonly Observation[]): readonly Observation[] {
  if (observations.length <= MAX_POINTS) return observations;
  const byScore = observations.toSorted((a, b) => rank(a) - rank(b) || a.trial - b.trial);
  const half = MAX_POINTS / 2;
  const rest = byScore.slice(half);
  const others = Array.from({ length: half }, (_, i) => rest[Math.floor((i * rest.length) / half)]!);
  return [...byScore.slice(0, half), ...others].sort((a, b) => a.trial - b.trial);
}

function rank({ score }: Observation): number {
  return Number.isFinite(score) ? score : Number.MAX_VALUE;
}
