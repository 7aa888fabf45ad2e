import type { Goal } from "../../search/scores.ts";
import { metricInfos, metricName, type MetricInfo } from "../../worker/data/outputs/metrics.ts";
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

/** What trials of a task can be ranked by, the usual metric first. */
export function rankingMetrics(task: Task): readonly RankingMetric[] {
  return [...metricInfos(task).map(fromInfo), loss];
}

/** What trials of any task can be ranked by, for a reader that does not know the task. */
export const allRankingMetrics: readonly RankingMetric[] = [
  ...new Map(taskNames.flatMap(rankingMetrics).map((metric) => [metric.name, metric])).values(),
];

function fromInfo({ name, goal, about }: MetricInfo): RankingMetric {
  const full = metricName("validation", name);
  const min = name === "r2" ? -Infinity : 0;
  const max = name === "smape" ? 200 : Infinity;
  return { name: full, goal, about, min, max: goal === "maximize" ? 1 : max };
}
