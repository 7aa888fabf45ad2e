import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cliProgram } from "../../test/support/cli.ts";

/** Exports the study and times what optuna-dashboard needs to answer it; a sentence. */
export function measureOptuna(python: string, db: string, folder: string): string {
  const file = path.join(folder, "optuna.log");
  const args = [cliProgram, "export", "large", "--db", db, "--to", "optuna-journal", "--out", file];
  const exported = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (exported.status !== 0)
    return `Not beside optuna-dashboard: the export failed: ${exported.stderr.trim()}`;
  const script = fileURLToPath(new URL("optuna_dashboard.py", import.meta.url));
  const result = spawnSync(python, [script, file], { encoding: "utf8" });
  if (result.status !== 0) return `Not beside optuna-dashboard: ${result.stderr.trim().split("\n").at(-1)}.`;
  return result.stdout.trim();
}
