import { spaceSize } from "../../search/domain.ts";
import type { Goal } from "../../search/scores.ts";
import type { Space } from "../../search/space.ts";
import { methods } from "./methods.ts";
import { rankingMetric, rankingMetricNames } from "./metrics.ts";
import type { Report } from "./report.ts";
import type { Sweep } from "./sweep.ts";

/** Settings that change the scale the loss is computed on. */
const scalesTheLoss: ReadonlySet<string> = new Set([
  "loss",
  "huber_delta",
  "l2",
  "normalise",
  "predict",
  "rows",
]);

/** The direction to rank in: the one given, or else the metric's own. */
export function goalOf(report: Report, { name, goal }: { name: string; goal?: Goal | undefined }): Goal {
  const own = rankingMetric(name)?.goal ?? "minimize";
  if (goal === undefined || goal === own) return own;
  const better = own === "minimize" ? "smaller" : "larger";
  report.error({ path: ["metric", "goal"], message: `${name} is better when ${better}`, allowed: own });
  return own;
}

/** Errors and warnings that need several sections at once. */
export function checkMeaning(report: Report, sweep: Sweep): void {
  comparable(report, sweep);
  ends(report, sweep);
  if (methods[sweep.method.name]?.finite === true) finite(report, sweep.space);
  enoughTrials(report, sweep);
  reachableTarget(report, sweep);
  usefulRules(report, sweep);
}

function comparable(report: Report, { metric, space }: Pick<Sweep, "metric" | "space">): void {
  if (metric.name !== "val_loss") return;
  const others = rankingMetricNames.filter((name) => name !== "val_loss").join(", ");
  for (const { name, domain } of space.parameters) {
    if (!scalesTheLoss.has(name) || domain.kind === "constant") continue;
    report.error({
      path: ["parameters", name],
      at: "key",
      message: `${name} changes the scale of val_loss, by which this sweep ranks, so trials would not compare`,
      allowed: `metric.name: ${others}; or one value for ${name}`,
    });
  }
}

function ends(report: Report, { method, budget }: Pick<Sweep, "method" | "budget">): void {
  if (methods[method.name]?.finite !== false) return;
  if (budget.trials !== undefined || budget.wallTimeMs !== undefined) return;
  report.error({
    path: ["budget"],
    at: "key",
    message: `method ${method.name} never ends by itself`,
    allowed: "trials: a number of trials, or wall_time: a duration such as 30m",
  });
}

function finite(report: Report, space: Space): void {
  for (const { name, domain } of space.parameters) {
    if (domain.kind !== "float" || domain.step !== undefined) continue;
    report.error({
      path: ["parameters", name],
      at: "key",
      message: `a grid needs a finite list, and ${name} is a continuous range`,
      allowed: "values: […], or a step beside min and max",
    });
  }
}

function enoughTrials(
  report: Report,
  { method, budget, space }: Pick<Sweep, "method" | "budget" | "space">,
): void {
  const size = spaceSize(space);
  const { trials } = budget;
  if (trials === undefined || size === Infinity) return;
  const path = ["budget", "trials"];
  if (size < trials) {
    report.warn({
      path,
      message: `the space has only ${size} configurations; the study ends when all are done`,
    });
  } else if (size > trials && methods[method.name]?.finite === true) {
    report.warn({
      path,
      message: `the grid has ${size} configurations; the study ends after the first ${trials}`,
    });
  }
}

function reachableTarget(report: Report, { metric, budget }: Pick<Sweep, "metric" | "budget">): void {
  const known = rankingMetric(metric.name);
  if (budget.target === undefined || known === undefined) return;
  const [best, worst] = known.goal === "minimize" ? [known.min, known.max] : [known.max, known.min];
  const beyond = (bound: number): boolean =>
    known.goal === "minimize" ? budget.target! < bound : budget.target! > bound;
  const path = ["budget", "target"];
  const range = `${known.name} lies between ${known.min} and ${known.max}`;
  if (beyond(best)) {
    report.error({ path, message: `no trial can reach ${budget.target}: ${range}` });
  } else if (!beyond(worst)) {
    report.error({ path, message: `every trial reaches ${budget.target} at once: ${range}` });
  }
}

function usefulRules(
  report: Report,
  { earlyTerminate, budget }: Pick<Sweep, "earlyTerminate" | "budget">,
): void {
  for (const [index, rule] of earlyTerminate.entries()) {
    const first = Math.max(Number(rule["min_epochs"] ?? 1), Number(rule["patience"] ?? 0) + 1);
    if (first < budget.epochs) continue;
    report.warn({
      path: ["early_terminate", index],
      message: `this stops nothing: its first verdict is at epoch ${first}, and trials have ${budget.epochs}`,
    });
  }
}
