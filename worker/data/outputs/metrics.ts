import type { Goal } from "../../../search/scores.ts";
import type { Task } from "../../protocol/data-settings.ts";
import { classMetrics } from "./class-metrics.ts";
import type { MetricInfo, MetricRecord, Metrics } from "./metric.ts";
import { regressionMetrics } from "./regression-metrics.ts";

/** Validation metrics are named `val_...`, those of the test rows `test_...`. */
export type ScoredSplit = "validation" | "test";

/** The metrics of a task, the usual ranking metric first. */
export function metricInfos(task: Task): readonly MetricInfo[] {
  return task === "regression" ? regressionMetrics : classMetrics;
}

/** Every metric a trial of this task reports beside its losses, with its natural goal: `val_mse` → minimize. */
export function metricGoals(task: Task): ReadonlyMap<string, Goal> {
  return new Map(metricInfos(task).map(({ name, goal }) => [metricName("validation", name), goal]));
}

export function metricName(split: ScoredSplit, name: string): string {
  return `${split === "validation" ? "val" : "test"}_${name}`;
}

/** The values of metrics by name, without prefix. */
export function computed<Input>(records: readonly MetricRecord<Input>[], input: Input): Metrics {
  return Object.fromEntries(records.map(({ name, compute }) => [name, compute(input)]));
}

export function named(split: ScoredSplit, metrics: Metrics): Metrics {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [metricName(split, name), value]));
}

/** Plain mean of every metric: how a trial's score comes from its folds. */
export function meanOver(all: readonly Metrics[]): Metrics {
  const mean = (name: string): number =>
    all.reduce((sum, metrics) => sum + (metrics[name] ?? Number.NaN), 0) / all.length;
  return Object.fromEntries(Object.keys(all[0] ?? {}).map((name) => [name, mean(name)]));
}
