/**
 * Checks the engine tfjs-node, whose LSTM layers run as TensorFlow's own ops, against the fused engine: ten steps of
 * several networks, losses and weights. Exit code 1 where they do not agree.
 *
 *   SEQTUNE_TFJS_NODE=FOLDER npx tsx bench/tfjs-node.ts
 *
 * FOLDER holds `node_modules/@tensorflow/tfjs-node`, built for this machine; it need not belong to this project.
 * Prints Markdown (bench/results/tfjs-node.md).
 */
import * as tf from "@tensorflow/tfjs-core";
import { rngFor } from "../search/random.ts";
import type { SequenceSet } from "../worker/data/outputs/sequences.ts";
import type { Engine, NamedWeights } from "../worker/engines/engine.ts";
import { FusedEngine } from "../worker/engines/fused.ts";
import { loadEngine } from "../worker/engines/registry.ts";
import { modelSettingsSchema, type ModelSettings } from "../worker/protocol/model-settings.ts";
import { machineLine } from "./machine.ts";
import { takeFrom } from "./train/other-package.ts";

const folder = process.env["SEQTUNE_TFJS_NODE"];
if (folder === undefined) throw new Error("set SEQTUNE_TFJS_NODE to a folder with @tensorflow/tfjs-node");
takeFrom(folder, "@tensorflow/tfjs-node");

const native = await loadEngine("tfjs-node");
const fused = new FusedEngine();
const tolerance = 1e-4;

interface Trained {
  readonly losses: readonly number[];
  readonly weights: readonly NamedWeights[];
}

async function train(engine: Engine, model: ModelSettings, set: SequenceSet): Promise<Trained> {
  const losses: number[] = [];
  let weights: readonly NamedWeights[] = [];
  await engine.train(
    { model, train: set, seed: 3, epochs: 5 },
    {
      onStep: (_, loss) => losses.push(loss),
      onEpoch: (_, live) => {
        weights = live.weights();
        return Promise.resolve("go on");
      },
    },
    new AbortController().signal,
  );
  return { losses, weights };
}

/** Two batches of 32 windows of noise; the target is the mean of the first feature. */
function noise(window: number, features: number): SequenceSet {
  const rng = rngFor(1, "noise");
  const values = Float32Array.from({ length: (64 + window) * features }, () => rng.normal());
  const starts = Int32Array.from({ length: 64 }, (_, sample) => sample);
  const mean = (start: number): number =>
    Array.from({ length: window }, (_, t) => values[(start + t) * features]!).reduce((a, b) => a + b) /
    window;
  return { values, features, window, starts, targets: Float32Array.from(starts, mean), outputs: 1 };
}

/** Largest difference, relative to the largest figure. */
function distance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  const scale = Math.max(...Array.from(expected, Math.abs));
  return Math.max(...Array.from(expected, (value, i) => Math.abs(found[i]! - value))) / scale;
}

const cases = [
  { window: 32, model: { hidden: 32 } },
  { window: 32, model: { hidden: 64, layers: 2 } },
  { window: 96, model: { hidden: 128, layers: 2 } },
  { window: 32, model: { hidden: [16, 8], layers: 2, bidirectional: true } },
  { window: 32, model: { hidden: 16, layers: 2, dropout: 0.2, l2: 0.01, clip_norm: 0.1 } },
  { window: 32, model: { hidden: 16, dropout: 0.2, recurrent_dropout: 0.2 } },
  { window: 32, model: { hidden: 16, cell: "gru" } },
];

console.log(`# The engine tfjs-node

${machineLine()}. \`SEQTUNE_TFJS_NODE=… npx tsx bench/tfjs-node.ts\`
Backend ${native.info.backend} of tfjs-node, device ${native.info.device}. Ten steps of batches of 32, 8 features, against the fused engine (${fused.info.backend}); differences are the largest, relative to the largest figure; allowed: ${tolerance}. LSTM layers without recurrent
dropout run as one op (BlockLSTMV2, BlockLSTMGradV2), the others as tf.layers.

| window | network | losses differ by | weights differ by |
|---|---|---|---|`);

let worst = 0;
for (const { window, model: given } of cases) {
  const model = modelSettingsSchema.parse({ ...given, batch_size: 32 });
  const set = noise(window, 8);
  const expected = await train(fused, model, set);
  const found = await train(native, model, set);
  const losses = distance(found.losses, expected.losses);
  const weights = Math.max(...expected.weights.map(({ data }, i) => distance(found.weights[i]!.data, data)));
  worst = Math.max(worst, losses, weights);
  const name = JSON.stringify(given).replaceAll('"', "");
  console.log(`| ${window} | ${name} | ${losses.toExponential(1)} | ${weights.toExponential(1)} |`);
}
const tensors = tf.memory().numTensors;
console.log(`\nTensors left behind: ${tensors}.`);
process.exitCode = worst < tolerance && tensors === 0 ? 0 : 1;
