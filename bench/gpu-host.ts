/**
 * What the host does for each lane and epoch on a GPU: the engine cuda over a device that computes nothing. Processor
 * time, so that other load on the machine does not count.
 *
 *   npx tsx bench/gpu-host.ts [--lanes 128] [--epochs 20] [--steps 50]
 */
import { parseArgs } from "node:util";
import { machineLine } from "./machine.ts";
import { CudaEngine } from "../worker/engines/cuda.ts";
import { checkData } from "../worker/engines/cuda-check.ts";
import type { CudaDevice } from "../worker/lstm/cuda/device.ts";
import { modelSettingsSchema } from "../worker/protocol/model-settings.ts";

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
let top = 4096;
const idle: CudaDevice = {
  name: "nothing",
  description: "computes nothing",
  multiprocessors: 132,
  freeBytes: () => Infinity,
  alloc: (bytes) => (top += bytes),
  release: () => {},
  put: () => {},
  take: () => {},
  clear: () => {},
  launch: () => void launches++,
  idle: () => true,
  close: () => {},
};

const engine = new CudaEngine(idle);
const model = modelSettingsSchema.parse({ hidden: 64, batch_size: 32 });
const train = checkData(32 * steps, 64, 8);
const validation = checkData(500, 64, 8);
const signal = new AbortController().signal;

async function run(count: number): Promise<void> {
  const trainings = Array.from({ length: lanes }, (_, seed) =>
    engine.train(
      { model, train, seed, epochs: count },
      {
        onEpoch: async (_, live) => {
          await live.predict(validation, signal);
          live.state();
          return "go on";
        },
        onStep: () => {},
      },
      signal,
    ),
  );
  await Promise.all(trainings);
}

await run(2); // warms up
launches = 0;
const before = process.cpuUsage();
await run(epochs);
const { user, system } = process.cpuUsage(before);
const ms = (user + system) / 1000;
console.log(`${lanes} lanes of H64 T64, ${steps} steps an epoch, ${epochs} epochs, scoring left out:
${(ms / (lanes * epochs)).toFixed(3)} ms of processor time for each lane and epoch, ${((ms * 1000) / launches).toFixed(1)} µs for each launch (${launches})

${machineLine()}`);
