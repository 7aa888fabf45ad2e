import type { Task } from "../../worker/protocol/data-settings.ts";
import { check } from "./check.ts";
import type { KeyPath } from "./plain-value.ts";
import { allRankingMetrics, rankingMetrics, type RankingMetric } from "./metrics.ts";
import type { Report } from "./report.ts";
import { metricSchema } from "./sections.ts";
import type { Sweep } from "./sweep.ts";

/** What trials are ranked by. `section`: absent for the task's usual metric; `task`: undefined when unknown. */
export function readMetric(
  report: Report,
  section: unknown,
  task: Task | undefined,
  path: KeyPath = ["metric"],
): Sweep["metric"] | undefined {
  const read = check(report, metricSchema, section === undefined ? {} : section, path);
  if (read === undefined) return undefined;
  const possible = task === undefined ? allRankingMetrics : rankingMetrics(task);
  const metric = read.name === undefined ? possible[0] : possible.find(({ name }) => name === read.name);
  if (metric === undefined) {
    const allowed = possible.map(({ name }) => name).join(", ");
    report.error({
      path: [...path, "name"],
      message: `${read.name} is not a metric of task ${task}`,
      allowed,
    });
    return undefined;
  }
  if (read.goal !== undefined && read.goal !== metric.goal) reportGoal(report, metric, path);
  return { name: metric.name, goal: metric.goal };
}

function reportGoal(report: Report, { name, goal }: RankingMetric, path: KeyPath): void {
  const better = goal === "minimize" ? "smaller" : "larger";
  report.error({ path: [...path, "goal"], message: `${name} is better when ${better}`, allowed: goal });
}
