/**
 * Optimizer steps per second on a GPU over all lanes, beside PyTorch's nn.LSTM (cuDNN) one after another and in several
 * processes, and beside the kernels for CPUs on all cores. Correctness comes first: a failed step ends it with code 1, and so does
 * a machine without a GPU.
 *
 *   npx tsx bench/gpu.ts [--python PYTHON] [--hidden 64,32,16,128] [--lanes 1,8,32,128,264,528] [--fast 128,528] [--window 64]
 *     [--seconds 3]
 *
 * `--fast`: lanes of `precision: fast` (TF32 on tensor cores). PYTHON is a Python with torch. No further size is begun after `--minutes` (7). `--small` checks small models, for a try
 * with the driver in software. Prints Markdown. On a machine without Node: bench/gpu/pack.sh here, bench/gpu/run.sh there.
 */
import { execFileSync, spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { machineLine } from "./machine.ts";
import { loadCuda } from "../worker/engines/cuda.ts";
import { checkGpu, stepsPerSecond } from "../worker/engines/cuda-check.ts";
import { loadEngine } from "../worker/engines/registry.ts";
import { EngineUnavailable } from "../worker/engines/unavailable.ts";

const { values: options } = parseArgs({
  options: {
    python: { type: "string" },
    hidden: { type: "string", default: "64,32,16,128" },
    lanes: { type: "string", default: "1,8,32,128,264,528" },
    fast: { type: "string", default: "128,528" },
    window: { type: "string", default: "64" },
    seconds: { type: "string", default: "3" },
    minutes: { type: "string", default: "7" },
    small: { type: "boolean", default: false },
    core: { type: "string" },
  },
});
const window = Number(options.window);
const seconds = Number(options.seconds);
const list = (text: string): number[] => text.split(",").map(Number);
const timed = (hidden: number) => ({ hidden, window, samples: 320, seconds });

/** Processes, and whether cuDNN may use TF32, which PyTorch lets it by default. */
const torchRuns = [
  [1, false],
  [1, true],
  [4, true],
  [8, true],
] as const;

if (options.core === undefined) await main().catch(unavailable);
else console.log(await stepsPerSecond(await loadEngine("fused"), 1, timed(Number(options.core))));

async function main(): Promise<void> {
  await check();
  const cuda = loadCuda();
  const fast = loadCuda("fast");
  console.log(
    `\n${cuda.info.device} (${cuda.info.version}); T${window}, batch 32, 8 inputs; steps per second\n`,
  );
  const hasFast = fast.info.backend === "cuda-tf32";
  const fastLanes = hasFast ? list(options.fast) : [];
  const columns = [
    "hidden",
    ...list(options.lanes).map((lanes) => `${lanes} lanes`),
    ...fastLanes.map((lanes) => `${lanes} lanes, fast`),
    ...others(),
  ];
  console.log(`| ${columns.join(" | ")} |\n|${columns.map(() => "---:|").join("")}`);
  const notes = hasFast ? [] : [`precision fast: not measured, ${fast.info.device}.`];
  if (options.python === undefined) notes.push("PyTorch: not measured, no --python.");
  for (const hidden of list(options.hidden)) {
    if (performance.now() > Number(options.minutes) * 60_000) {
      notes.push(`H${hidden}: not measured, the time was up.`);
      continue;
    }
    const lanes = list(options.lanes);
    const ours: number[] = [];
    for (const count of lanes) ours.push(await stepsPerSecond(cuda, count, timed(hidden)));
    const ofFast: number[] = [];
    for (const count of fastLanes) ofFast.push(await stepsPerSecond(fast, count, timed(hidden)));
    const theirs = options.python === undefined ? [] : torch(options.python, hidden);
    const cores = await allCores(hidden);
    const cells = [...ours, ...ofFast, ...theirs, cores].map((rate) =>
      Number.isNaN(rate) ? "failed" : Math.round(rate),
    );
    console.log(`| ${[hidden, ...cells].join(" | ")} |`);
    const wide = lanes.indexOf(128);
    if (hidden === 64 && wide >= 0) notes.push(targets(ours[wide]!, theirs, cores));
    const both = fastLanes.find((count) => lanes.includes(count));
    if (both !== undefined) {
      const times = ofFast[fastLanes.indexOf(both)]! / ours[lanes.indexOf(both)]!;
      notes.push(
        `H${hidden}: precision fast makes ${times.toPrecision(3)} times the steps with ${both} lanes.`,
      );
    }
  }
  cuda.dispose();
  fast.dispose();
  console.log(`\n${notes.join("\n")}`);
  console.log(`\n${machineLine()}`);
}

/** Without a GPU nothing is measured, and that is what the output says. */
function unavailable(error: unknown): void {
  if (!(error instanceof EngineUnavailable)) throw error;
  console.log(`Nothing was checked or measured: ${error.message}.`);
  process.exitCode = 1;
}

/** How 128 lanes of H64 stand to what is wanted. */
function targets(ours: number, theirs: readonly number[], cores: number): string {
  const times = (other: number): string => `${(ours / other).toPrecision(3)} times`;
  const rates = theirs.filter((rate) => rate > 0);
  const torchWords =
    rates.length < theirs.length || rates.length === 0
      ? ["PyTorch was not measured"]
      : [
          `${times(rates[1]!)} PyTorch one after another (wanted: 20)`,
          `${times(Math.max(...rates))} its best number of processes (wanted: 5)`,
        ];
  const cpu = `${times(cores)} all ${availableParallelism()} cores with the kernels for CPUs (wanted: 3)`;
  return `128 lanes of H64: ${[...torchWords, cpu].join(", ")}.`;
}

async function check(): Promise<void> {
  const size = options.small ? "small" : "full";
  await checkGpu(
    loadCuda,
    await loadEngine("fused"),
    { seconds: 0.2, lanes: 12, size },
    ({ name, ok, found }) => {
      console.log(`- ${ok ? "ok" : "WRONG"}: ${name}: ${found}`);
      if (!ok) process.exit(1);
    },
  );
}

function others(): string[] {
  const processes = torchRuns.map(
    ([count, tf32]) => `PyTorch, ${count} process${count === 1 ? "" : "es"}${tf32 ? ", TF32" : ""}`,
  );
  return [...(options.python === undefined ? [] : processes), `CPU, ${availableParallelism()} cores`];
}

function torch(python: string, hidden: number): number[] {
  const script = fileURLToPath(new URL("./gpu/torch-lstm.py", import.meta.url));
  return torchRuns.map(([processes, tf32]) => {
    const args = [script, hidden, window, seconds, processes, Number(tf32)].map(String);
    try {
      return Number(execFileSync(python, args, { encoding: "utf8", timeout: 90_000 }));
    } catch {
      return NaN; // its reason is on standard error
    }
  });
}

/** The kernels for CPUs, a process a core. */
async function allCores(hidden: number): Promise<number> {
  const self = fileURLToPath(import.meta.url);
  const args = ["--import", "tsx", self, "--core", String(hidden), "--window", options.window];
  const rates = Array.from({ length: availableParallelism() }, async () => {
    const child = spawn(process.execPath, [...args, "--seconds", options.seconds]);
    let text = "";
    for await (const chunk of child.stdout) text += String(chunk);
    return Number(text);
  });
  return (await Promise.all(rates)).reduce((sum, rate) => sum + rate, 0);
}
