/**
 * The quick form of every bench, one after another; each prints Markdown and can be run alone for the full form.
 *
 *   npm run bench                       with PyTorch and Optuna beside: npm run bench -- --python PYTHON
 *
 * The search benches need recorded benchmarks: SEQTUNE_BENCHMARKS, or ../shared/benchmarks where it is there;
 * without them they say where to get them.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { python: { type: "string" } } });
const python = values.python === undefined ? [] : ["--python", values.python];
const benchmarks = process.env["SEQTUNE_BENCHMARKS"] ?? "../shared/benchmarks";
const recorded = ["--benchmarks", benchmarks];

const benches: readonly (readonly [string, ...string[]])[] = [
  ["train.ts", "--seconds", "5", ...python],
  ["overhead.ts", "--trials", "3000", ...python],
  ["leaderboard.ts"],
  ...(existsSync(benchmarks)
    ? ([
        ["search.ts", "--quick", ...recorded],
        ["search-pruners.ts", "--seeds", "100", ...recorded],
      ] as const)
    : []),
];

for (const [file, ...args] of benches) {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const { status } = spawnSync(process.execPath, ["--import", "tsx", script, ...args], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
  console.log();
}
if (!existsSync(benchmarks))
  console.log(`No recorded benchmarks at ${benchmarks}: see bench/search.ts for their source.`);
