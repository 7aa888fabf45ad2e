import type { SequenceSet } from "../../data/outputs/sequences.ts";
import type { EngineInfo } from "../../protocol/messages.ts";
import type { ModelSettings } from "../../protocol/model-settings.ts";
import type { Engine, NamedWeights, TrainEnd, TrainHooks, TrainJob } from "../engine.ts";
import { trainLoop } from "../loop.ts";
import { dimsOf } from "../weights.ts";
import { TfjsNetwork } from "./network.ts";
import { predictAll } from "./predict.ts";
import { TfjsStepper } from "./stepper.ts";

/** The reference engine: tf.layers on whatever backend TF.js runs on here. One backend a process. */
export class TfjsEngine implements Engine {
  readonly info: EngineInfo;

  constructor(info: EngineInfo) {
    this.info = info;
  }

  async train(job: TrainJob, hooks: TrainHooks, signal: AbortSignal): Promise<TrainEnd> {
    return await trainLoop(job, new TfjsStepper(job), hooks, signal);
  }

  async predict(
    model: ModelSettings,
    weights: readonly NamedWeights[],
    set: SequenceSet,
    signal: AbortSignal,
  ): Promise<Float32Array> {
    const network = new TfjsNetwork(model, dimsOf(set), weights);
    try {
      return await predictAll(network, set, signal);
    } finally {
      network.dispose();
    }
  }

  dispose(): void {
    // The backend belongs to the process and ends with it.
  }
}
