import type { Comparison, Constraint, Goals, NamedGoal } from "../../search/goals/goals.ts";
import { costMetrics } from "../../worker/protocol/cost-metrics.ts";
import type { Task } from "../../worker/protocol/data-settings.ts";
import { check, found, quoted } from "./check.ts";
import { metricListSchema, namedMetricSchema } from "./goals-schema.ts";
import { allRankingMetrics, rankingMetrics } from "./metrics.ts";
import type { KeyPath } from "./plain-value.ts";
import { readProgramMetric } from "./program.ts";
import { readMetric } from "./read-metric.ts";
import type { Report } from "./report.ts";
import type { Mapping } from "./section.ts";

/** What a sweep is judged by. */
export interface ReadGoals {
  readonly metric: NamedGoal | undefined;
  /** Absent where one metric is all. */
  readonly goals: Goals | undefined;
}

/** `metric:` or `metrics:`, and `constraints:`. `kind`: whose metrics they are; `task`: undefined when unknown. */
export function readGoals(
  report: Report,
  top: Mapping,
  kind: { readonly of: "models"; readonly task: Task | undefined } | { readonly of: "program" },
): ReadGoals {
  const one = (section: unknown, path?: KeyPath): NamedGoal | undefined =>
    kind.of === "models"
      ? readMetric(report, section, kind.task, path)
      : readProgramMetric(report, section, path);
  const known = kind.of === "models" ? namesOf(kind.task) : undefined;
  const metrics = "metrics" in top ? readMetrics(report, top, one, kind.of === "models") : undefined;
  const metric = "metrics" in top ? metrics?.[0] : one(top["metric"]);
  const constraints = readConstraints(report, top["constraints"], known);
  if (metric === undefined || constraints === undefined) return { metric, goals: undefined };
  const isOne = metrics === undefined && constraints.length === 0;
  return { metric, goals: isOne ? undefined : { metrics: metrics ?? [metric], constraints } };
}

function readMetrics(
  report: Report,
  top: Mapping,
  one: (section: unknown, path: KeyPath) => NamedGoal | undefined,
  ofModels: boolean,
): NamedGoal[] | undefined {
  const path = ["metrics"];
  if ("metric" in top) {
    const message = "metric and metrics are both given; one goal is metric, several are metrics";
    report.error({ path, at: "key", message, allowed: "one of the two" });
    return undefined;
  }
  const given = top["metrics"];
  if (Array.isArray(given) && given.length === 1) {
    const message = "this is one goal; write metric: in place of the list, or add a second one";
    report.error({ path, at: "key", message });
    return undefined;
  }
  const list = check(report, metricListSchema, given, path);
  if (list === undefined) return undefined;
  const read = list.map((item, index) => {
    const cost = ofModels && index > 0 ? costGoal(report, item, [...path, index]) : undefined;
    return cost ?? one(item, [...path, index]);
  });
  const metrics = read.filter((metric) => metric !== undefined);
  if (metrics.length < read.length) return undefined;
  const again = metrics.findIndex(({ name }, at) => metrics.findIndex((other) => other.name === name) < at);
  if (again < 0) return metrics;
  report.error({ path: [...path, again], message: `${metrics[again]!.name} is in the list already` });
  return undefined;
}

/** A metric that models have beside their scores; undefined: it is none. */
function costGoal(report: Report, item: unknown, path: KeyPath): NamedGoal | undefined {
  const read = namedMetricSchema.safeParse(item);
  if (!read.success || !Object.hasOwn(costMetrics, read.data.name)) return undefined;
  const { name, goal } = read.data;
  if (goal === "maximize")
    report.error({ path: [...path, "goal"], message: `${name} is better when smaller`, allowed: "minimize" });
  return { name, goal: "minimize" };
}

function namesOf(task: Task | undefined): readonly string[] {
  const scores = task === undefined ? allRankingMetrics : rankingMetrics(task);
  return [...scores.map(({ name }) => name), ...Object.keys(costMetrics)];
}

const form = /^\s*(\S+?)\s*(<=|>=|<|>)\s*([-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*$/i;
const example = 'a metric, one of <, <=, >, >=, and a number, as in "parameters <= 50000"';

function readConstraints(
  report: Report,
  given: unknown,
  known: readonly string[] | undefined,
): Constraint[] | undefined {
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    report.error({
      path: ["constraints"],
      message: found(given),
      allowed: `a list of texts: ${example}`,
    });
    return undefined;
  }
  const read = given.map((item: unknown, index) =>
    readConstraint(report, item, ["constraints", index], known),
  );
  const constraints = read.filter((one) => one !== undefined);
  return constraints.length === read.length && keepable(report, constraints) ? constraints : undefined;
}

function readConstraint(
  report: Report,
  item: unknown,
  path: KeyPath,
  known: readonly string[] | undefined,
): Constraint | undefined {
  const [, metric, op, number] = (typeof item === "string" ? form.exec(item) : null) ?? [];
  const limit = Number(number?.replaceAll("_", ""));
  if (metric === undefined || !isComparison(op) || !Number.isFinite(limit)) {
    report.error({ path, message: found(item), allowed: example });
    return undefined;
  }
  if (known !== undefined && !known.includes(metric)) {
    const message = `${quoted(metric)} is no metric of this sweep`;
    report.error({ path, message, allowed: known.join(", ") });
    return undefined;
  }
  return { metric, op, limit };
}

function isComparison(op: string | undefined): op is Comparison {
  return op === "<" || op === "<=" || op === ">" || op === ">=";
}

/** Two bounds of one metric that leave nothing between them, or one beyond what the metric can be. */
function keepable(report: Report, constraints: readonly Constraint[]): boolean {
  let fine = true;
  for (const [index, { metric, op, limit }] of constraints.entries()) {
    const isUpper = op === "<" || op === "<=";
    const range = allRankingMetrics.find(({ name }) => name === metric);
    const min = range?.min ?? (Object.hasOwn(costMetrics, metric) ? 0 : -Infinity);
    const [lowest, highest] = [min, range?.max ?? Infinity];
    const beyond = isUpper
      ? limit < lowest || (op === "<" && limit === lowest)
      : limit > highest || (op === ">" && limit === highest);
    const against = constraints.find(
      (other, at) => at < index && other.metric === metric && contradicts(other, { metric, op, limit }),
    );
    if (!beyond && against === undefined) continue;
    fine = false;
    const why = beyond
      ? `${metric} is from ${lowest} to ${highest}`
      : `it contradicts ${against!.metric} ${against!.op} ${against!.limit}`;
    report.error({ path: ["constraints", index], message: `no trial can keep this: ${why}` });
  }
  return fine;
}

function contradicts(a: Constraint, b: Constraint): boolean {
  const isUpper = ({ op }: Constraint): boolean => op === "<" || op === "<=";
  if (isUpper(a) === isUpper(b)) return false;
  const [upper, lower] = isUpper(a) ? [a, b] : [b, a];
  const touch = upper.op === "<=" && lower.op === ">=";
  return touch ? upper.limit < lower.limit : upper.limit <= lower.limit;
}
