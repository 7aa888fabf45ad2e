import type { Dimension } from "../bayes/encoding.ts";
import { fit, type Fit, type LogPrior } from "./fit.ts";
import type { TrainingSet } from "./training-set.ts";

/** Fits from here on: later ones wait until there is a twelfth more to learn from. */
const EVERY_TRIAL_UP_TO = 24;

/** Of `trials` finished ones, the model's lengths and noise are fitted to the first 2, 4, 8, .... */
export function fittedTrials(trials: number): number {
  if (trials < EVERY_TRIAL_UP_TO) return trials;
  const step = 2 ** Math.floor(Math.log2(trials / (EVERY_TRIAL_UP_TO / 2)));
  return Math.floor(trials / step) * step;
}

/** Remembers the last fit, which most suggestions can use again. What it gives depends on the data alone. */
export class Refit {
  private readonly dimensions: readonly Dimension[];
  private readonly noise: LogPrior | undefined;
  private readonly trend: boolean;
  private data: TrainingSet | undefined;
  private fitted: Fit | undefined;

  constructor(dimensions: readonly Dimension[], noise?: LogPrior, trend = false) {
    this.dimensions = dimensions;
    this.noise = noise;
    this.trend = trend;
  }

  fit(data: TrainingSet): Fit {
    if (this.fitted === undefined || this.data === undefined || !same(this.data, data)) {
      this.fitted = fit(data, this.dimensions, this.noise, this.trend);
      this.data = data;
    }
    return this.fitted;
  }
}

function same(a: TrainingSet, b: TrainingSet): boolean {
  return (
    a.xs.length === b.xs.length &&
    a.xs.every((x, i) => sameNumbers(x, b.xs[i]!)) &&
    sameNumbers(a.ys, b.ys) &&
    sameNumbers(a.extraNoise, b.extraNoise)
  );
}

function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
