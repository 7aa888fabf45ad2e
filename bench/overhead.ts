/**
 * What a trial costs beside its training: trials that train nothing, 10 reports each, through real worker
 * processes, every report committed in SQLite before it is acknowledged.
 *
 *   npx tsx bench/overhead.ts [--trials 20000] [--workers 2] [--python python3]
 *
 * With `--python`, Optuna does the same amount of work in its own storages (bench/overhead/optuna_overhead.py).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { StudyEvents } from "../orchestrator/events.ts";
import { medianPruner } from "../search/pruners/percentile.ts";
import { runScripted } from "../test/support/scripted-study.ts";
import { machineLine } from "./machine.ts";

const { values } = parseArgs({
  options: {
    trials: { type: "string", default: "20000" },
    workers: { type: "string", default: "2" },
    python: { type: "string" },
  },
});
const trials = Number(values.trials);
const workers = Number(values.workers);
const blockSize = 1000;

const folder = mkdtempSync(path.join(tmpdir(), "seqtune-overhead-"));
const ended: number[] = [];
const events = new StudyEvents();
let first: NodeJS.CpuUsage | undefined;
let last: NodeJS.CpuUsage | undefined;
events.on((event) => {
  if (event.kind !== "trial_ended") return;
  ended.push(performance.now());
  if (ended.length === 1) first = process.cpuUsage();
  if (ended.length === trials) last = process.cpuUsage(first);
});
const scripted = { trials, epochs: 10, workers, events };
// Judged like a real sweep, but with a rule that stops no trial: what counts here is the work.
const pruner = medianPruner("val_mse", { min_epochs: 10, min_trials: 1_000_000, interval: 1 });
await runScripted(path.join(folder, "overhead.db"), { ...scripted, pruner });
rmSync(folder, { recursive: true, force: true });

const rate = (from: number, to: number): number => ((to - from) * 1000) / (ended[to - 1]! - ended[from]!);
console.log(
  `# Overhead of a trial\n\n${machineLine()}, \`npx tsx bench/overhead.ts --trials ${trials} --workers ${workers}\`\n`,
);
console.log(`| trials | trials per second |\n|---|---|`);
console.log(`| all ${trials}, from the first trial's end | ${rate(0, trials).toFixed(0)} |`);
for (const start of [0, trials - blockSize]) {
  const end = start + blockSize;
  console.log(`| number ${start} to ${end} | ${rate(start, end).toFixed(0)} |`);
}

const { user, system } = last!;
console.log(
  `\nProcessor ms a trial, of the coordinator alone: ${[user, system].map((us) => (us / 1000 / (trials - 1)).toFixed(2)).join(" user + ")} system`,
);

if (values.python !== undefined) {
  const script = fileURLToPath(new URL("overhead/optuna_overhead.py", import.meta.url));
  const result = spawnSync(values.python, [script], { encoding: "utf8" });
  console.log(result.status === 0 ? result.stdout : `Optuna could not be measured: ${result.stderr.trim()}`);
}
