import type { NumberOutputs, TargetSeries } from "../outputs/number-outputs.ts";
import { addMoments, tunedRidge, type Moments } from "./ridge.ts";
import { dot, transposed } from "./linear-algebra.ts";
import type { OwnLinear } from "./fitted.ts";
import { length, type RowRange } from "../split/split.ts";
import { slidingMoments } from "./sliding-moments.ts";

/** A fit, and its squared error on training windows it had not seen, as a share of that of repeating the last value. */
export interface Judged<T> {
  readonly fit: T;
  readonly share: number;
}

/** Training rows, at most, that a fit looks at: the newest. */
const mostRows = 50_000;

/**
 * Ridge regression of a target's next values on its own last ones, all relative to the newest. Shrinking is chosen on
 * the last fifth of the training windows.
 */
export function fitOwnLinear(
  { known, fitted: { metric } }: TargetSeries,
  train: readonly RowRange[],
  window: number,
  horizon: number,
): Judged<OwnLinear> {
  const y = known.map((value) => (value - metric.center) / metric.scale);
  const fitted: Moments[] = [];
  const held: Moments[] = [];
  for (const range of train) {
    const count = Math.min(length(range), mostRows) - window - horizon + 1;
    if (count < 5) continue;
    const start = range.end - (count + window + horizon - 1);
    const kept = count - Math.floor(count / 5);
    fitted.push(slidingMoments(y, start, kept, window, horizon));
    held.push(slidingMoments(y, start + kept, count - kept, window, horizon));
  }
  const all = held.reduce(addMoments);
  const { weights, heldErrors, judged } = tunedRidge(fitted.reduce(addMoments), all);
  const none = judged.reduce((sum, output) => sum + all.yy[output]!, 0);
  const inputs = window - 1;
  return {
    fit: { window, weights: Array.from(transposed(weights, inputs, horizon)) },
    share: none > 0 ? heldErrors.reduce((sum, error) => sum + error, 0) / none : 1,
  };
}

/** last + Σₐ (y[t - w + a] - last) · weights[step, a], written to the columns of target `j`. */
export function forecastOwnLinear(
  { targets, horizon }: NumberOutputs,
  j: number,
  { window, weights }: OwnLinear,
  rows: Int32Array,
  predictions: Float64Array,
): void {
  const { known } = targets[j]!;
  const inputs = window - 1;
  const w = Float64Array.from(weights);
  const changes = new Float64Array(inputs);
  for (const [i, t] of rows.entries()) {
    const last = known[t - 1]!;
    for (let a = 0; a < inputs; a++) changes[a] = known[t - window + a]! - last;
    for (let step = 0; step < horizon; step++) {
      predictions[(i * horizon + step) * targets.length + j] =
        last + dot(w, step * inputs, changes, 0, inputs);
    }
  }
}
