/** How a searched number is drawn. */
export interface Distribution {
  readonly kind: "float" | "int";
  readonly scale: "linear" | "log";
  /** `step` must be given. */
  readonly stepped: boolean;
}

const float = { kind: "float", stepped: false } as const;
const int = { kind: "int", stepped: false } as const;

/** Distributions of a range by name, with the names W&B sweeps have for them. */
export const distributions = {
  uniform: { ...float, scale: "linear" },
  log_uniform: { ...float, scale: "log" },
  log_uniform_values: { ...float, scale: "log" },
  int: { ...int, scale: "linear" },
  int_uniform: { ...int, scale: "linear" },
  log_int: { ...int, scale: "log" },
  q_uniform: { kind: "float", scale: "linear", stepped: true },
  q_log_uniform: { kind: "float", scale: "log", stepped: true },
  q_log_uniform_values: { kind: "float", scale: "log", stepped: true },
} as const satisfies Record<string, Distribution>;

/** Distributions of a mean and a deviation, those with `log` of the natural logarithm. */
export const normalNames = ["normal", "log_normal", "q_normal", "q_log_normal"] as const;

export type DistributionName = keyof typeof distributions;

export const distributionNames = Object.keys(distributions) as [DistributionName, ...DistributionName[]];
