/**
 * A whole sweep, ours beside one by Optuna and PyTorch (bench/sweep/optuna_sweep.py), in turns, each with two worker
 * processes of one thread: ETTh1, all seven columns in, the next value of OT out, windows of 48, batches of 64.
 *
 *   npm run build && npx tsx bench/sweep.ts --python PYTHON [--seeds 5] [--part fixed|free]
 *
 * fixed: the same eight configurations × 3 epochs: wall time from the start of the command to its end. free: TPE and the
 * median rule, 24 trials × 8 epochs: when ours first reports a value as good as the other's best of all, as a share of
 * the other's whole time. PYTHON is a Python with torch and optuna. Prints Markdown.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { machineLine } from "./machine.ts";

const { values: options } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    seeds: { type: "string", default: "5" },
    part: { type: "string" },
  },
});

const program = fileURLToPath(new URL("../bin/seqtune.js", import.meta.url));
const other = fileURLToPath(new URL("sweep/optuna_sweep.py", import.meta.url));
const file = fileURLToPath(new URL("../data/ETTh1.csv", import.meta.url));

type Kind = "fixed" | "free";
/** Seconds since the command began, and the mean squared error in the column's units. */
type Reported = readonly [seconds: number, error: number];
interface Sweep {
  readonly reports: readonly Reported[];
  readonly seconds: number;
}

const common = `
metric: { name: val_mse }
data:
  file: ${file}
  time: date
  targets: [OT]
  window: 48
  horizon: 1
  predict: value
  inputs: value
  split: { train: 8640, validation: 2880 }
model: { batch_size: 64 }
workers: 2
`;

const sweeps: Readonly<Record<Kind, string>> = {
  fixed: `${common}method: grid
parameters:
  hidden: { values: [32, 64] }
  layers: { values: [1, 2] }
  learning_rate: { values: [0.001, 0.003] }
budget: { epochs: 3 }
`,
  free: `${common}method: tpe
parameters:
  hidden: { values: [32, 64] }
  layers: { values: [1, 2] }
  dropout: { min: 0.0, max: 0.5 }
  learning_rate: { min: 0.0003, max: 0.03, distribution: log_uniform }
budget: { trials: 24, epochs: 8 }
early_terminate: { type: median, min_epochs: 2 }
`,
};

const eventSchema = z.object({
  kind: z.string(),
  metrics: z.object({ val_rmse_raw: z.number().nullable() }).optional(),
});

async function ours(kind: Kind, seed: number): Promise<Sweep> {
  const folder = mkdtempSync(path.join(tmpdir(), "seqtune-bench-"));
  try {
    const sweep = path.join(folder, "sweep.yaml");
    writeFileSync(sweep, `name: bench\nseed: ${seed}\n${sweeps[kind]}`);
    const begun = performance.now();
    const since = (): number => (performance.now() - begun) / 1000;
    const reports: Reported[] = [];
    const child = spawn(
      process.execPath,
      [program, "run", sweep, "--json", "--db", path.join(folder, "s.db")],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    for await (const line of createInterface({ input: child.stdout })) {
      const event = eventSchema.parse(JSON.parse(line));
      const error = event.kind === "report" ? event.metrics?.val_rmse_raw : undefined;
      if (typeof error === "number") reports.push([since(), error ** 2]);
    }
    const code = await ended;
    if (code !== 0) throw new Error(`seqtune run ended with ${code}`);
    return { reports, seconds: since() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const sweepSchema = z.object({
  torch: z.string(),
  optuna: z.string(),
  reports: z.array(z.tuple([z.number(), z.number()])),
  seconds: z.number(),
});

function theirs(kind: Kind, seed: number): z.infer<typeof sweepSchema> {
  const epochs = kind === "fixed" ? 3 : 8;
  const args = [other, file, "--kind", kind, "--seed", String(seed), "--epochs", String(epochs)];
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(options.python, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${options.python} ended with ${status}: ${stderr.slice(-500)}`);
  const sweep = sweepSchema.parse(JSON.parse(stdout));
  versions = `PyTorch ${sweep.torch}, Optuna ${sweep.optuna}`;
  return { ...sweep, seconds: (performance.now() - begun) / 1000 };
}

/** Versions of the other side, once it has run. */
let versions = "";

const bestOf = ({ reports }: Sweep): number => Math.min(...reports.map(([, error]) => error));

async function fixedPart(rounds: number): Promise<void> {
  console.log("| round | Optuna + PyTorch, s | seqtune, s | times as fast |\n|---|---|---|---|");
  const pairs: (readonly [number, number])[] = [];
  for (let round = 1; round <= rounds; round++) {
    const pair = [theirs("fixed", round).seconds, (await ours("fixed", round)).seconds] as const;
    pairs.push(pair);
    console.log(
      `| ${round} | ${pair[0].toFixed(1)} | ${pair[1].toFixed(1)} | ${(pair[0] / pair[1]).toFixed(2)} |`,
    );
  }
  const lowest = (side: 0 | 1): number => Math.min(...pairs.map((pair) => pair[side]));
  console.log(
    `| lowest | ${lowest(0).toFixed(1)} | ${lowest(1).toFixed(1)} | ${(lowest(0) / lowest(1)).toFixed(2)} |\n`,
  );
}

async function freePart(seeds: number): Promise<void> {
  console.log(
    "| seed | Optuna + PyTorch: best, after s, of s | seqtune: as good after s | share of its time to it | best, of s |\n|---|---|---|---|---|",
  );
  for (let seed = 1; seed <= seeds; seed++) {
    const them = theirs("free", seed);
    const us = await ours("free", seed);
    const goal = bestOf(them);
    const reached = them.reports.find(([, error]) => error <= goal)![0];
    const matched = us.reports.find(([, error]) => error <= goal)?.[0];
    const share = matched === undefined ? "never" : (matched / reached).toFixed(2);
    const cells = [
      seed,
      `${goal.toFixed(3)}, ${reached.toFixed(1)}, ${them.seconds.toFixed(1)}`,
      matched?.toFixed(1) ?? "never",
      share,
      `${bestOf(us).toFixed(3)}, ${us.seconds.toFixed(1)}`,
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}

const seeds = Number(options.seeds);
if (options.part !== "free") await fixedPart(Math.min(seeds, 3));
if (options.part !== "fixed") await freePart(seeds);
console.log(`\n${machineLine()}; ${versions}, two processes of one thread each`);
