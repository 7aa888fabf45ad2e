import type { MetricRecord } from "./metric.ts";

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

/** What a regression metric is computed from: the errors of one target and what they are measured in. */
export interface TargetErrors {
  readonly sums: ErrorSums;
  /** Standard deviation of the target's training rows. */
  readonly scale: number;
  /** Mean absolute error of the naive forecast within the training rows (`naiveError`); `null` for samples without order. */
  readonly naive: number | null;
}

type Regression = MetricRecord<readonly TargetErrors[]>;

const error = { goal: "minimize", min: 0, max: Infinity } as const;

const mse: Regression = {
  ...error,
  name: "mse",
  about: "mean squared error, each target in deviations of its training rows",
  compute: (targets) => overTargets(targets, ({ sums, scale }) => sums.squared / sums.count / scale ** 2),
};

/** Each metric is the mean over the targets of what it says. The first is the usual ranking metric. */
export const regressionMetrics: readonly Regression[] = [
  mse,
  {
    ...error,
    name: "mae",
    about: "mean absolute error, in the same units",
    compute: (targets) => overTargets(targets, ({ sums, scale }) => sums.absolute / sums.count / scale),
  },
  {
    ...error,
    name: "rmse",
    about: "square root of mse",
    compute: (targets) => Math.sqrt(mse.compute(targets)),
  },
  {
    ...error,
    name: "rmse_raw",
    about: "root mean squared error in the data's units, mean over targets",
    compute: (targets) => overTargets(targets, ({ sums }) => Math.sqrt(sums.squared / sums.count)),
  },
  {
    ...error,
    name: "mae_raw",
    about: "mean absolute error in the data's units",
    compute: (targets) => overTargets(targets, ({ sums }) => sums.absolute / sums.count),
  },
  {
    ...error,
    name: "smape",
    max: 200,
    about: "symmetric mean absolute percentage error, 0 to 200",
    compute: (targets) => overTargets(targets, ({ sums }) => (200 * sums.relative) / sums.count),
  },
  {
    name: "r2",
    goal: "maximize",
    min: -Infinity,
    max: 1,
    about: "coefficient of determination, mean over targets, 1 at best",
    needs: "spread",
    compute: (targets) => overTargets(targets, ({ sums }) => 1 - sums.squared / sums.spread),
  },
  {
    ...error,
    name: "mase",
    about:
      "mean absolute scaled error: 1 is the error of repeating the value of one row (with `season`, one season) before, within the training rows",
    needs: "order",
    // Hyndman and Koehler 2006, section 3.
    compute: (targets) =>
      overTargets(targets, ({ sums, naive }) => sums.absolute / sums.count / (naive ?? Number.NaN)),
  },
];

function overTargets(targets: readonly TargetErrors[], of: (target: TargetErrors) => number): number {
  return targets.reduce((total, target) => total + of(target), 0) / targets.length;
}
