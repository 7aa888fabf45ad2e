/**
 * A CSV file of 1,000,000 rows × 10 columns, from its bytes on the disk to the first window: reading it, cutting and scaling
 * windows of 48 rows (stride 10). Beside it pandas.read_csv with windows by NumPy that do the same.
 *
 *   npx tsx bench/reading.ts [--rows 1000000] [--python PYTHON]
 *
 * Each runs in a process of its own, three times in turn; the least wall time counts, with the processor time of that run. Neither has
 * the start of the process or the loading of modules in it.
 * Prints Markdown (bench/results/reading.md).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { rngFor } from "../search/random.ts";
import { readTable } from "../worker/data/file/table.ts";
import { prepareData } from "../worker/data/prepare.ts";
import { dataSettingsSchema } from "../worker/protocol/data-settings.ts";
import { machineLine } from "./machine.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    python: { type: "string" },
    /** Internal: read this file, and say what it took. */
    read: { type: "string" },
  },
});

interface Took {
  readonly windows: number;
  readonly seconds: number;
  readonly processor: number;
  readonly megabytes: number;
}

function readHere(file: string): Took {
  const start = performance.now();
  const before = process.cpuUsage();
  const settings = dataSettingsSchema.parse({ targets: ["y"], window: 48, horizon: 1, stride: 10 });
  const { train } = prepareData(readTable(readFileSync(file), {}), settings);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  const megabytes = process.resourceUsage().maxRSS / 1024;
  return { windows: train.starts.length, seconds, processor: (user + system) / 1e6, megabytes };
}

function writeData(file: string, rows: number): void {
  const rng = rngFor(1, "bench");
  const lines = ["y,a,b,c,d,e,f,g,h,i"];
  for (let row = 0; row < rows; row++)
    lines.push(Array.from({ length: 10 }, () => (100 * rng.normal()).toFixed(3)).join(","));
  writeFileSync(file, `${lines.join("\n")}\n`);
}

function took(command: string, args: readonly string[]): Took {
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Took; // printed by readHere, or by peer.py in the same form
}

function line(name: string, { seconds, processor, megabytes, windows }: Took): string {
  return `| ${name} | ${seconds.toFixed(2)} s | ${processor.toFixed(2)} s | ${megabytes.toFixed(0)} MB | ${windows} |`;
}

function compare(): void {
  const folder = mkdtempSync(path.join(tmpdir(), "seqtune-reading-"));
  const file = path.join(folder, "wide.csv");
  try {
    writeData(file, Number(values.rows));
    const own = [...process.execArgv, fileURLToPath(import.meta.url), "--read", file];
    const peer = fileURLToPath(new URL("reading/peer.py", import.meta.url));
    const found = new Map<string, Took[]>();
    for (let turn = 0; turn < 3; turn++) {
      const turns: [string, Took][] = [["seqtune", took(process.execPath, own)]];
      if (values.python !== undefined) turns.push(["pandas and NumPy", took(values.python, [peer, file])]);
      for (const [name, one] of turns) found.set(name, [...(found.get(name) ?? []), one]);
    }
    const size = (statSync(file).size / 1e6).toFixed(0);
    console.log(`# Reading\n\n${machineLine()}. ${values.rows} rows × 10 columns of numbers, ${size} MB.\n`);
    console.log("| | wall | processor | most memory | training windows |");
    console.log("|---|---|---|---|---|");
    for (const [name, all] of found)
      console.log(line(name, all.toSorted((a, b) => a.seconds - b.seconds)[0]!));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (values.read === undefined) compare();
else console.log(JSON.stringify(readHere(values.read)));
