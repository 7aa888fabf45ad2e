/**
 * How long a training step takes, beside PyTorch and tf.layers on WebAssembly, all on one thread and in turns.
 *
 *   npx tsx bench/train.ts [--python PYTHON] [--rounds 40] [--seconds 20] [--all]
 *
 * PYTHON is a Python with torch; without it that column is missing. `--all` adds the shapes that show no shape is a
 * trap. `--seconds`: at most this long per shape. Prints Markdown.
 */
import { parseArgs } from "node:util";
import { machineLine } from "./machine.ts";
import { loadEngine } from "../worker/engines/registry.ts";
import { loadFastestNative } from "../worker/lstm/native.ts";
import { MachineShop } from "../worker/lstm/machine.ts";
import { type Contender, native, type Shape, tfLayers, wasm } from "./train/contenders.ts";
import { operationsOf, peakOf } from "./train/peak.ts";
import { takeTurns, type Timing } from "./train/rounds.ts";
import { Torch } from "./train/pytorch.ts";

const { values: options } = parseArgs({
  options: {
    python: { type: "string" },
    rounds: { type: "string", default: "40" },
    seconds: { type: "string", default: "20" },
    all: { type: "boolean", default: false },
  },
});

const features = 8;
const shapes: Shape[] = [
  { window: 32, hidden: 32, layers: 1, batch: 32, features },
  { window: 32, hidden: 64, layers: 2, batch: 32, features },
  { window: 96, hidden: 128, layers: 2, batch: 32, features },
];
const further: Shape[] = [
  { window: 32, hidden: 8, layers: 1, batch: 32, features },
  { window: 32, hidden: 256, layers: 1, batch: 32, features },
  { window: 32, hidden: 32, layers: 1, batch: 8, features },
  { window: 32, hidden: 32, layers: 1, batch: 256, features },
  { window: 32, hidden: 8, layers: 1, batch: 8, features },
  { window: 32, hidden: 256, layers: 1, batch: 256, features },
  { window: 32, hidden: 64, layers: 2, batch: 32, features, cell: "gru" },
  { window: 32, hidden: 64, layers: 2, batch: 32, features, cell: "rnn" },
  { window: 32, hidden: 64, layers: 2, batch: 32, features, bidirectional: true },
  { window: 32, hidden: 64, layers: 2, batch: 32, features, lengths: true },
];

const shop = new MachineShop();
const library = loadFastestNative();
const peak = peakOf(library.target);
// PyTorch's lowest times differ from process to process, up to twofold: several take part.
const torchProcesses: Torch[] = [];
if (options.python !== undefined) {
  for (let i = 0; i < 3; i++) torchProcesses.push(await Torch.start(options.python));
}
await loadEngine("tfjs-wasm");

console.log(`${machineLine()}\n`);
console.log(`Node ${process.version}, native ${library.description}, WebAssembly ${shop.build} SIMD`);
if (torchProcesses[0])
  console.log(`PyTorch ${torchProcesses[0].version}, ${torchProcesses.length} processes`);
console.log(
  `One core does at most ${(peak / 1e9).toFixed(0)} GFLOP/s with these vectors; "of peak": the share that the products of a native step reach, by the lowest.`,
);
console.log(
  "\nMilliseconds a step, lowest (median); times: how many times faster, by the lowest (by the medians).\n",
);
console.log(
  "| T, H, L, batch | native | of peak | WebAssembly | PyTorch | tf.layers | PyTorch / native | PyTorch / WebAssembly | tf.layers / native |",
);
console.log("|---|---|---|---|---|---|---|---|---|");
for (const shape of options.all ? [...shapes, ...further] : shapes) {
  const [ours, wasmTiming, py, tf] = await measure(shape);
  const { window, hidden, layers, batch } = shape;
  const cells = [
    `T${window} H${hidden} L${layers} B${batch}${kindOf(shape)}`,
    shown(ours),
    ours ? `${((operationsOf(shape) / ours.lowest / 1e-3 / peak) * 100).toFixed(0)}%` : "",
    ...[wasmTiming, py, tf].map(shown),
    times(py, ours),
    times(py, wasmTiming),
    times(tf, ours),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}
for (const torch of torchProcesses) await torch.close();

async function measure(shape: Shape): Promise<(Timing | undefined)[]> {
  const contenders: Contender[] = [native(shape, library), wasm(shape, shop), tfLayers(shape)];
  for (const torch of torchProcesses) contenders.push(await torch.contender(shape));
  const timings = await takeTurns(contenders, Number(options.rounds), Number(options.seconds) * 1000);
  for (const contender of contenders) contender.dispose();
  return ["native", "WebAssembly", "PyTorch", "tf.layers"].map((name) => timings.get(name));
}

function kindOf({ cell, bidirectional, lengths }: Shape): string {
  const words = [cell?.toUpperCase(), bidirectional && "both directions", lengths && "lengths"];
  return words
    .filter(Boolean)
    .map((word) => ` ${String(word)}`)
    .join("");
}

function shown(timing: Timing | undefined): string {
  return timing ? `${timing.lowest.toPrecision(3)} (${timing.median.toPrecision(3)})` : "";
}

function times(slow: Timing | undefined, fast: Timing | undefined): string {
  if (!slow || !fast) return "";
  const ratio = (a: number, b: number): string => (a / b).toFixed(2);
  return `${ratio(slow.lowest, fast.lowest)} (${ratio(slow.median, fast.median)})`;
}
