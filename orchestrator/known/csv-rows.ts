import { readFile } from "node:fs/promises";
import { CsvError, parse } from "csv-parse/sync";
import { z } from "zod";
import { UserError } from "../errors.ts";

const rowsSchema = z.array(z.record(z.string(), z.string()));

/** Columns of `seqtune leaderboard --csv` that are not parameters. */
export const ownColumns: ReadonlySet<string> = new Set([
  "number",
  "seconds",
  "worker",
  "trial_seed",
  "started",
  "ended",
  "outcome",
  "value",
  "metric",
  "goal",
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
  "expected_mean",
  "expected_deviation",
  "rank",
  "front",
  "feasible",
]);

/** The lines of a CSV file as texts by the names of their columns. Throws `UserError`. */
export async function readRows(file: string): Promise<z.infer<typeof rowsSchema>> {
  try {
    return rowsSchema.parse(
      parse(await readFile(file, "utf8"), {
        columns: (names: string[]) => demandDistinct(names, file),
        bom: true,
        trim: true,
        skip_empty_lines: true,
      }),
    );
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const why = cause instanceof CsvError ? `is not a CSV file: ${cause.message}` : "cannot be read";
    throw new UserError(`the file of known results ${file} ${why}`, { cause });
  }
}

function demandDistinct(names: string[], file: string): string[] {
  const doubled = names.find((name, index) => name !== "" && names.indexOf(name) !== index);
  if (doubled === undefined) return names;
  throw new UserError(`${file} has two columns called ${doubled}; keep the one that counts`);
}
