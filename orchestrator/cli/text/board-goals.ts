import type { BoardLine } from "../../views/board-lines.ts";
import { otherMetrics, valueText } from "../../views/goals-text.ts";
import type { Leaderboard } from "../../views/leaderboard.ts";
import type { TrialView } from "../../views/trial.ts";
import { fold } from "./fold.ts";
import type { Cell, Column } from "./table.ts";

/** Trials of which it is said what they break. */
const mostNamed = 5;

export function goalColumns(board: Leaderboard): Column[] {
  return otherMetrics(board).map((name) => ({ head: name, align: "right" }));
}

export function goalCells(board: Leaderboard, line: BoardLine): Cell[] {
  return otherMetrics(board).map((name) => ({
    text: line.kind === "trial" ? valueText(line.row.goals?.values[name] ?? null) : "",
  }));
}

/** What follows the first metric in the head. */
export function goalsHead({ goals }: Leaderboard): string {
  if (goals === null) return "";
  const others = goals.metrics
    .slice(1)
    .map(({ name, goal }) => `; ${name}, ${goal === "minimize" ? "lower" : "higher"} is better`);
  const kept = goals.constraints.length === 0 ? "" : `; only with ${goals.constraints.join(" and ")}`;
  return others.join("") + kept;
}

/** What the ranks mean, and why trials have none. */
export function goalLines(board: Leaderboard, columns: number): string[] {
  const { goals, metric, trials } = board;
  if (goals === null) return [];
  const texts: string[] = [];
  const { front, metrics } = goals;
  if (metrics.length > 1 && front.length > 0) {
    const names = metrics.map(({ name }) => name).join(", ");
    const size = front.length === 1 ? "one trial" : `${front.length} trials`;
    texts.push(
      `#: non-domination rank by ${names}; rank 1 is the Pareto front, ${size} that no other beats in all of them; best is its trial with the best ${metric}, ${front[0]}`,
    );
  }
  const infeasible = trials.filter((row) => row.goals !== null && row.goals.broken.length > 0);
  if (infeasible.length > 0) {
    const named = infeasible
      .slice(0, mostNamed)
      .map((row) => `trial ${row.number}: ${row.goals?.broken.join(", ") ?? ""}`);
    const more = infeasible.length - named.length;
    texts.push(`infeasible: ${named.join("; ")}${more > 0 ? `; and ${more} more` : ""}`);
  }
  if (front.length === 0 && trials.some(({ value }) => value !== null))
    texts.push("no trial is feasible yet: none can be named best");
  return texts.flatMap((text) => fold(text, columns));
}

/** Where a trial stands among the others, or why it does not. */
export function goalsOfTrial({ goals, value }: Pick<TrialView, "goals" | "value">): string[] {
  if (goals === null || value === null) return [];
  const values = Object.entries(goals.values)
    .map(([name, given]) => `${name} ${valueText(given)}`)
    .join(", ");
  const rank = goals.rank === null ? "" : `non-domination rank ${goals.rank}`;
  const standing = goals.front ? "on the Pareto front" : rank;
  return [
    `at that epoch: ${values}${standing === "" ? "" : `; ${standing}`}`,
    ...(goals.broken.length === 0 ? [] : [`infeasible: ${goals.broken.join(", ")}`]),
  ];
}
