import type { SequenceSet } from "../data/outputs/sequences.ts";
import { Deck, type DeckOptions, mostLanes } from "../lstm/cuda/deck.ts";
import type { CudaDevice, Precision } from "../lstm/cuda/device.ts";
import { loadDriver } from "../lstm/cuda/driver.ts";
import { openDevice } from "../lstm/cuda/driver-device.ts";
import { CudaTrouble } from "../lstm/cuda/trouble.ts";
import { NativeUnavailable } from "../lstm/koffi.ts";
import type { EngineInfo } from "../protocol/messages.ts";
import type { ModelSettings } from "../protocol/model-settings.ts";
import { CudaLane } from "./cuda-lane.ts";
import { Berths } from "./cuda-berths.ts";
import { CudaRun } from "./cuda-run.ts";
import type { Engine, NamedWeights, TrainEnd, TrainHooks, TrainJob } from "./engine.ts";
import { EngineUnavailable } from "./unavailable.ts";

/** What an attempt is recorded with. */
function backendOf({ precision }: CudaDevice, asked: Precision): string {
  if (precision === "fast") return "cuda-tf32";
  return asked === "fast" ? "cuda, no TF32" : "cuda";
}

interface CudaOptions extends DeckOptions {
  /** The precision that was asked for, where the device may have another. */
  readonly asked?: Precision;
}

/** A lane keeps about one multiprocessor at work; fewer lanes than this leave any GPU idle. */
const leastLanes = 16;

/** Throws `EngineUnavailable` where there is no GPU that it can use. */
export function loadCuda(precision: Precision = "single"): CudaEngine {
  try {
    return new CudaEngine(openDevice(loadDriver(), precision), { asked: precision });
  } catch (cause) {
    if (!(cause instanceof NativeUnavailable || cause instanceof CudaTrouble)) throw cause;
    throw new EngineUnavailable("cuda", cause.message, cause.remedy, { cause });
  }
}

/** Our own kernels on a GPU (worker/lstm/cuda, docs/gpu.md). Trainings that run at the same time share its launches. */
export class CudaEngine implements Engine {
  readonly info: EngineInfo;
  readonly lanes: number;
  private readonly device: CudaDevice;
  private readonly deck: Deck;
  private readonly berths: Berths;

  constructor(device: CudaDevice, { asked = device.precision, ...options }: CudaOptions = {}) {
    this.device = device;
    this.deck = new Deck(device, options);
    this.berths = new Berths(this.deck);
    this.lanes = Math.min(mostLanes, Math.max(leastLanes, device.multiprocessors));
    const backend = backendOf(device, asked);
    this.info = { engine: "fused", backend, version: device.description, device: device.name };
  }

  async train(job: TrainJob, hooks: TrainHooks, signal: AbortSignal): Promise<TrainEnd> {
    return await new CudaRun(this.deck, this.berths, job, hooks, signal).toEnd();
  }

  async predict(
    model: ModelSettings,
    weights: readonly NamedWeights[],
    set: SequenceSet,
    signal: AbortSignal,
  ): Promise<Float32Array> {
    const lane = await this.berths.open(
      () => CudaLane.predictionBytes(this.deck, model, set),
      () => CudaLane.forPredictions(this.deck, model, set, weights),
    );
    try {
      return await lane.predict(set, signal);
    } finally {
      await this.berths.close(lane);
    }
  }

  dispose(): void {
    this.deck.dispose();
    this.device.close();
  }
}
