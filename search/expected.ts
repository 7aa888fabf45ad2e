import { Encoding } from "./samplers/bayes/encoding.ts";
import { beliefsOf } from "./samplers/gp/beliefs.ts";
import { paramsKey, type Params, type Space } from "./space.ts";

/** A training to its end. */
export interface Measurement {
  /** Number of the trial; a repeat bears that of the trial it repeats. */
  readonly trial: number;
  readonly params: Params;
  /** Lower is better, finite. */
  readonly score: number;
}

/** What a trial's configuration is expected to score with another seed, on average. */
export interface Expectation {
  readonly trial: number;
  readonly mean: number;
  /** Standard deviation: how sure the mean is. */
  readonly deviation: number;
  /** Probability that it is worse than that of `Expected.best`; 0 for that trial itself. */
  readonly chanceWorse: number;
}

export interface Expected {
  /** Every measured trial, the lowest mean first. */
  readonly trials: readonly Expectation[];
  /** The trial with the lowest mean of those that may be named. */
  readonly best: Expectation;
  /** Standard deviation between trainings of one configuration with different seeds. */
  readonly noise: number;
}

/** How many different configurations, and one more for each parameter, are needed before anything is said. */
const FEWEST = 8;

/**
 * What is expected of each trial, which of many trials is better to choose by than what was measured once: the best
 * measured one was partly lucky (Smith and Winkler 2006, The Optimizer's Curse, Management Science 52). Expected
 * is what the Gaussian process that `gp` searches with predicts without its noise, which it learns from the measurements:
 * neighbours and repeats tell how much of a good score was luck. `mayBeNamed`: where something else rules trials out.
 * `undefined`: too few different configurations to say, or all scored alike, or no trial may be named.
 */
export function expectedScores(
  space: Space,
  measurements: readonly Measurement[],
  mayBeNamed: (trial: number) => boolean = () => true,
): Expected | undefined {
  const encoding = new Encoding(space);
  const configurations = new Set(measurements.map(({ params }) => paramsKey(params))).size;
  if (configurations < FEWEST + encoding.dimensions.length) return undefined;
  const points = measurements.map(({ trial, params, score }) => ({
    trial,
    x: encoding.encode(params),
    score,
  }));
  const beliefs = beliefsOf(points, encoding.dimensions);
  if (beliefs === undefined) return undefined;
  const places = [...new Map(points.map((point) => [point.trial, point])).values()];
  const means = places
    .map(({ trial, x }) => ({ trial, x, ...beliefs.at(x) }))
    .sort((a, b) => a.mean - b.mean || a.trial - b.trial);
  const first = means.find(({ trial }) => mayBeNamed(trial));
  if (first === undefined) return undefined;
  const trials = means.map(({ trial, x, mean, deviation }) => ({
    trial,
    mean,
    deviation,
    chanceWorse: trial === first.trial ? 0 : beliefs.chanceWorse(x, first.x),
  }));
  return { trials, best: trials.find(({ trial }) => trial === first.trial)!, noise: beliefs.noise };
}
