import type { Goal } from "../../../search/scores.ts";
import type { Task } from "../../protocol/data-settings.ts";

export type Metrics = Readonly<Record<string, number>>;
/** Validation metrics are named `val_...`, those of the test rows `test_...`. */
export type ScoredSplit = "validation" | "test";

export interface MetricInfo {
  /** Without its prefix: `mse`. */
  readonly name: string;
  readonly goal: Goal;
  readonly about: string;
}

const regressionInfos: readonly MetricInfo[] = [
  {
    name: "mse",
    goal: "minimize",
    about: "mean squared error, each target in deviations of its training rows",
  },
  { name: "mae", goal: "minimize", about: "mean absolute error, in the same units" },
  { name: "rmse", goal: "minimize", about: "square root of mse" },
  {
    name: "rmse_raw",
    goal: "minimize",
    about: "root mean squared error in the data's units, mean over targets",
  },
  { name: "mae_raw", goal: "minimize", about: "mean absolute error in the data's units" },
  { name: "smape", goal: "minimize", about: "symmetric mean absolute percentage error, 0 to 200" },
  { name: "r2", goal: "maximize", about: "coefficient of determination, mean over targets, 1 at best" },
];

const classInfos: readonly MetricInfo[] = [
  { name: "accuracy", goal: "maximize", about: "share of samples classified correctly" },
  { name: "balanced_accuracy", goal: "maximize", about: "mean over classes of the share found of each" },
  { name: "f1", goal: "maximize", about: "mean over classes of F1 (macro)" },
  {
    name: "auc",
    goal: "maximize",
    about: "area under the ROC curve, mean over classes, one against the rest",
  },
];

/** The metrics of a task, the usual ranking metric first. */
export function metricInfos(task: Task): readonly MetricInfo[] {
  return task === "regression" ? regressionInfos : classInfos;
}

/** Every metric a trial of this task reports beside its losses, with its natural goal: `val_mse` → minimize. */
export function metricGoals(task: Task): ReadonlyMap<string, Goal> {
  return new Map(metricInfos(task).map(({ name, goal }) => [metricName("validation", name), goal]));
}

export function metricName(split: ScoredSplit, name: string): string {
  return `${split === "validation" ? "val" : "test"}_${name}`;
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
