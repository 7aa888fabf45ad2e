/** Name of the metric that says how long an epoch takes, as its worker measured it. */
export const secondsMetric = "epoch_seconds";

/** What a training costs, beside its scores: metrics that every trial of a model of ours has. Lower is better. */
export const costMetrics: Readonly<Record<string, string>> = {
  parameters: "trainable numbers of one network",
  [secondsMetric]:
    "seconds an epoch takes: the median of the attempt's epochs so far, scoring and waiting for the machine included",
};
