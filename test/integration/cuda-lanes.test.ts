import { beforeAll, expect, it } from "vitest";
import { settings } from "../contracts/engine-training.ts";
import { noise } from "../support/lane-cases.ts";
import { softwareDevice, withSoftwareCuda } from "../support/software-cuda.ts";
import type { SequenceSet } from "../../worker/data/outputs/sequences.ts";
import { CudaEngine } from "../../worker/engines/cuda.ts";
import type { TrainEnd, TrainingState, TrainJob } from "../../worker/engines/engine.ts";
import type { CudaDevice, KernelName, Precision } from "../../worker/lstm/cuda/device.ts";

const never = new AbortController().signal;

interface Trained {
  readonly end: TrainEnd;
  readonly losses: readonly number[];
  readonly predictions: Float32Array;
  readonly last: TrainingState | null;
}

async function train(engine: CudaEngine, job: TrainJob, signal = never): Promise<Trained> {
  const losses: number[] = [];
  let predictions = new Float32Array();
  let last: TrainingState | null = null;
  const end = await engine.train(
    job,
    {
      onStep: (_, loss) => losses.push(loss),
      onEpoch: async (_, live) => {
        predictions = Float32Array.from(await live.predict(job.train, signal));
        last = live.state();
        return "go on";
      },
    },
    signal,
  );
  return { end, losses, predictions, last };
}

/** Trials that differ in everything that may differ. */
function trials(): TrainJob[] {
  const job = (
    seed: number,
    overrides: Parameters<typeof settings>[0],
    train: SequenceSet,
    epochs = 3,
  ): TrainJob => ({
    model: settings(overrides),
    train,
    seed,
    epochs,
  });
  return [
    job(1, { hidden: 16, batch_size: 8 }, noise(30, 6, 2)),
    job(2, { hidden: 5, layers: 2, dropout: 0.3, batch_size: 13 }, noise(30, 3, 4), 5),
    job(
      3,
      { hidden: 20, bidirectional: true, optimizer: "rmsprop", clip_norm: 0.05 },
      noise(9, 7, 1, { short: true }),
    ),
    job(4, { layers: 0, optimizer: "lion" }, noise(40, 4, 2), 2),
    job(
      5,
      { hidden: 3, layers: 3, loss: "categorical_crossentropy" },
      noise(12, 2, 3, { outputs: 3, classes: true }),
    ),
    job(6, { hidden: 8, optimizer: "gradient_descent", batch_size: 7, l2: 0.1 }, noise(20, 5, 2), 4),
    job(
      8,
      { cell: "gru", hidden: 6, layers: 2, recurrent_dropout: 0.2, optimizer: "adagrad" },
      noise(20, 4, 3),
    ),
    job(9, { cell: "rnn", hidden: 9, bidirectional: true }, noise(20, 5, 2, { short: true })),
    job(7, { loss: "quantile", quantiles: [0.1, 0.5, 0.9] }, noise(10, 4, 1, { outputs: 6 })),
  ];
}

/** What lanes promise in either precision. */
function promises(precision: Precision): void {
  let engine: CudaEngine;
  beforeAll(() => {
    engine = new CudaEngine(softwareDevice(precision));
  });

  it("give each trial what it gets alone, bit for bit", async () => {
    const alone: Trained[] = [];
    for (const trial of trials()) alone.push(await train(engine, trial));
    const together = await Promise.all(trials().map((trial) => train(engine, trial)));
    expect(together).toEqual(alone);
    const ahead = trials().map((trial) => train(engine, { ...trial, scored: trial.train }));
    expect(await Promise.all(ahead)).toEqual(alone);
  });

  it("are taken over by the next trial, which gets what it gets alone, and so do the others", async () => {
    const [first, second, third, fourth] = trials() as [TrainJob, TrainJob, TrainJob, TrainJob];
    const alone = [await train(engine, second), await train(engine, third), await train(engine, fourth)];
    const relay = train(engine, { ...first, epochs: 1 }).then(() => train(engine, fourth));
    expect(await Promise.all([train(engine, second), train(engine, third), relay])).toEqual(alone);
  });

  it("are not touched by one that blows up", async () => {
    const [first, second] = trials() as [TrainJob, TrainJob];
    const alone = await train(engine, second);
    const wild = { ...first, model: { ...first.model, learning_rate: 1e30, optimizer: "sgd" as const } };
    const [blown, calm] = await Promise.all([train(engine, wild), train(engine, second)]);
    expect(blown.end.kind).toBe("diverged");
    expect(calm).toEqual(alone);
  });

  it("go on when one of them is stopped", async () => {
    const [first, second] = trials() as [TrainJob, TrainJob];
    const alone = await train(engine, second);
    const stop = new AbortController();
    const endless = train(engine, { ...first, epochs: 1_000_000 }, stop.signal);
    const other = await train(engine, second);
    stop.abort();
    expect(await endless).toMatchObject({ end: { kind: "aborted" } });
    expect(other).toEqual(alone);
  });
}

withSoftwareCuda("lanes on tensor cores", () => promises("fast"));

withSoftwareCuda("lanes", () => {
  promises("single");

  it("share launches: two trials of the same kind cost no more of them than one", async () => {
    const [first] = trials() as [TrainJob];
    const one = await launchesOf([first]);
    const two = await launchesOf([first, { ...first, seed: 9 }]);
    expect(two).toEqual(one);
  });

  it("wait for one another where the GPU has no room for all", async () => {
    const trial = { ...trials()[0]!, epochs: 1, model: { ...trials()[0]!.model, hidden: 64 } };
    const alone = await train(new CudaEngine(softwareDevice()), trial);
    process.env["SOFTWARE_CUDA_MEMORY"] = String(68 * 2 ** 20); // two lanes and the margin do not fit
    const small = new CudaEngine(softwareDevice());
    const trainings = [1, 2, 3, 4].map(() => train(small, trial));
    const said = small.predict(trial.model, alone.last!.weights, trial.train, never);
    const all = await Promise.all(trainings);
    delete process.env["SOFTWARE_CUDA_MEMORY"];
    expect(all).toEqual([alone, alone, alone, alone]);
    expect(await said).toEqual(alone.predictions);
  });

  it("give their memory back", async () => {
    const device = softwareDevice();
    const own = new CudaEngine(device);
    await train(own, trials()[0]!);
    const free = device.freeBytes();
    await Promise.all(trials().map((trial) => train(own, trial)));
    expect(device.freeBytes()).toBe(free);
  });
});

/** How often each kernel was launched. */
async function launchesOf(jobs: readonly TrainJob[]): Promise<Map<KernelName, number>> {
  const counts = new Map<KernelName, number>();
  const device = softwareDevice();
  const counting: CudaDevice = Object.create(device, {
    launch: {
      value: (...[kernel, ...rest]: Parameters<CudaDevice["launch"]>) => {
        counts.set(kernel, (counts.get(kernel) ?? 0) + 1);
        device.launch(kernel, ...rest);
      },
    },
  }) as CudaDevice;
  const engine = new CudaEngine(counting, { now: () => 0 });
  await Promise.all(jobs.map((job) => train(engine, job)));
  return counts;
}
