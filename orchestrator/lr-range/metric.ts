/** By this the trials of a `method: lr_range` study are ranked: the least averaged loss of their test. */
export const rangeMetric = { name: "smoothed_loss", goal: "minimize" } as const;

/** What the trials of a study go through: steps of a range test, or epochs of training. `metric`: its ranking metric. */
export function unitOf(metric: string): "step" | "epoch" {
  return metric === rangeMetric.name ? "step" : "epoch";
}
