/** Heads of narrow tables, as people who train networks write them. */
const shortNames: Readonly<Record<string, string>> = {
  batch_size: "batch",
  bidirectional: "bidir",
  categorical: "categ",
  class_weights: "weights",
  clip_norm: "clip",
  clip_value: "clipv",
  difference: "diff",
  difference_lag: "lag",
  dropout: "drop",
  early_stopping: "stop",
  epsilon: "eps",
  huber_delta: "delta",
  learning_rate: "lr",
  momentum: "mom",
  normalise: "norm",
  optimizer: "opt",
  recurrent_dropout: "rdrop",
  schedule_epochs: "s_epochs",
  schedule_every: "s_every",
  schedule_factor: "s_factor",
  schedule_patience: "s_wait",
  schedule_warmup: "s_warm",
  schedule: "sched",
  weight_decay: "decay",
};

export function shortName(name: string): string {
  return shortNames[name] ?? name;
}
