import { normalQuantile } from "../../math/normal.ts";
import type { Rng } from "../../random.ts";
import type { Dimension } from "../bayes/encoding.ts";
import type { Observation, Observations } from "../bayes/observations.ts";
import { SobolSequence } from "../sobol/sequence.ts";
import { Acquisition, Feasibility } from "./acquisition.ts";
import { fit } from "./fit.ts";
import { fillAbsent } from "./kernel.ts";
import { NOTHING_PENDING, Posterior, type Pending } from "./posterior.ts";
import type { TrainingSet } from "./training-set.ts";
import { warp } from "./warp.ts";

/** Trials a model is fitted to: its time grows with their cube. */
const MAX_POINTS = 250;
/** What running trials might come out as is drawn so many times. */
const FUTURES = 16;
/** Noise variance of an estimated score, of standardised scores. */
const PARTIAL_NOISE = 0.05;

/**
 * What the history says about where to look: a Gaussian process of the warped scores, and where trials diverged or
 * failed a second one of +1 (trained to its end) and -1. What running trials will come out as is drawn with `rng`.
 */
export function acquisitionFrom(
  { finished, running }: Observations,
  dimensions: readonly Dimension[],
  rng: Rng,
): Acquisition {
  const kept = keep(finished);
  const feasible = kept.filter(({ score }) => Number.isFinite(score));
  const pending = draw(
    running.map((x) => fillAbsent(x, dimensions)),
    rng,
  );
  const scored: TrainingSet = {
    xs: feasible.map(({ x }) => fillAbsent(x, dimensions)),
    ys: warp(Float64Array.from(feasible, ({ score }) => score)),
    extraNoise: Float64Array.from(feasible, ({ partial }) => (partial ? PARTIAL_NOISE : 0)),
  };
  const posterior = new Posterior(scored, pending, dimensions, fit(scored, dimensions));
  const incumbent = scored.ys.reduce((best, y) => Math.min(best, y), Infinity);
  return new Acquisition(
    posterior,
    Number.isFinite(incumbent) ? incumbent : 0,
    feasible.length === kept.length ? undefined : feasibility(kept, dimensions),
  );
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

function feasibility(observations: readonly Observation[], dimensions: readonly Dimension[]): Feasibility {
  const labels = Float64Array.from(observations, ({ score }) => (Number.isFinite(score) ? 1 : -1));
  const mean = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  const data: TrainingSet = {
    xs: observations.map(({ x }) => fillAbsent(x, dimensions)),
    ys: labels.map((label) => label - mean),
    extraNoise: new Float64Array(labels.length),
  };
  return new Feasibility(new Posterior(data, NOTHING_PENDING, dimensions, fit(data, dimensions)), mean);
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
