import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { Bench } from "./bench.ts";
import { startPostgres } from "./postgres.ts";
import { whole, type Row } from "./table.ts";

const run = promisify(execFile);
const script = fileURLToPath(new URL("./optuna_lab.py", import.meta.url));
const processes = 8;
const reports = 10;
const doneSchema = z.object({ trials: z.number(), seconds: z.number(), optuna: z.string() });

/**
 * Eight worker processes, trials of ten reports that train nothing, random search, no pruning: ours over NATS, and
 * Optuna on its storages. Reads: what is committed per second.
 */
export async function besideOptuna(python: string | undefined, seconds: number): Promise<Row[]> {
  const rows: Row[] = [await ours(seconds)];
  if (python === undefined || !imports(python, "optuna")) {
    rows.push(["Optuna", "not run: give --python PYTHON of an environment that has optuna", ""]);
    return rows;
  }
  const folder = mkdtempSync(path.join(tmpdir(), "seqtune-bench-optuna-"));
  try {
    rows.push(
      await theirs(python, seconds, "an SQLite file", `sqlite:///${folder}/study.db`),
      await theirs(python, seconds, "a journal file", `journal:${folder}/journal.log`),
      await onPostgres(python, seconds),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}

async function ours(seconds: number): Promise<Row> {
  const ended: number[] = [];
  await Bench.run(async (bench) => {
    for (let index = 0; index < processes; index++) bench.startWorkers(1, 0, `w${index}`);
    const over = new AbortController();
    bench.events.on((event) => {
      if (event.kind === "trial_ended") ended.push(performance.now());
      // The first second is getting under way.
      if (ended.length > 0 && performance.now() - ended[0]! > (seconds + 1) * 1000) over.abort();
    });
    await bench.drive(100_000_000, reports, { now: over.signal });
  });
  const begun = ended[0]! + 1000;
  const counted = ended.filter((time) => time > begun);
  return row("seqtune over NATS, coordinator on SQLite", counted.length / ((ended.at(-1)! - begun) / 1000));
}

async function theirs(python: string, seconds: number, where: string, storage: string): Promise<Row> {
  const args = [script, "--storage", storage, "--processes", String(processes), "--seconds", String(seconds)];
  const { stdout } = await run(python, args);
  const { trials, seconds: took, optuna } = doneSchema.parse(JSON.parse(stdout));
  return row(`Optuna ${optuna} on ${where}`, trials / took);
}

async function onPostgres(python: string, seconds: number): Promise<Row> {
  if (!imports(python, "psycopg2")) return ["Optuna on PostgreSQL", "not run: psycopg2 is not installed", ""];
  const postgres = await startPostgres();
  if (postgres === null) return ["Optuna on PostgreSQL", "not run: no PostgreSQL server found", ""];
  try {
    return await theirs(python, seconds, `PostgreSQL ${postgres.version} over TCP`, postgres.url);
  } finally {
    await postgres.close();
  }
}

function row(what: string, trialsPerSecond: number): Row {
  return [what, trialsPerSecond.toFixed(1), whole(trialsPerSecond * reports)];
}

function imports(python: string, module: string): boolean {
  try {
    execFileSync(python, ["-c", `import ${module}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
