import type { Goal } from "../../../search/scores.ts";

/** Values by name, with or without prefix. */
export type Metrics = Readonly<Record<string, number>>;

/**
 * What the truth must have for a metric to have a meaning: samples in the order of time; a target that varies; more
 * than one class.
 */
export type MetricNeed = "order" | "spread" | "classes";

/** All that is known about a metric, whatever it is computed from. */
export interface MetricInfo {
  /** Without its prefix: `mse`. */
  readonly name: string;
  readonly goal: Goal;
  /** No value lies below, or above. */
  readonly min: number;
  readonly max: number;
  readonly about: string;
  readonly needs?: MetricNeed;
}

/** One metric: everything else (bounds, skill, schema, tables, checks) derives from its record. */
export interface MetricRecord<Input> extends MetricInfo {
  /** Not finite when the predictions are not, or where the metric has no meaning. */
  readonly compute: (input: Input) => number;
}

/** The value of a perfect model: skill is measured towards it. */
export function bestValue({ goal, min, max }: Pick<MetricInfo, "goal" | "min" | "max">): number {
  return goal === "minimize" ? min : max;
}
