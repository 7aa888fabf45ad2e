import { watchedMetrics } from "../../search/goals/goals.ts";
import type { TrialState } from "../../search/history.ts";
import { allRankingMetrics } from "../config/metrics.ts";
import type { Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import { ownColumns, readRows } from "./csv-rows.ts";
import type { FoundResult, NoResult } from "./fit.ts";
import { readCell } from "./read-cell.ts";

export interface CsvResults {
  readonly results: readonly (FoundResult | NoResult)[];
  /** The file has its results under `value` and does not say of which metric. */
  readonly unnamed: boolean;
}

/**
 * Known results of a CSV file: a column for each parameter, and the metric in a column of its name or `value`; as
 * `seqtune leaderboard --csv` writes it. `metric` and `goal` (which must be the sweep's), `outcome` (default complete) and
 * `epochs` (default: the sweep's) may stand beside them; the other metrics that a sweep with several goals or constraints is judged by
 * have to, in columns of their names. Lines without a value count when they diverged. Throws
 * `UserError`, also where a value is none that the metric can have.
 */
export async function readCsvResults(file: string, sweep: Sweep): Promise<CsvResults> {
  const rows = await readRows(file);
  const columns = Object.keys(rows[0] ?? {});
  const { name, goal } = sweep.metric;
  const metric = [name, "value"].find((column) => columns.includes(column));
  if (metric === undefined) {
    throw new UserError(
      `${file} has no column ${name} or value with the results; its columns are ${columns.join(", ") || "none"}`,
    );
  }
  if (metric === name && columns.includes("value") && rows.some((row) => row["value"] !== row[name])) {
    throw new UserError(
      `${file} has a column ${name} and another one, value, that differs; keep the one with the results`,
    );
  }
  const others = sweep.goals === undefined ? [] : watchedMetrics(sweep.goals);
  const missing = others.filter((other) => !columns.includes(other));
  if (missing.length > 0) {
    throw new UserError(
      `${file} has no column ${missing.join(", ")}, and this sweep is judged by it besides ${name}; its columns are ${columns.join(", ")}`,
    );
  }
  const unnamed = metric === "value" && !columns.includes("metric");
  if (unnamed && ["number", "best_epoch", "last_value"].every((column) => columns.includes(column))) {
    throw new UserError(
      `${file} does not say which metric its column value has, because an older seqtune wrote it; write it again with seqtune leaderboard --csv, or rename the column to ${name} if that is the metric`,
    );
  }
  for (const [index, row] of rows.entries()) {
    const where = `${file}, line ${index + 2}`;
    if (metric === "value") demandSame(row, "metric", name, where);
    demandSame(row, "goal", goal, where);
  }
  const results = rows.map((row, index) =>
    resultOf(row, `line ${index + 2}`, { metric, others }, file, sweep),
  );
  return { results, unnamed };
}

/** Results by another metric, or in the other direction, would be learned upside down. */
function demandSame(
  row: Readonly<Record<string, string>>,
  column: "metric" | "goal",
  here: string,
  where: string,
): void {
  const there = row[column] ?? "";
  if (there === "" || there === here) return;
  throw new UserError(
    `${where}: the results are of ${column} ${there} and this sweep has ${here}, so they do not compare`,
  );
}

function resultOf(
  row: Readonly<Record<string, string>>,
  where: string,
  { metric, others }: { readonly metric: string; readonly others: readonly string[] },
  file: string,
  sweep: Sweep,
): FoundResult | NoResult {
  const domains = new Map(sweep.space.parameters.map(({ name, domain }) => [name, domain]));
  const params = Object.fromEntries(
    Object.entries(row)
      .filter(
        ([name]) => domains.has(name) || (!ownColumns.has(name) && name !== metric && !others.includes(name)),
      )
      .flatMap(([name, text]) => {
        const value = readCell(text, domains.get(name));
        return value === undefined ? [] : [[name, value]];
      }),
  );
  const said = outcomeOf(row, where, file);
  const epochs =
    (row["epochs"] ?? "") === "" ? sweep.budget.epochs : number(row["epochs"]!, "epochs", where, file);
  const text = row[metric] ?? "";
  const value = text === "" ? null : number(text, metric, where, file);
  if (said === "diverged" || (value !== null && !Number.isFinite(value)))
    return { params, outcome: "diverged", reports: [[Math.max(1, epochs), null]], where };
  if (value === null) return { where, reason: said === "failed" ? "it failed" : `it has no ${metric}` };
  demandPossible(value, sweep.metric.name, `${file}, ${where}`);
  if (epochs < 1) return { where, reason: `it has ${epochs} epochs` };
  const outcome = said === "complete" ? "complete" : "pruned";
  if (sweep.goals === undefined) return { params, outcome, reports: [[epochs, value]], where };
  const also = others.map((name) => furtherValue(row[name] ?? "", name, where, file));
  return { params, outcome, reports: [[epochs, value, also]], where };
}

/** `null`: it was not reported, or not finite, as in a trial of the study. */
function furtherValue(text: string, name: string, where: string, file: string): number | null {
  if (text === "") return null;
  const value = number(text, name, where, file);
  if (!Number.isFinite(value)) return null;
  demandPossible(value, name, `${file}, ${where}`);
  return value;
}

function demandPossible(value: number, metric: string, where: string): void {
  const known = allRankingMetrics.find(({ name }) => name === metric);
  if (known === undefined || (value >= known.min && value <= known.max)) return;
  const bound = value < known.min ? `never below ${known.min}` : `never above ${known.max}`;
  throw new UserError(
    `${where}: ${metric} is ${value}, and it is ${bound}; is it another metric, or a percentage?`,
  );
}

/** How trials stand in a leaderboard. What has a value and did not come to its end counts as pruned. */
const outcomes: readonly TrialState[] = ["complete", "pruned", "diverged", "failed", "running", "paused"];

function outcomeOf(row: Readonly<Record<string, string>>, where: string, file: string): TrialState {
  const said = row["outcome"] ?? "";
  const known = said === "" ? "complete" : outcomes.find((outcome) => outcome === said);
  if (known !== undefined) return known;
  throw new UserError(`${file}, ${where}: outcome is "${said}"; it must be one of ${outcomes.join(", ")}`);
}

function number(text: string, column: string, where: string, file: string): number {
  const value = /^[+-]?(nan|inf(inity)?)$/i.test(text.trim()) ? Number.NaN : Number(text);
  const isWhole = column !== "epochs" || Number.isSafeInteger(value);
  if (
    (Number.isNaN(value) && /\d/.test(text)) ||
    !isWhole ||
    (Number.isNaN(value) && !/^[+-]?[ni]/i.test(text.trim()))
  ) {
    throw new UserError(
      `${file}, ${where}: ${column} is "${text}"; it must be a ${column === "epochs" ? "whole " : ""}number`,
    );
  }
  return value;
}
