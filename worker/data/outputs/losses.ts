import type { Task } from "../../protocol/data-settings.ts";

/**
 * What one sample loses by a prediction: the mean over horizon and targets of squared or absolute errors, in deviations
 * of each target's training rows; or the share of its labels that are wrong, 0 or 1 with one label.
 */
export type LossKind = "squared" | "absolute" | "wrong";

const absolute = new Set(["val_mae", "val_mae_raw", "val_smape", "val_mase", "val_pinball"]);

/** The loss that a ranking metric goes with: of quantiles that of the median. */
export function lossKindOf(task: Task, metric: string): LossKind {
  if (task !== "regression") return "wrong";
  return absolute.has(metric) ? "absolute" : "squared";
}
