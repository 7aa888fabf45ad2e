import type { GoalsView } from "./goals.ts";
import type { Leaderboard, LeaderboardRow } from "./leaderboard.ts";
import { digits } from "./numbers.ts";

/** The metrics beside the first one that a leaderboard has columns for. */
export function otherMetrics({ goals, metric, trials }: Leaderboard): readonly string[] {
  if (goals === null) return [];
  const names = new Set(trials.flatMap((row) => Object.keys(row.goals?.values ?? {})));
  names.delete(metric);
  return [...names];
}

/** A trial that breaks a constraint says so at its outcome. */
export function outcomeText({ goals, value }: LeaderboardRow, outcome: string): string {
  return goals === null || goals.feasible || value === null ? outcome : `${outcome}, infeasible`;
}

/** Counts in full. */
export function valueText(value: number | null): string {
  return value !== null && Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : digits(value);
}

/** `by val_mse, parameters, only with epoch_seconds < 2`. */
export function goalWords({ metrics, constraints }: Pick<GoalsView, "metrics" | "constraints">): string {
  const kept = constraints.length === 0 ? "" : `, only with ${constraints.join(" and ")}`;
  return `by ${metrics.map(({ name }) => name).join(", ")}${kept}`;
}
