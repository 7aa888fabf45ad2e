import type { SequenceSet } from "../data/outputs/sequences.ts";
import type { Machine, MachineShop } from "../lstm/machine.ts";
import { type Plan, planFor } from "../lstm/plan.ts";
import { Training } from "../lstm/training.ts";
import { type ModelDims, type WeightShape, weightShapes } from "../protocol/model-shape.ts";
import { type Optimizer, optimizerOf } from "../protocol/optimizer.ts";
import { classWeights } from "./class-weights.ts";
import type { NamedWeights, TrainJob } from "./engine.ts";
import { dropoutOf, fusedLoss, networkShape, weightSpans } from "./fused-model.ts";
import { predictWith } from "./fused-predict.ts";
import { loadFlat, namedFlat, slotShapes } from "./fused-weights.ts";
import { initialWeights } from "./init.ts";
import type { Batch, Stepper } from "./stepper.ts";
import { dimsOf } from "./weights.ts";

/** A step by the fused kernels, in a memory of their own that `dispose` gives back. */
export class FusedStepper implements Stepper {
  private readonly job: TrainJob;
  private readonly dims: ModelDims;
  private readonly shapes: readonly WeightShape[];
  private readonly slotShapes: readonly WeightShape[][];
  private readonly shop: MachineShop;
  private readonly machine: Machine;
  private readonly plan: Plan;
  private readonly training: Training;
  private readonly updateFor: Optimizer["updateFor"];

  constructor(job: TrainJob, shop: MachineShop) {
    const { model, train, from } = job;
    const optimizer = optimizerOf(model);
    const { slots } = optimizer;
    this.job = job;
    this.shop = shop;
    this.dims = dimsOf(train);
    this.shapes = weightShapes(model, this.dims);
    this.slotShapes = slotShapes(this.shapes, slots);
    const shape = networkShape(model, this.dims);
    this.plan = planFor(shape, {
      training: true,
      dropout: model.dropout > 0,
      recurrentDropout: model.recurrent_dropout > 0,
      lengths: true,
      slots: slots.length,
    });
    this.machine = shop.take(this.plan.bytes);
    const loss = fusedLoss(model, classWeights(model, train));
    this.training = new Training(shape, this.plan, this.machine, loss, weightSpans(this.shapes), {
      l2: model.l2,
      weightDecay: optimizer.weightDecay,
      clipValue: model.clip_value,
      clipNorm: model.clip_norm,
    });
    this.updateFor = optimizer.updateFor;
    this.load(from?.weights ?? initialWeights(model, this.dims, job.seed), from?.optimizer);
    if (!from) for (const slot of this.plan.slots) this.vector(slot).fill(optimizer.fill);
  }

  accumulate(batch: Batch): number {
    return this.training.accumulate(this.job.train, batch.samples, batch.share, dropoutOf(this.job, batch));
  }

  update(learningRate: number, step: number): ArrayLike<number> {
    return this.training.update(this.updateFor(learningRate, step), learningRate);
  }

  weights(): NamedWeights[] {
    return namedFlat(this.shapes, this.vector(this.plan.weights));
  }

  slots(): NamedWeights[] {
    return this.slotShapes.flatMap((shapes, slot) => namedFlat(shapes, this.vector(this.plan.slots[slot]!)));
  }

  predict(set: SequenceSet, signal: AbortSignal): Promise<Float32Array> {
    const loss = fusedLoss(this.job.model, null);
    return predictWith(this.training.network, loss, set, signal);
  }

  dispose(): void {
    this.shop.giveBack(this.machine);
  }

  private load(weights: readonly NamedWeights[], optimizer: readonly NamedWeights[] = []): void {
    loadFlat(this.shapes, weights, this.vector(this.plan.weights));
    if (optimizer.length === 0) return;
    for (const [slot, shapes] of this.slotShapes.entries()) {
      const stored = optimizer.slice(slot * shapes.length, (slot + 1) * shapes.length);
      loadFlat(shapes, stored, this.vector(this.plan.slots[slot]!));
    }
  }

  private vector(address: number): Float32Array {
    return this.training.network.vector(address);
  }
}
