/**
 * What a trial costs beside its training: trials that train nothing, 10 reports each, through real worker
 * processes, every report committed in SQLite before it is acknowledged. All processes run bundled, as an installed seqtune does.
 *
 *   npx tsx bench/overhead.ts [--trials 20000] [--workers 2] [--python python3]
 *
 * With `--python`, Optuna does the same work in its own storages (bench/overhead/optuna_overhead.py).
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundle } from "./bundle.ts";
import { machineLine } from "./machine.ts";

const { values } = parseArgs({
  options: {
    trials: { type: "string", default: "20000" },
    workers: { type: "string", default: "2" },
    python: { type: "string" },
  },
});
const { trials, workers, python } = values;

/** What the program writes; throws what it says when it fails. */
function outputOf(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw error ?? new Error(stderr.trim());
  return stdout;
}

const study = await bundle("bench/overhead/study-process.ts");
const worker = await bundle("test/support/scripted-worker.ts");
const rows = outputOf(process.execPath, [study, trials, workers, worker]);
console.log(
  `# Overhead of a trial\n\n${machineLine()}, \`npx tsx bench/overhead.ts --trials ${trials} --workers ${workers}\`\n`,
);
console.log(`| trials | trials per second |\n|---|---|\n${rows}`);

if (python !== undefined) {
  const script = fileURLToPath(new URL("overhead/optuna_overhead.py", import.meta.url));
  try {
    console.log(outputOf(python, [script, trials]));
  } catch (error) {
    console.log(`Optuna could not be measured: ${String(error)}`);
  }
}
