/**
 * What the host does for each lane and epoch on a GPU: the engine cuda over a device that computes nothing; then over one that
 * is busy for a while. Processor time, so that other load on the machine does not count.
 *
 *   npx tsx bench/gpu-host.ts [--lanes 128] [--epochs 20] [--steps 50]
 */
import koffi from "koffi";
import { parseArgs } from "node:util";
import { machineLine } from "./machine.ts";
import { CudaEngine } from "../worker/engines/cuda.ts";
import { prepareData } from "../worker/data/prepare.ts";
import type { PreparedData } from "../worker/data/prepared.ts";
import { idleDevice } from "../test/support/idle-device.ts";
import { type TrialSettings, trialSettingsSchema } from "../worker/protocol/settings.ts";
import { protocolVersion, type TrialAssignment } from "../worker/protocol/assignment.ts";
import { trainTrial } from "../worker/training/train-trial.ts";

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

const idle = idleDevice();

/** `steps` batches of 32 windows of 64 rows with 8 inputs to train on, about 500 to be scored by. */
function problem(): { readonly settings: TrialSettings; readonly fold: PreparedData } {
  const windows = 32 * steps + 500 + 63 * 2;
  const names = Array.from({ length: 8 }, (_, column) => `x${column}`);
  const row = (t: number): string =>
    names.map((_, column) => Math.sin(t / (3 + column)).toFixed(4)).join(",");
  const table = [names.join(","), ...Array.from({ length: windows }, (_, t) => row(t))].join("\n");
  const test = 0.05;
  const settings = trialSettingsSchema.parse({
    data: {
      targets: ["x0"],
      window: 64,
      horizon: 1,
      split: { train: 1 - test - 500 / windows, validation: 500 / windows, test },
    },
    model: { hidden: 64, batch_size: 32 },
  });
  return { settings, fold: prepareData(Buffer.from(table), settings.data) };
}

const { settings, fold } = problem();
const { model } = settings;

/** One lane's training; after each epoch it hears whether to go on. */
type Run = (engine: CudaEngine, seed: number, epochs: number, goesOn: () => boolean) => Promise<unknown>;

const trains: Run = (engine, seed, epochs, goesOn) =>
  engine.train(
    { model, train: fold.train, seed, epochs, scored: null },
    { onEpoch: () => Promise.resolve(goesOn() ? "go on" : "stop"), onStep: () => {} },
    new AbortController().signal,
  );

const predicts: Run = (engine, seed, epochs, goesOn) =>
  engine.train(
    { model, train: fold.train, seed, epochs, scored: fold.validation },
    {
      onEpoch: async (_, live) => {
        await live.predict(fold.validation, new AbortController().signal);
        return goesOn() ? "go on" : "stop";
      },
      onStep: () => {},
    },
    new AbortController().signal,
  );

/** As a worker trains it: scores, best weights, a state to go on from, a report. */
const trial: Run = (engine, seed, epochs, goesOn) => {
  let ends = false;
  const assignment: TrialAssignment = {
    kind: "trial",
    version: protocolVersion,
    ref: { study: "bench", trial: seed, attempt: 1 },
    settings,
    data: { sha256: "0".repeat(64), bytes: 1 },
    seed,
    epochs,
    metric: { name: "val_mse", goal: "minimize" },
    checkpoint_seconds: null,
  };
  const hooks = {
    progress: () => void (ends = !goesOn()),
    interruption: () => (ends ? ("stop" as const) : null),
  };
  return trainTrial({ engine, folds: [fold], assignment, weights: undefined, hooks });
};

/** Milliseconds of processor time of this thread: it stands still while others have the processor, collectors of garbage too. */
const clock = koffi.load("libc.so.6").func("int clock_gettime(int, _Out_ int64_t *)");
const now = new BigInt64Array(2);
function threadMs(): number {
  clock(3, now); // CLOCK_THREAD_CPUTIME_ID
  return Number(now[0]) * 1000 + Number(now[1]) / 1e6;
}

/** Milliseconds of processor time for each lane and epoch after the first. */
async function measure(run: Run): Promise<string> {
  const engine = new CudaEngine(idle);
  let done = 0;
  let before = threadMs();
  const goesOn = (): boolean => {
    if (++done === lanes) before = threadMs();
    return true;
  };
  await Promise.all(Array.from({ length: lanes }, (_, seed) => run(engine, seed, epochs + 1, goesOn)));
  return `${((threadMs() - before) / (lanes * epochs)).toFixed(3)} ms`;
}

/** Seconds that an epoch of all lanes takes on a device that is busy for `epochMs` with it, from epoch to epoch. */
async function paced(epochMs: number, run: Run, sliceMs = 20): Promise<string> {
  let busyUntil = 0;
  let cost = 0;
  const device = idleDevice({
    launch: (kernel) => {
      // Forward takes about a quarter of a step.
      cost = Math.max(cost, kernel === "backward" ? epochMs / steps : epochMs / steps / 4);
      if (kernel !== "advance") return;
      busyUntil = Math.max(busyUntil, threadMs()) + cost;
      cost = 0;
    },
    idle: () => threadMs() >= busyUntil,
  });
  const engine = new CudaEngine(device, { now: threadMs, sliceMs });
  const begun = new Set<number>();
  let [done, began, took] = [0, 0, 0];
  const trainings = Array.from({ length: lanes }, (_, seed) =>
    run(engine, seed, 1_000_000, () => {
      // Counts from when the last lane has begun, since drawing its weights takes a while.
      if (begun.size < lanes) [done, began] = [0, threadMs()];
      else if (++done === lanes * epochs) took = threadMs() - began;
      begun.add(seed);
      return took === 0;
    }),
  );
  await Promise.all(trainings);
  return (took / epochs / 1000).toFixed(3);
}

await measure(trial); // warms up
console.log(`${lanes} lanes of H64 T64, ${steps} steps an epoch, ${epochs} epochs, ${fold.validation.starts.length} samples to score

| | for each lane and epoch |
|---|---:|
| training | ${await measure(trains)} |
| and predictions | ${await measure(predicts)} |
| a whole trial: scores, state, report | ${await measure(trial)} |

Epochs of 0.2 s on the device take ${await paced(200, trains)} s without predictions and scores, ${await paced(200, trial)} s with them.

${machineLine()}`);
