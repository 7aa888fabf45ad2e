import { watchedMetrics } from "../../search/goals/goals.ts";
import type { Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";

/** Numbers of one epoch by name, or the metric alone. */
export type Metrics = number | Readonly<Record<string, number>>;

/** With every metric that counts in this study. `who` said it. Throws `UserError`. */
export function namedMetrics(
  { metric, goals }: Pick<Sweep, "metric" | "goals">,
  who: string,
  metrics: Metrics,
): Readonly<Record<string, number>> {
  const named = typeof metrics === "number" ? { [metric.name]: metrics } : metrics;
  const needed = [metric.name, ...(goals === undefined ? [] : watchedMetrics(goals))];
  const missing = needed.filter((name) => typeof named[name] !== "number");
  if (missing.length === 0) return named;
  const others = Object.keys(named).join(", ") || "nothing";
  throw new UserError(`${who} said nothing about ${missing.join(", ")}; it said: ${others}`);
}
