import type { SequenceSet } from "../data/outputs/sequences.ts";
import { NativeUnavailable } from "../lstm/koffi.ts";
import { loadNative, type NativeLibrary, type NativeTarget } from "../lstm/native.ts";
import { NativeNetwork } from "../lstm/native-network.ts";
import type { EngineInfo } from "../protocol/messages.ts";
import type { ModelSettings } from "../protocol/model-settings.ts";
import { weightShapes } from "../protocol/model-shape.ts";
import type { Engine, NamedWeights, TrainEnd, TrainHooks, TrainJob } from "./engine.ts";
import { fusedLoss, networkShape } from "./fused-model.ts";
import { predictWith } from "./fused-predict.ts";
import { loadFlat } from "./fused-weights.ts";
import { trainLoop } from "./loop.ts";
import { NativeStepper } from "./native-stepper.ts";
import { EngineUnavailable } from "./unavailable.ts";
import { dimsOf } from "./weights.ts";

/** Throws `EngineUnavailable` where this build does not run. */
export function loadNativeEngine(target: NativeTarget): Engine {
  try {
    return new NativeEngine(loadNative(target));
  } catch (cause) {
    if (!(cause instanceof NativeUnavailable)) throw cause;
    throw new EngineUnavailable(`native-${target}`, cause.message, cause.remedy, { cause });
  }
}

/** Our own kernels in C (worker/lstm/native, docs/lstm.md): a whole training step in two calls. One thread. */
export class NativeEngine implements Engine {
  readonly info: EngineInfo;
  private readonly library: NativeLibrary;

  constructor(library: NativeLibrary) {
    this.library = library;
    this.info = {
      engine: "fused",
      backend: `native-${library.target}`,
      version: library.description,
      device: "cpu",
    };
  }

  async train(job: TrainJob, hooks: TrainHooks, signal: AbortSignal): Promise<TrainEnd> {
    return await trainLoop(job, new NativeStepper(job, this.library), hooks, signal);
  }

  async predict(
    model: ModelSettings,
    weights: readonly NamedWeights[],
    set: SequenceSet,
    signal: AbortSignal,
  ): Promise<Float32Array> {
    const dims = dimsOf(set);
    const use = { training: false, dropout: false, recurrentDropout: false, lengths: true, slots: 0 };
    const loss = fusedLoss(model, null);
    const penalties = { l2: 0, weightDecay: 0, clipValue: null, clipNorm: null };
    const objective = { loss, outputRate: 0, stateRate: 0, penalties };
    const flat = new Float32Array(weights.reduce((sum, { data }) => sum + data.length, 0));
    loadFlat(weightShapes(model, dims), weights, flat);
    const network = new NativeNetwork(this.library, networkShape(model, dims), use, objective);
    try {
      network.put(0, flat);
      return await predictWith(network, loss, set, signal);
    } finally {
      network.dispose();
    }
  }

  dispose(): void {}
}
