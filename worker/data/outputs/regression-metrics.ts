import type { Metrics } from "./metrics.ts";
import type { Scaler } from "../inputs/scale.ts";

/** Sums over the values of one target, errors in the data's own units. */
export interface ErrorSums {
  readonly count: number;
  readonly squared: number;
  readonly absolute: number;
  /** Sum of |error| / (|truth| + |prediction|), 0 where both are 0. */
  readonly relative: number;
  /** Sum of squared distances of the truth from its mean. */
  readonly spread: number;
}

/**
 * Errors of predictions of one target. `truth` [rows of the data]; sample i predicts the rows `rows[i]` to
 * `rows[i] + steps - 1`, step s at `predictions[(i * steps + s) * width + column]`.
 */
export function errorSums(
  truth: Float64Array,
  rows: Int32Array,
  steps: number,
  predictions: ArrayLike<number>,
  column: number,
  width: number,
): ErrorSums {
  let squared = 0;
  let absolute = 0;
  let relative = 0;
  // Distances from the first value: sums of squares stay exact where values are far from 0.
  const base = truth[rows[0] ?? 0]!;
  let sum = 0;
  let sumOfSquares = 0;
  let index = column;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    for (let step = 0; step < steps; step++, index += width) {
      const actual = truth[row + step]!;
      const predicted = predictions[index]!;
      const error = Math.abs(predicted - actual);
      const size = Math.abs(predicted) + Math.abs(actual);
      squared += error * error;
      absolute += error;
      if (size !== 0) relative += error / size;
      sum += actual - base;
      sumOfSquares += (actual - base) * (actual - base);
    }
  }
  const count = rows.length * steps;
  return { count, squared, absolute, relative, spread: sumOfSquares - (sum * sum) / count };
}

/**
 * Metrics by name without prefix (see `metricInfos("regression")`), each the mean over the targets. `scales`:
 * the fixed standard scaler of each target, fitted on the training rows.
 */
export function regressionMetrics(sums: readonly ErrorSums[], scales: readonly Scaler[]): Metrics {
  const mean = (of: (sums: ErrorSums, scale: number) => number): number =>
    sums.reduce((total, target, i) => total + of(target, scales[i]!.scale), 0) / sums.length;
  const mse = mean((s, scale) => s.squared / s.count / scale ** 2);
  return {
    mse,
    mae: mean((s, scale) => s.absolute / s.count / scale),
    rmse: Math.sqrt(mse),
    rmse_raw: mean((s) => Math.sqrt(s.squared / s.count)),
    mae_raw: mean((s) => s.absolute / s.count),
    smape: mean((s) => (200 * s.relative) / s.count),
    r2: mean((s) => 1 - s.squared / s.spread),
  };
}
