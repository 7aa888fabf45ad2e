import type { Goal } from "../../../search/scores.ts";
import { metricName } from "../../../worker/data/outputs/metrics.ts";

const accuracy = metricName("test", "accuracy");

/** The ranking metric on the test rows; the loss has none there: the squared error, or for classes the accuracy. */
export function testMetric(metric: string, found: Readonly<Record<string, number>>): string {
  if (metric !== "val_loss") return metric.replace(/^val_/, "test_");
  return accuracy in found ? accuracy : metricName("test", "mse");
}

/** `goal`: that of the metric that the study ranks by. */
export function testGoal(metric: string, goal: Goal): Goal {
  return metric === accuracy ? "maximize" : goal;
}
