import type { Goal } from "../../search/scores.ts";

/** A number a trial can be ranked by. */
export interface RankingMetric {
  readonly name: string;
  /** The direction in which it gets better. */
  readonly goal: Goal;
  /** No value lies below, or above. */
  readonly min: number;
  readonly max: number;
  readonly about: string;
}

const error = { goal: "minimize", min: 0, max: Infinity } as const;

/**
 * Metrics of the validation rows. All but `val_loss` are computed after each trial's own scaling and differencing
 * are undone, so that trials with different settings compare.
 */
export const rankingMetrics: readonly RankingMetric[] = [
  { name: "val_mse", ...error, about: "mean squared error" },
  { name: "val_rmse", ...error, about: "root of the mean squared error" },
  { name: "val_mae", ...error, about: "mean absolute error" },
  { name: "val_loss", ...error, about: "the loss that is trained, in each trial's own scaled units" },
];

export const rankingMetricNames = rankingMetrics.map(({ name }) => name);

export function rankingMetric(name: string): RankingMetric | undefined {
  return rankingMetrics.find((metric) => metric.name === name);
}
