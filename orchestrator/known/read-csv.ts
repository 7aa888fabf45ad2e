import { readFile } from "node:fs/promises";
import { CsvError, parse } from "csv-parse/sync";
import { z } from "zod";
import type { TrialState } from "../../search/history.ts";
import type { ParamValue } from "../../search/space.ts";
import type { Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import type { FoundResult, NoResult } from "./fit.ts";

const rowsSchema = z.array(z.record(z.string(), z.string()));

/** Columns of `seqtune leaderboard --csv` that are not parameters. */
const ownColumns: ReadonlySet<string> = new Set([
  "number",
  "outcome",
  "value",
  "skill",
  "best_epoch",
  "last_value",
  "epochs",
  "attempts",
  "reason",
  "repeats",
  "repeats_mean",
  "repeats_margin",
  "repeats_standing",
]);

/**
 * Known results of a CSV file: a column for each parameter, and the metric in a column of its name or `value`; as
 * `seqtune leaderboard --csv` writes it. `outcome` (default complete) and `epochs` (default: the sweep's) may stand
 * beside them. Lines without a value count when they diverged. Throws `UserError`.
 */
export async function readCsvResults(
  file: string,
  sweep: Sweep,
): Promise<readonly (FoundResult | NoResult)[]> {
  const rows = await readRows(file);
  const columns = Object.keys(rows[0] ?? {});
  const metric = [sweep.metric.name, "value"].find((name) => columns.includes(name));
  if (metric === undefined) {
    throw new UserError(
      `${file} has no column ${sweep.metric.name} or value with the results; its columns are ${columns.join(", ") || "none"}`,
    );
  }
  return rows.map((row, index) => resultOf(row, `line ${index + 2}`, metric, file, sweep));
}

function resultOf(
  row: Readonly<Record<string, string>>,
  where: string,
  metric: string,
  file: string,
  sweep: Sweep,
): FoundResult | NoResult {
  const cells = Object.entries(row).filter(
    ([name, text]) => !ownColumns.has(name) && name !== metric && text !== "",
  );
  const params = Object.fromEntries(cells.map(([name, text]) => [name, paramOf(text)]));
  const said = outcomeOf(row, where, file);
  const epochs =
    row["epochs"] === undefined ? sweep.budget.epochs : number(row["epochs"], "epochs", where, file);
  const text = row[metric] ?? "";
  const value = text === "" ? null : number(text, metric, where, file);
  if (said === "diverged" || (value !== null && !Number.isFinite(value)))
    return { params, outcome: "diverged", reports: [[Math.max(1, epochs), null]], where };
  if (value === null) return { where, reason: said === "failed" ? "it failed" : `it has no ${metric}` };
  if (epochs < 1) return { where, reason: `it has ${epochs} epochs` };
  return { params, outcome: said === "complete" ? "complete" : "pruned", reports: [[epochs, value]], where };
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

/** Numbers, true, false, null and lists as JSON has them; anything else is a text. */
function paramOf(text: string): ParamValue {
  try {
    const read = paramSchema.safeParse(JSON.parse(text));
    return read.success ? read.data : text;
  } catch {
    return text;
  }
}

const paramSchema = z.union([
  z.number(),
  z.boolean(),
  z.null(),
  z.string(),
  z.array(z.number()),
  z.array(z.string()),
]);

async function readRows(file: string): Promise<z.infer<typeof rowsSchema>> {
  try {
    return rowsSchema.parse(
      parse(await readFile(file, "utf8"), { columns: true, bom: true, trim: true, skip_empty_lines: true }),
    );
  } catch (cause) {
    const why = cause instanceof CsvError ? `is not a CSV file: ${cause.message}` : "cannot be read";
    throw new UserError(`the file of known results ${file} ${why}`, { cause });
  }
}
