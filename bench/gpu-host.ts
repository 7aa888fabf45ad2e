/**
 * What the host does for each lane and epoch on a GPU: the engine cuda over a device that computes nothing; then over one that
 * is busy for a while. Processor time, so that other load on the machine does not count.
 *
 *   npx tsx bench/gpu-host.ts [--lanes 128] [--epochs 20] [--steps 50]
 */
import { parseArgs } from "node:util";
import { machineLine } from "./machine.ts";
import { CudaEngine } from "../worker/engines/cuda.ts";
import type { EpochResult, LiveModel } from "../worker/engines/engine.ts";
import { prepareData } from "../worker/data/prepare.ts";
import type { PreparedData } from "../worker/data/prepared.ts";
import { idleDevice } from "../test/support/idle-device.ts";
import type { ModelSettings } from "../worker/protocol/model-settings.ts";
import { trialSettingsSchema } from "../worker/protocol/settings.ts";
import { scoreEpoch } from "../worker/training/fold-epoch.ts";

const { values } = parseArgs({
  options: {
    lanes: { type: "string", default: "128" },
    epochs: { type: "string", default: "20" },
    steps: { type: "string", default: "50" },
  },
});
const [lanes, epochs, steps] = [values.lanes, values.epochs, values.steps].map(Number) as [
  number,
  number,
  number,
];

let launches = 0;
const idle = idleDevice({ launch: () => void launches++ });

/** `steps` batches of 32 windows of 64 rows with 8 inputs to train on, about 500 to be scored by. */
function problem(): { readonly model: ModelSettings; readonly fold: PreparedData } {
  const windows = 32 * steps + 500 + 63 * 2;
  const names = Array.from({ length: 8 }, (_, column) => `x${column}`);
  const row = (t: number): string =>
    names.map((_, column) => Math.sin(t / (3 + column)).toFixed(4)).join(",");
  const table = [names.join(","), ...Array.from({ length: windows }, (_, t) => row(t))].join("\n");
  const test = 0.05;
  const { data, model } = trialSettingsSchema.parse({
    data: {
      targets: ["x0"],
      window: 64,
      horizon: 1,
      split: { train: 1 - test - 500 / windows, validation: 500 / windows, test },
    },
    model: { hidden: 64, batch_size: 32 },
  });
  return { model, fold: prepareData(Buffer.from(table), data) };
}

const { model, fold } = problem();
const signal = new AbortController().signal;

type AtEpoch = (result: EpochResult, live: LiveModel) => Promise<void>;

/** Milliseconds of processor time for each lane and epoch after the first, and microseconds for each launch. */
async function measure(atEpoch: AtEpoch): Promise<string> {
  const engine = new CudaEngine(idle);
  let done = 0;
  let before = process.cpuUsage();
  const onEpoch = async (result: EpochResult, live: LiveModel): Promise<"go on"> => {
    await atEpoch(result, live);
    if (++done === lanes) {
      launches = 0;
      before = process.cpuUsage();
    }
    return "go on";
  };
  const trainings = Array.from({ length: lanes }, (_, seed) =>
    engine.train(
      { model, train: fold.train, seed, epochs: epochs + 1 },
      { onEpoch, onStep: () => {} },
      signal,
    ),
  );
  await Promise.all(trainings);
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1000;
  return `${(ms / (lanes * epochs)).toFixed(3)} ms | ${((ms * 1000) / launches).toFixed(1)} µs`;
}

const trains: AtEpoch = (_, live) => {
  live.state();
  return Promise.resolve();
};
const predicts: AtEpoch = async (_, live) => {
  await live.predict(fold.validation, signal);
  live.state();
};
const scores: AtEpoch = async (result, live) => {
  await scoreEpoch(model, fold, result, live, signal);
  live.state();
};

/** Milliseconds of this process: a clock that stands still while others have the processor. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Seconds that an epoch of all lanes takes on a device that is busy for `epochMs` with it, from epoch to epoch. */
async function paced(epochMs: number, atEpoch: AtEpoch, sliceMs = 20): Promise<string> {
  let busyUntil = 0;
  let cost = 0;
  const device = idleDevice({
    launch: (kernel) => {
      // Forward takes about a quarter of a step.
      cost = Math.max(cost, kernel === "backward" ? epochMs / steps : epochMs / steps / 4);
      if (kernel !== "advance") return;
      busyUntil = Math.max(busyUntil, processorMs()) + cost;
      cost = 0;
    },
    idle: () => processorMs() >= busyUntil,
  });
  const engine = new CudaEngine(device, { now: processorMs, sliceMs });
  const stop = new AbortController();
  const begun = new Set<number>();
  let [done, began, took] = [0, 0, 0];
  const trainings = Array.from({ length: lanes }, (_, seed) => {
    const onEpoch = async (result: EpochResult, live: LiveModel): Promise<"go on"> => {
      await atEpoch(result, live);
      // Counts from when the last lane has begun, since drawing its weights takes a while.
      if (begun.size < lanes) [done, began] = [0, processorMs()];
      else if (++done === lanes * epochs) {
        took = processorMs() - began;
        stop.abort();
      }
      begun.add(seed);
      return "go on";
    };
    const job = { model, train: fold.train, seed, epochs: 1_000_000 };
    return engine.train(job, { onEpoch, onStep: () => {} }, stop.signal);
  });
  await Promise.all(trainings);
  return (took / epochs / 1000).toFixed(3);
}

await measure(scores); // warms up
console.log(`${lanes} lanes of H64 T64, ${steps} steps an epoch, ${epochs} epochs, ${fold.validation.starts.length} samples to score

| | for each lane and epoch | for each launch |
|---|---:|---:|
| training and its state | ${await measure(trains)} |
| and predictions | ${await measure(predicts)} |
| and scores | ${await measure(scores)} |

Epochs of 0.2 s on the device take ${await paced(200, trains)} s without predictions and scores, ${await paced(200, scores)} s with them.

${machineLine()}`);
