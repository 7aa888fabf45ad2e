import type { Goal } from "../../search/scores.ts";
import { bestValue, type MetricInfo } from "../../worker/data/outputs/metric.ts";
import { metricInfos, metricName } from "../../worker/data/outputs/metrics.ts";
import { taskNames, type Task } from "../../worker/protocol/data-settings.ts";

/** A number of the validation rows that trials can be ranked by. */
export interface RankingMetric {
  readonly name: string;
  /** The direction in which it gets better. */
  readonly goal: Goal;
  /** No value lies below, or above. */
  readonly min: number;
  readonly max: number;
  readonly about: string;
}

const loss: RankingMetric = {
  name: "val_loss",
  goal: "minimize",
  min: 0,
  max: Infinity,
  about: "the loss that is trained, in each trial's own scaled units",
};

const pinball: RankingMetric = {
  name: "val_pinball",
  goal: "minimize",
  min: 0,
  max: Infinity,
  about:
    "with `loss: quantile`: the pinball loss of the quantiles, in deviations of the training rows, mean over them and the targets",
};

/** What trials of a task can be ranked by, the usual metric first. */
export function rankingMetrics(task: Task): readonly RankingMetric[] {
  return [...metricInfos(task).map(fromInfo), ...(task === "regression" ? [pinball] : []), loss];
}

/** What trials of any task can be ranked by, for a reader that does not know the task. */
export const allRankingMetrics: readonly RankingMetric[] = [
  ...new Map(taskNames.flatMap(rankingMetrics).map((metric) => [metric.name, metric])).values(),
];

/**
 * The value of a perfect model by a metric of the validation or the test rows. A metric that is not in the table is taken
 * for an error (best 0) or a share (best 1).
 */
export function bestPossible(metric: string, goal: Goal): number {
  const name = metric.replace(/^test_/, "val_");
  const known = allRankingMetrics.find((one) => one.name === name);
  if (known !== undefined) return bestValue(known);
  return goal === "minimize" ? 0 : 1;
}

function fromInfo({ name, goal, min, max, about }: MetricInfo): RankingMetric {
  return { name: metricName("validation", name), goal, min, max, about };
}
