/**
 * This build beside an older one: are recorded sweeps the same to the last bit, and what does a trial cost in either?
 *
 *   git worktree add ../old b1eca76 && (cd ../old && npm ci)
 *   npm run build && npx tsx bench/beside-old.ts ../old [--rounds 3] [--trials 3000] [--benchmarks DIR]
 *
 * Sweeps: one worker, methods and rules of both builds, every report compared; by SGD on TensorFlow.js, where nothing of the
 * arithmetic has changed since b1eca76, and by Adam on the default engine, whose kernels and formulas round differently now.
 * Cost: bench/overhead.ts of each build, in turns. With --benchmarks also bench/search.ts --quick of each. Prints Markdown; exit
 * code 1 where a sweep of the first kind differs, but for `bayes`, which has learned of noise since then.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { machineLine } from "./machine.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "3" },
    trials: { type: "string", default: "3000" },
    benchmarks: { type: "string" },
  },
});
const [old] = positionals;
if (old === undefined) throw new Error("name the folder of the older build, with its node_modules");
const builds = { old: path.resolve(old), new: fileURLToPath(new URL("..", import.meta.url)) };

const kinds = [
  { engine: "tfjs-cpu", optimizer: "sgd" },
  { engine: "auto", optimizer: "adam" },
] as const;
type Kind = (typeof kinds)[number];

const methods = ["random", "sobol", "grid", "tpe", "bayes"];
const rules = [
  "",
  "early_terminate: {type: median, min_epochs: 2, min_trials: 3}",
  "early_terminate: {type: asha}",
];

function output(folder: string, command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0)
    throw new Error(`${folder}: ${command} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

const eventSchema = z.looseObject({ kind: z.string() });
const reportSchema = z.object({ trial: z.int(), epoch: z.int(), value: z.number().nullable() });

type Report = z.infer<typeof reportSchema>;

/** Every report of a sweep, in their order. */
function reports(build: string, sweep: string, db: string, { engine }: Kind): readonly Report[] {
  const program = path.join(build, "bin", "seqtune.js");
  const args = ["run", sweep, "--db", db, "--json", "--no-model", "--engine", engine];
  const events = output(build, process.execPath, [program, ...args])
    .split("\n")
    .filter(Boolean);
  return events.flatMap((line) => {
    const event = eventSchema.parse(JSON.parse(line));
    return event.kind === "report" ? [reportSchema.parse(event)] : [];
  });
}

function writeSweep(folder: string, method: string, rule: string, { optimizer }: Kind): string {
  const rows = Array.from({ length: 200 }, (_, t) => (Math.sin(t / 5) + 0.1 * Math.sin(t * t)).toFixed(6));
  writeFileSync(path.join(folder, "y.csv"), `y\n${rows.join("\n")}\n`);
  const file = path.join(folder, "sweep.yaml");
  const rate =
    method === "grid" ? "{values: [0.001, 0.01]}" : "{min: 0.0001, max: 0.1, distribution: log_uniform}";
  const text = `name: beside
method: ${method}
seed: 7
data: {file: y.csv, targets: [y], window: 8}
model: {optimizer: ${optimizer}}
parameters:
  hidden: {values: [3, 4]}
  batch_size: {values: [16, 32]}
  learning_rate: ${rate}
budget: {trials: ${method === "grid" ? 8 : 10}, epochs: 3}
${rule}
workers: 1
`;
  writeFileSync(file, text);
  return file;
}

/** How much two values differ, as a share; infinite where only one of them is finite. */
function distance(one: number | null, other: number | null): number {
  if (one === other) return 0;
  return one === null || other === null ? Infinity : Math.abs(one / other - 1);
}

/** The same sweep in both builds. */
function compared(method: string, rule: string, kind: Kind): string {
  const folder = mkdtempSync(path.join(tmpdir(), "seqtune-beside-"));
  try {
    const sweep = writeSweep(folder, method, rule, kind);
    const before = reports(builds.old, sweep, path.join(folder, "old.db"), kind);
    const now = reports(builds.new, sweep, path.join(folder, "new.db"), kind);
    const place = ({ trial, epoch }: Report): string => `${trial}.${epoch}`;
    const apart = now.findIndex((one, at) => before[at] === undefined || place(before[at]) !== place(one));
    if (apart >= 0 || before.length !== now.length) {
      if (kind === kinds[0] && method !== "bayes") process.exitCode = 1;
      return `${before.length} reports before, ${now.length} now; others from report ${apart + 1} on`;
    }
    const most = Math.max(...now.map(({ value }, at) => distance(value, before[at]!.value)));
    if (most === 0) return `${now.length} reports, the same to the last bit`;
    if (kind === kinds[0] && method !== "bayes") process.exitCode = 1;
    return `${now.length} reports of the same trials and epochs; values differ by up to ${most.toExponential(1)}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

console.log(
  `${machineLine()}\n\n| engine | optimizer | method | early termination | result |\n| --- | --- | --- | --- | --- |`,
);
for (const kind of kinds) {
  for (const method of methods) {
    for (const rule of rules) {
      const words = rule.replace("early_terminate: ", "") || "none";
      const result = compared(method, rule, kind);
      console.log(`| ${kind.engine} | ${kind.optimizer} | ${method} | ${words} | ${result} |`);
    }
  }
}

for (let round = 1; round <= Number(values.rounds); round++) {
  for (const [name, folder] of Object.entries(builds)) {
    const args = ["tsx", "bench/overhead.ts", "--trials", values.trials, "--workers", "2"];
    console.log(`\n## Overhead, ${name} build, round ${round}\n\n${output(folder, "npx", args)}`);
  }
}

if (values.benchmarks !== undefined) {
  for (const [name, folder] of Object.entries(builds)) {
    const args = ["tsx", "bench/search.ts", "--quick", "--benchmarks", path.resolve(values.benchmarks)];
    console.log(`\n## Search, ${name} build\n\n${output(folder, "npx", args)}`);
  }
}
