import type { NumberOutputs, TargetSeries } from "../outputs/number-outputs.ts";
import { addMoments, fewOutputs, ridge, someOutputs, tunedRidge } from "./ridge.ts";
import { transposed } from "./linear-algebra.ts";
import { changeProducts } from "./products.ts";
import type { OwnLinear } from "./fitted.ts";
import { length, type RowRange } from "../split/split.ts";
import {
  lagSums,
  slidingMoments,
  type Autoregression,
  type LagSums,
  type Stretch,
} from "./sliding-moments.ts";

/** A fit, and its squared error on training windows it had not seen, as a share of that of repeating the last value. */
export interface Judged<T> {
  readonly fit: T;
  readonly share: number;
}

/** Values that a window has at least. */
const shortest = 3;

/** By what share of the error the newest value has to help before it counts: a level that moves on is a bad guide. */
const worthLevel = 0.03;

/** Training rows, at most, that a fit looks at: the newest. */
const mostRows = 50_000;

/**
 * Ridge regression of a target's next values on its own last ones, all relative to the newest. How many of them, `window` or a
 * half, a quarter, … of it, whether the newest value itself counts, too (a series that returns to its mean), and the shrinking
 * are chosen on the last fifth of the training windows.
 */
export function fitOwnLinear(
  target: TargetSeries,
  train: readonly RowRange[],
  window: number,
  horizon: number,
): Judged<OwnLinear> {
  const { known, fitted } = target;
  const { center, scale } = fitted.metric;
  const y = known.map((value) => (value - center) / scale);
  // All are judged by the same values to predict.
  const sums = sampleSums(y, train, window + horizon);
  const tried = windowsUpTo(window).flatMap((shorter) => {
    const levels = shorter === window ? [false] : [false, true];
    return levels.map((level) => fitShape(sums, { window: shorter, horizon, level }));
  });
  const best = bestOf(tried);
  // A shorter window has more samples.
  const { shape, weights, inputs, share } =
    best.shape.window === window
      ? best
      : fitShape(sampleSums(y, train, best.shape.window + horizon), best.shape);
  const past = shape.window - 1;
  const rows = transposed(weights(), inputs, horizon);
  const ofStep = (step: number): number[] => Array.from(rows.subarray(step * inputs, step * inputs + past));
  const steps = Array.from({ length: horizon }, (_, step) => step);
  const fit = { window: shape.window, weights: steps.flatMap(ofStep) };
  if (!shape.level) return { fit, share };
  const level = { center, weights: steps.map((step) => rows[step * inputs + past]!) };
  return { fit: { ...fit, level }, share };
}

function bestOf(tried: readonly FittedShape[]): FittedShape {
  const [steady, drawn] = [false, true].map((level) =>
    tried
      .filter(({ shape }) => shape.level === level)
      .reduce<FittedShape | null>((a, b) => (a !== null && a.share <= b.share ? a : b), null),
  );
  return drawn != null && drawn.share < steady!.share * (1 - worthLevel) ? drawn : steady!;
}

/** The longest, and halves of it. */
function windowsUpTo(longest: number): readonly number[] {
  const windows = [longest];
  for (let next = Math.floor(longest / 2); next >= shortest; next = Math.floor(next / 2)) windows.push(next);
  return windows;
}

interface FittedShape {
  readonly shape: Autoregression;
  /** [inputs, horizon] */
  readonly weights: () => Float64Array;
  readonly inputs: number;
  /** The error as a share of that of repeating the last value. */
  readonly share: number;
}

/** Of samples to fit to, and of the last fifth of every range, which shrinking and the shape are chosen on. */
interface SampleSums {
  readonly fitted: LagSums;
  readonly held: LagSums;
}

function sampleSums(y: Float64Array, train: readonly RowRange[], width: number): SampleSums {
  const fitted: Stretch[] = [];
  const held: Stretch[] = [];
  for (const range of train) {
    const count = Math.min(length(range), mostRows) - width + 1;
    if (count < 5) continue;
    const start = range.end - (count + width - 1);
    const kept = count - Math.floor(count / 5);
    fitted.push({ start, count: kept });
    held.push({ start: start + kept, count: count - kept });
  }
  return { fitted: lagSums(y, fitted, width), held: lagSums(y, held, width) };
}

function fitShape({ fitted, held }: SampleSums, shape: Autoregression): FittedShape {
  const moments = slidingMoments(fitted, shape);
  const other = slidingMoments(held, shape);
  const few = fewOutputs(shape.horizon);
  const judge = someOutputs(other, few);
  const { strength, heldErrors } = tunedRidge(someOutputs(moments, few), judge);
  const none = judge.yy.reduce((sum, value) => sum + value, 0);
  const share = none > 0 ? heldErrors.reduce((sum, error) => sum + error, 0) / none : 1;
  return { shape, weights: () => ridge(addMoments(moments, other), strength), inputs: other.inputs, share };
}

/** Samples whose forecasts are computed together, for which the weights are read from the cache. */
const samplesAtOnce = 64;

/**
 * last + Σₐ (y[t - w + a] - last) · weights[step, a] + (last - center) · level[step], written to the columns of target `j`. Changes are
 * taken before they are multiplied, so that a series that stands still is forecast to do so, to the bit.
 */
export function forecastOwnLinear(
  { targets, horizon }: NumberOutputs,
  j: number,
  { window, weights, level }: OwnLinear,
  rows: Int32Array,
  predictions: Float64Array,
): void {
  const { known } = targets[j]!;
  const inputs = window - 1;
  const w = { values: Float64Array.from(weights), width: inputs };
  for (let first = 0; first < rows.length;) {
    const count = neighbours(rows, first);
    const newest = rows[first]! - 1;
    const said = changeProducts(known.subarray(newest - inputs, newest + count), w);
    for (let i = 0; i < count; i++) {
      const last = known[newest + i]!;
      for (let step = 0; step < horizon; step++) {
        const drawn = level === undefined ? 0 : (last - level.center) * level.weights[step]!;
        predictions[((first + i) * horizon + step) * targets.length + j] =
          last + said[i * horizon + step]! + drawn;
      }
    }
    first += count;
  }
}

/** How many samples from `first` on begin one row after another, as many as are computed together at most. */
function neighbours(rows: Int32Array, first: number): number {
  let count = 1;
  while (count < samplesAtOnce && rows[first + count] === rows[first]! + count) count++;
  return count;
}
