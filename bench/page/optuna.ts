import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cliProgram } from "../../test/support/cli.ts";
import { serve } from "./serve.ts";

/** How long a dashboard that was just started takes to answer the study and its curves; a sentence. */
export async function measureOwn(db: string, key: string): Promise<string> {
  const server = await serve(db);
  const began = performance.now();
  const study = await (await fetch(`${server.address}api/studies/${key}`)).arrayBuffer();
  const answered = performance.now();
  const curves = await (await fetch(`${server.address}api/studies/${key}/curves`)).arrayBuffer();
  const done = performance.now();
  server.stop();
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  return `seqtune's API answers the study in ${seconds(answered - began)} with ${megabytes(study.byteLength)}, then its curves in ${seconds(done - answered)} with ${megabytes(curves.byteLength)}.`;
}

/** Exports the study and times what optuna-dashboard needs to answer it; a sentence. */
export function measureOptuna(python: string, db: string, folder: string): string {
  const file = path.join(folder, "optuna.log");
  const args = [cliProgram, "export", "large", "--db", db, "--to", "optuna-journal", "--out", file];
  const exported = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (exported.status !== 0)
    return `Not beside optuna-dashboard: the export failed: ${exported.stderr.trim()}`;
  const script = fileURLToPath(new URL("dashboard_api.py", import.meta.url));
  const result = spawnSync(python, [script, file], { encoding: "utf8" });
  if (result.status !== 0) return `Not beside optuna-dashboard: ${result.stderr.trim().split("\n").at(-1)}.`;
  return result.stdout.trim();
}
