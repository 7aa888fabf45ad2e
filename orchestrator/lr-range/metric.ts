/** By this the trials of a `method: lr_range` study are ranked: the least averaged loss of their test. */
export const rangeMetric = { name: "smoothed_loss", goal: "minimize" } as const;
