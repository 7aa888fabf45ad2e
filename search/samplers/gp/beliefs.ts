import type { Dimension } from "../bayes/encoding.ts";
import { normalCdf } from "../../math/normal.ts";
import { fillAbsent } from "./kernel.ts";
import { measured, type Prediction } from "./posterior.ts";
import { fitScores } from "./score-scale.ts";

/** Points the process rests on at most: its time grows with their cube. */
const MAX_POINTS = 200;
/** A fit that weighs less has no say. */
const NEGLIGIBLE = 0.005;

/** A score that was measured at an encoded configuration. Several may have been measured at one. */
export interface Measured {
  readonly x: Float64Array;
  /** Lower is better, finite. */
  readonly score: number;
}

/** What Gaussian processes with learned noise believe of the scores at some points, were it not for the noise. */
export interface Beliefs {
  /** The score at `x`, and its standard deviation. */
  at(x: Float64Array): { readonly mean: number; readonly deviation: number };
  /** Probability that the score at `x` is worse than that at `z`. */
  chanceWorse(x: Float64Array, z: Float64Array): number;
  /** Standard deviation of the noise in the better half of the scores. */
  readonly noise: number;
}

/** `undefined`: all scores are equal. */
export function beliefsOf(
  points: readonly Measured[],
  dimensions: readonly Dimension[],
): Beliefs | undefined {
  const kept = keep(points);
  const scores = Float64Array.from(kept, ({ score }) => score);
  const xs = kept.map(({ x }) => fillAbsent(x, dimensions));
  const fitted = fitScores(xs, scores, dimensions);
  if (fitted === undefined) return undefined;
  const { data, slope, toScore } = fitted;
  const fits = fitted.fits
    .filter(({ weight }) => weight > NEGLIGIBLE)
    .map(({ theta, weight }) => ({ weight, noise: theta.noise, of: measured(data, dimensions, theta) }));
  const over = (value: (fit: (typeof fits)[number]) => number): number =>
    fits.reduce((sum, fit) => sum + fit.weight * value(fit), 0);
  return {
    at(x) {
      const filled = fillAbsent(x, dimensions);
      const found = fits.map(({ weight, of }) => ({ weight, ...momentsOf(of.predict(filled)) }));
      const mean = found.reduce((sum, fit) => sum + fit.weight * fit.mean, 0);
      const square = found.reduce(
        (sum, fit) => sum + fit.weight * (fit.variance + (fit.mean - mean) ** 2),
        0,
      );
      const deviation = Math.sqrt(square);
      return { mean: toScore(mean), deviation: (toScore(mean + deviation) - toScore(mean - deviation)) / 2 };
    },
    chanceWorse(x, z) {
      const [here, there] = [fillAbsent(x, dimensions), fillAbsent(z, dimensions)];
      return over(({ of }) => {
        const { mean, variance } = of.difference(here, there);
        return variance > 0 ? normalCdf(mean / Math.sqrt(variance)) : 0.5;
      });
    },
    noise: Math.sqrt(over(({ noise }) => noise)) * slope,
  };
}

function momentsOf({ means, variance }: Prediction): { readonly mean: number; readonly variance: number } {
  return { mean: means[0]!, variance };
}

/** All, or the better half of what fits and the others evenly thinned; what was measured several times stays together. */
function keep(points: readonly Measured[]): readonly Measured[] {
  if (points.length <= MAX_POINTS) return points;
  const several = repeated(points);
  const again = several.size > MAX_POINTS ? new Set<Measured>() : several;
  const rest = points.filter((point) => !again.has(point)).toSorted((a, b) => a.score - b.score);
  const half = Math.max(0, Math.ceil((MAX_POINTS - again.size) / 2));
  const others = rest.slice(half);
  const thinned = Array.from({ length: half }, (_, i) => others[Math.floor((i * others.length) / half)]!);
  return [...again, ...rest.slice(0, half), ...thinned];
}

function repeated(points: readonly Measured[]): ReadonlySet<Measured> {
  const byPlace = new Map<string, Measured[]>();
  for (const point of points) {
    const key = point.x.join(" ");
    const others = byPlace.get(key);
    if (others === undefined) byPlace.set(key, [point]);
    else others.push(point);
  }
  return new Set([...byPlace.values()].filter((group) => group.length > 1).flat());
}
