/**
 * The process that bench/overhead.ts measures: a study of trials that train nothing, with workers in processes of their own.
 * Writes rows of a table, and what its own processor was busy for.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { StudyEvents } from "../../orchestrator/events.ts";
import { medianPruner } from "../../search/pruners/percentile.ts";
import { runScripted } from "../../test/support/scripted-study.ts";

const trials = Number(process.argv[2]);
const workers = Number(process.argv[3]);
/** The workers' program. */
const entry = process.argv[4]!;
const blockSize = Math.min(1000, trials);

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
// Judged like a real sweep, but with a rule that stops no trial: what counts here is the work.
const pruner = medianPruner("val_mse", { min_epochs: 10, min_trials: 1_000_000, interval: 1 });
await runScripted(path.join(folder, "overhead.db"), { trials, epochs: 10, workers, entry, events, pruner });
rmSync(folder, { recursive: true, force: true });

const rate = (from: number, to: number): number => ((to - from) * 1000) / (ended[to - 1]! - ended[from]!);
console.log(`| all ${trials}, from the first trial's end | ${rate(0, trials).toFixed(0)} |`);
for (const start of [0, trials - blockSize]) {
  const end = start + blockSize;
  console.log(`| number ${start} to ${end} | ${rate(start, end).toFixed(0)} |`);
}
const { user, system } = last!;
console.log(
  `\nProcessor ms a trial, of the coordinator alone: ${[user, system].map((us) => (us / 1000 / (trials - 1)).toFixed(2)).join(" user + ")} system`,
);
