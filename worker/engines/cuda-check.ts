import { rngFor } from "../../search/random.ts";
import type { SequenceSet } from "../data/outputs/sequences.ts";
import type { Precision } from "../lstm/cuda/device.ts";
import { type ModelSettings, modelSettingsSchema } from "../protocol/model-settings.ts";
import { version } from "../version.ts";
import type { Engine, EpochResult, TrainEnd, TrainJob } from "./engine.ts";

/** One step of the check of a GPU, in words. */
export interface GpuStep {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do where it is not ok and the reason is known. */
  readonly remedy?: string;
}

const never = new AbortController().signal;
/** Of losses and weights, relative to the CPU's: single precision in another order of summing, or factors of TF32. */
const tolerances: Readonly<Record<Precision, number>> = { single: 1e-3, fast: 3e-2 };

/** Samples of noise around a wave [count, window, features]. */
export function checkData(count: number, window: number, features: number): SequenceSet {
  const rng = rngFor(count, "gpu check");
  const values = Float32Array.from(
    { length: (count + window) * features },
    (_, i) => Math.sin(i / (3 * features)) + 0.3 * rng.normal(),
  );
  return {
    values,
    features,
    window,
    starts: Int32Array.from({ length: count }, (_, sample) => sample),
    targets: Float32Array.from({ length: count }, (_, sample) => values[(sample + window) * features]!),
    outputs: 1,
  };
}

function model(overrides: Partial<ModelSettings>): ModelSettings {
  return modelSettingsSchema.parse({ batch_size: 32, learning_rate: 0.003, ...overrides });
}

interface Trained {
  readonly end: TrainEnd;
  readonly losses: readonly number[];
  readonly weights: readonly Float32Array[];
}

async function train(engine: Engine, job: TrainJob): Promise<Trained> {
  const losses: number[] = [];
  let weights: readonly Float32Array[] = [];
  const end = await engine.train(
    job,
    {
      onStep: (_, loss) => losses.push(loss),
      onEpoch: (_, live) => {
        weights = live.weights().map(({ data }) => data);
        return Promise.resolve("go on");
      },
    },
    never,
  );
  return { end, losses, weights };
}

/** Shapes of the models that are tried; small ones are for tests of the check itself. */
const sizes = {
  full: { wide: 150, samples: 200, window: 24, timed: { hidden: 64, window: 64, samples: 320 } },
  small: { wide: 9, samples: 40, window: 3, timed: { hidden: 4, window: 3, samples: 64 } },
} as const;
type Size = keyof typeof sizes;

const kinds = (size: Size): readonly Partial<ModelSettings>[] => [
  { hidden: 8 },
  { hidden: 5, layers: 2, bidirectional: true, dropout: 0.2, recurrent_dropout: 0.2, optimizer: "nadam" },
  { hidden: sizes[size].wide, clip_norm: 0.1, weight_decay: 0.01, loss: "huber" },
  { layers: 0, optimizer: "rmsprop", l2: 0.001 },
  { cell: "gru", hidden: 6, layers: 2, recurrent_dropout: 0.2 },
  { cell: "rnn", hidden: 9, bidirectional: true, loss: "quantile", quantiles: [0.1, 0.5, 0.9] },
];

const jobOf = (size: Size, overrides: Partial<ModelSettings>, seed = 1): TrainJob => ({
  model: model(overrides),
  train: checkData(sizes[size].samples, sizes[size].window, 5),
  seed,
  epochs: 2,
});

/** Largest difference of two runs, relative to the largest figure of the second. */
function difference(found: readonly number[], expected: readonly number[]): number {
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(found[i]! - value))) / scale;
}

/** In losses and weights, over all kinds of models. */
async function differenceToCpu(gpu: Engine, cpu: Engine, size: Size): Promise<number> {
  const worst: number[] = [];
  for (const kind of kinds(size)) {
    const [found, expected] = [await train(gpu, jobOf(size, kind)), await train(cpu, jobOf(size, kind))];
    worst.push(difference(found.losses, expected.losses));
    worst.push(...expected.weights.map((weights, i) => difference([...found.weights[i]!], [...weights])));
  }
  return Math.max(...worst.map((value) => (value >= 0 ? value : Infinity)));
}

async function agreesWithCpu(gpu: Engine, cpu: Engine, size: Size): Promise<GpuStep> {
  const largest = await differenceToCpu(gpu, cpu, size);
  const found = `${kinds(size).length} kinds of models, largest relative difference ${largest.toExponential(1)}`;
  return { name: "same as the CPU's kernels", ok: largest < tolerances.single, found };
}

const same = (a: Trained, b: Trained): boolean =>
  JSON.stringify(a.losses) === JSON.stringify(b.losses) &&
  a.weights.every((weights, i) => Buffer.compare(bytesOf(weights), bytesOf(b.weights[i]!)) === 0);

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Whether trials get the same bits together as alone, beside one that blows up; and that in words. */
async function packedEqualsAlone(
  gpu: Engine,
  lanes: number,
  size: Size,
): Promise<Pick<GpuStep, "ok" | "found">> {
  const all = kinds(size);
  const jobs = Array.from({ length: lanes }, (_, lane) => jobOf(size, all[lane % all.length]!, lane));
  const wild = jobOf(size, { hidden: 8, optimizer: "sgd", learning_rate: 1e6, layers: 1 });
  const [blown, ...together] = await Promise.all([wild, ...jobs].map((job) => train(gpu, job)));
  let equal = 0;
  for (const [lane, job] of jobs.entries()) if (same(together[lane]!, await train(gpu, job))) equal++;
  return {
    ok: equal === lanes && blown!.end.kind === "diverged",
    found: `${equal} of ${lanes} trials got the same bits together as alone, beside one that ${blown!.end.kind}`,
  };
}

/** What `precision: fast` is on this card. */
async function fastStep(
  fast: Engine,
  cpu: Engine,
  lanes: number,
  { seconds, lanes: most, size }: GpuCheckOptions,
): Promise<GpuStep> {
  const name = "precision fast";
  if (fast.info.backend !== "cuda-tf32")
    return { name, ok: true, found: `not on this card: ${fast.info.device}` };
  const largest = await differenceToCpu(fast, cpu, size);
  const packed = await packedEqualsAlone(fast, Math.min(12, most), size);
  const rate = await stepsPerSecond(fast, lanes, { ...sizes[size].timed, seconds });
  return {
    name,
    ok: largest < tolerances.fast && packed.ok && rate > 0,
    found: `largest relative difference ${largest.toExponential(1)}; ${packed.found}; ${speedText(rate)} steps per second with ${lanes} lanes`,
  };
}

/** Optimizer steps per second over all lanes, batch 32, 8 inputs. */
export async function stepsPerSecond(
  engine: Engine,
  lanes: number,
  { hidden, window, samples, seconds }: { hidden: number; window: number; samples: number; seconds: number },
): Promise<number> {
  const train = checkData(samples, window, 8);
  const stop = new AbortController();
  let [steps, begun, started] = [0, 0, 0];
  const job = { model: model({ hidden }), train, seed: 1, epochs: 1e9 };
  const hooks = {
    onStep: () => void steps++,
    onEpoch: ({ epoch }: EpochResult) => {
      // The first epoch of every lane warms up.
      if (epoch === 1 && ++begun === lanes) [started, steps] = [performance.now(), 0];
      else if (begun === lanes && steps > 0 && performance.now() - started > seconds * 1000) stop.abort();
      return Promise.resolve("go on" as const);
    },
  };
  await Promise.all(Array.from({ length: lanes }, () => engine.train(job, hooks, stop.signal)));
  return (steps * 1000) / (performance.now() - started);
}

/** Three digits. */
function speedText(rate: number): string {
  return Number(rate.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });
}

export interface GpuCheckOptions {
  /** How long each speed is measured. */
  readonly seconds: number;
  /** At most. */
  readonly lanes: number;
  readonly size: Size;
}

/** Step by step what seqtune does on a GPU, beside the CPU's kernels. Throws where the engine does not start. */
export async function checkGpu(
  load: (precision: Precision) => Engine,
  cpu: Engine,
  options: GpuCheckOptions,
  tell: (step: GpuStep) => void,
): Promise<void> {
  const { seconds, lanes: most, size } = options;
  const before = performance.now();
  const gpu = load("single");
  const ms = Math.round(performance.now() - before);
  const usual = gpu.lanes ?? 1;
  tell({ name: "card", ok: true, found: `${gpu.info.device} (${gpu.info.version})` });
  tell({
    name: "kernels",
    ok: true,
    found: `seqtune ${version}; taken by the driver in ${ms} ms; ${usual} lanes by default`,
  });
  tell(await agreesWithCpu(gpu, cpu, size));
  tell({ name: "lanes", ...(await packedEqualsAlone(gpu, Math.min(12, most), size)) });
  const { timed } = sizes[size];
  const words = `steps per second at H${timed.hidden} T${timed.window} batch 32`;
  const counts = new Set([1, 32, usual, 4 * usual].filter((lanes) => lanes <= most));
  for (const count of [...counts].toSorted((a, b) => a - b)) {
    const rate = await stepsPerSecond(gpu, count, { ...timed, seconds });
    tell({ name: `speed, lanes: ${count}`, ok: rate > 0, found: `${speedText(rate)} ${words}` });
  }
  gpu.dispose();
  const fast = load("fast");
  tell(await fastStep(fast, cpu, Math.min(usual, most), options));
  fast.dispose();
  const rate = await stepsPerSecond(cpu, 1, { ...timed, seconds });
  tell({ name: "one CPU core", ok: true, found: `${speedText(rate)} ${words}, ${cpu.info.backend}` });
}
