import type { SequenceSet } from "../data/outputs/sequences.ts";
import type { Loss } from "../lstm/losses.ts";
import type { NativeLibrary } from "../lstm/native.ts";
import { NativeNetwork } from "../lstm/native-network.ts";
import { type WeightShape, weightShapes } from "../protocol/model-shape.ts";
import { type Optimizer, optimizerOf } from "../protocol/optimizer.ts";
import { classWeights } from "./class-weights.ts";
import type { NamedWeights, TrainJob } from "./engine.ts";
import { dropoutOf, fusedLoss, networkShape } from "./fused-model.ts";
import { predictWith } from "./fused-predict.ts";
import { loadFlat, namedFlat, slotShapes } from "./fused-weights.ts";
import { initialWeights } from "./init.ts";
import type { Batch, Stepper } from "./stepper.ts";
import { dimsOf } from "./weights.ts";

/** Vectors of a native network before the optimizer's slots: weights and gradient. */
const firstSlot = 2;

/** A step by the native kernels. */
export class NativeStepper implements Stepper {
  private readonly job: TrainJob;
  private readonly shapes: readonly WeightShape[];
  private readonly slotShapes: readonly WeightShape[][];
  private readonly network: NativeNetwork;
  private readonly updateFor: Optimizer["updateFor"];
  private readonly predictedLoss: Loss;

  constructor(job: TrainJob, library: NativeLibrary) {
    const { model, train, from } = job;
    const optimizer = optimizerOf(model);
    const dims = dimsOf(train);
    const { slots } = optimizer;
    this.job = job;
    this.shapes = weightShapes(model, dims);
    this.slotShapes = slotShapes(this.shapes, slots);
    this.updateFor = optimizer.updateFor;
    this.predictedLoss = fusedLoss(model, null);
    this.network = new NativeNetwork(
      library,
      networkShape(model, dims),
      {
        training: true,
        dropout: model.dropout > 0,
        recurrentDropout: model.recurrent_dropout > 0,
        lengths: true,
        slots: slots.length,
      },
      {
        loss: fusedLoss(model, classWeights(model, train)),
        outputRate: model.dropout,
        stateRate: model.recurrent_dropout,
        penalties: {
          l2: model.l2,
          weightDecay: optimizer.weightDecay,
          clipValue: model.clip_value,
          clipNorm: model.clip_norm,
        },
      },
    );
    try {
      this.load(from?.weights ?? initialWeights(model, dims, job.seed), from?.optimizer);
    } catch (error) {
      this.network.dispose();
      throw error;
    }
    if (!from && optimizer.fill !== 0) {
      const fill = new Float32Array(this.network.size).fill(optimizer.fill);
      for (const slot of slots.keys()) this.network.put(firstSlot + slot, fill);
    }
  }

  accumulate(batch: Batch): number {
    const { train } = this.job;
    return this.network.accumulate(train, batch.samples, batch.share, dropoutOf(this.job, batch));
  }

  update(learningRate: number, step: number): ArrayLike<number> {
    return this.network.update(this.updateFor(learningRate, step), learningRate);
  }

  weights(): NamedWeights[] {
    return namedFlat(this.shapes, this.network.get(0));
  }

  slots(): NamedWeights[] {
    return this.slotShapes.flatMap((shapes, slot) => namedFlat(shapes, this.network.get(firstSlot + slot)));
  }

  predict(set: SequenceSet, signal: AbortSignal): Promise<Float32Array> {
    return predictWith(this.network, this.predictedLoss, set, signal);
  }

  dispose(): void {
    this.network.dispose();
  }

  private load(weights: readonly NamedWeights[], optimizer: readonly NamedWeights[] = []): void {
    const flat = new Float32Array(this.network.size);
    loadFlat(this.shapes, weights, flat);
    this.network.put(0, flat);
    if (optimizer.length === 0) return;
    for (const [slot, shapes] of this.slotShapes.entries()) {
      loadFlat(shapes, optimizer.slice(slot * shapes.length, (slot + 1) * shapes.length), flat);
      this.network.put(firstSlot + slot, flat);
    }
  }
}
