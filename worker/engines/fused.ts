import type { SequenceSet } from "../data/outputs/sequences.ts";
import { MachineShop } from "../lstm/machine.ts";
import { Network } from "../lstm/network.ts";
import { planFor } from "../lstm/plan.ts";
import type { EngineInfo } from "../protocol/messages.ts";
import type { ModelSettings } from "../protocol/model-settings.ts";
import { weightShapes } from "../protocol/model-shape.ts";
import type { Engine, NamedWeights, TrainEnd, TrainHooks, TrainJob } from "./engine.ts";
import { fusedLoss, networkShape } from "./fused-model.ts";
import { predictWith } from "./fused-predict.ts";
import { FusedStepper } from "./fused-stepper.ts";
import { loadFlat } from "./fused-weights.ts";
import { trainLoop } from "./loop.ts";
import { EngineUnavailable } from "./unavailable.ts";
import { dimsOf } from "./weights.ts";

/** Throws `EngineUnavailable` where the kernels were not built. */
export function loadFused(): Engine {
  try {
    return new FusedEngine();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineUnavailable("wasm", reason, "npm run build", { cause });
  }
}

/**
 * Our own kernels (worker/lstm, docs/lstm.md): all steps of a layer in a few WebAssembly SIMD kernels. One
 * thread.
 */
export class FusedEngine implements Engine {
  readonly info: EngineInfo;
  private readonly shop: MachineShop;

  constructor(shop: MachineShop = new MachineShop()) {
    this.shop = shop;
    this.info = {
      engine: "fused",
      backend: "wasm",
      version: `${shop.build} SIMD`,
      device: "cpu",
    };
  }

  async train(job: TrainJob, hooks: TrainHooks, signal: AbortSignal): Promise<TrainEnd> {
    return await trainLoop(job, new FusedStepper(job, this.shop), hooks, signal);
  }

  async predict(
    model: ModelSettings,
    weights: readonly NamedWeights[],
    set: SequenceSet,
    signal: AbortSignal,
  ): Promise<Float32Array> {
    const dims = dimsOf(set);
    const shape = networkShape(model, dims);
    const use = { training: false, dropout: false, recurrentDropout: false, lengths: true, slots: 0 };
    const plan = planFor(shape, use);
    const machine = this.shop.take(plan.bytes);
    try {
      const network = new Network(shape, plan, machine, false);
      loadFlat(weightShapes(model, dims), weights, network.vector(plan.weights));
      return await predictWith(network, fusedLoss(model, null), set, signal);
    } finally {
      this.shop.giveBack(machine);
    }
  }

  dispose(): void {
    this.shop.dispose();
  }
}
