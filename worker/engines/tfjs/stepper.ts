import * as tf from "@tensorflow/tfjs-core";
import type { SequenceSet } from "../../data/outputs/sequences.ts";
import type { ModelSettings } from "../../protocol/model-settings.ts";
import { type MaskKey, outputMask, recurrentMask } from "../../lstm/dropout.ts";
import { hiddenSizes, type ModelDims, weightShapes } from "../../protocol/model-shape.ts";
import { classWeights } from "../class-weights.ts";
import type { NamedWeights, TrainJob } from "../engine.ts";
import { gatherInputs, gatherSteps, gatherTargets } from "../gather.ts";
import { initialWeights } from "../init.ts";
import type { Batch, Stepper } from "../stepper.ts";
import { checkedWeights, dimsOf } from "../weights.ts";
import { gathered, normClipped, squaresOf, valuesClipped } from "./gradients.ts";
import { type TensorLoss, tensorLoss } from "./losses.ts";
import { TfjsNetwork } from "./network.ts";
import { Optimizer } from "./optimizer.ts";
import { predictAll } from "./predict.ts";
import type { LayerMasks } from "./recurrent-layer.ts";

/** A step by TF.js: gradients from its tape, updates by our rules. */
export class TfjsStepper implements Stepper {
  private readonly job: TrainJob;
  private readonly dims: ModelDims;
  private readonly network: TfjsNetwork;
  private readonly optimizer: Optimizer;
  private readonly loss: TensorLoss;
  /** Which weights l2 and weight decay apply to: kernels, not biases. */
  private readonly decays: readonly boolean[];
  private pending: readonly tf.Tensor[] = [];

  constructor(job: TrainJob) {
    const { model, train, from } = job;
    this.job = job;
    this.dims = dimsOf(train);
    const shapes = weightShapes(model, this.dims);
    this.decays = shapes.map(({ shape }) => shape.length > 1);
    this.loss = tensorLoss(model, classWeights(model, train));
    // Everything is checked before the first tensor is made, so that a refusal leaves none behind.
    const weights = checkedWeights(shapes, from?.weights ?? initialWeights(model, this.dims, job.seed));
    this.optimizer = new Optimizer(model, shapes, from?.optimizer);
    this.network = new TfjsNetwork(model, this.dims, weights);
  }

  accumulate(batch: Batch): number {
    const { variables } = this.network;
    const { l2 } = this.job.model;
    const before = this.pending;
    const loss = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(this.forward(batch), [...variables]);
      this.pending = variables.map((variable, index) => {
        const gradient = grads[variable.name]!;
        const penalty = this.decays[index] ? l2 : 0;
        return tf.keep(gathered(before[index], gradient, batch.share, variable, penalty));
      });
      return value;
    });
    tf.dispose([...before]);
    return numberOf(loss);
  }

  update(learningRate: number, step: number): ArrayLike<number> {
    const { clip_value, clip_norm } = this.job.model;
    const gradients = this.pending;
    this.pending = [];
    const squares = squaresOf(gradients);
    const bounded = valuesClipped(gradients, clip_value);
    const clipped = normClipped(bounded, clip_norm);
    this.optimizer.apply(this.network.variables, clipped, this.decays, learningRate, step);
    tf.dispose([...gradients, ...bounded, ...clipped]);
    return squares;
  }

  weights(): NamedWeights[] {
    return this.network.weights();
  }

  slots(): NamedWeights[] {
    return this.optimizer.slots();
  }

  predict(set: SequenceSet, signal: AbortSignal): Promise<Float32Array> {
    return predictAll(this.network, set, signal);
  }

  dispose(): void {
    tf.dispose([...this.pending]);
    this.optimizer.dispose();
    this.network.dispose();
  }

  private forward(batch: Batch): () => tf.Scalar {
    const { train } = this.job;
    const { features, window, outputs } = this.dims;
    const count = batch.samples.length;
    const inputs = tf.tensor3d(gatherInputs(train, batch.samples), [count, window, features]);
    const targets = tf.tensor2d(gatherTargets(train, batch.samples), [count, outputs]);
    const steps = gatherSteps(train, batch.samples);
    const circumstances = {
      steps: steps && tf.tensor2d(steps, [count, window]),
      masks: this.masks(batch),
    };
    return () => this.loss(this.network.logits(inputs, circumstances), targets);
  }

  private masks(batch: Batch): LayerMasks[] | null {
    const { model, seed } = this.job;
    if (model.dropout === 0 && model.recurrent_dropout === 0) return null;
    return hiddenSizes(model, this.dims).map((units, layer, all) => {
      const steps = layer < all.length - 1 ? this.dims.window : 1;
      const key = { seed, epoch: batch.epoch, batch: batch.index, layer };
      return layerMasks(model, key, steps, batch.samples.length, units);
    });
  }
}

function layerMasks(
  model: ModelSettings,
  key: MaskKey,
  steps: number,
  samples: number,
  units: number,
): LayerMasks {
  const directions = model.bidirectional ? 2 : 1;
  return {
    output: outputTensor(key, model.dropout, [steps, samples, directions * units], directions),
    recurrent: recurrentTensors(key, model.recurrent_dropout, [directions, samples, units]),
  };
}

type Shape3 = [number, number, number];

function outputTensor(key: MaskKey, rate: number, shape: Shape3, directions: number): tf.Tensor3D | null {
  if (rate === 0) return null;
  const [steps, samples, outputs] = shape;
  return tf.tensor3d(outputMask(key, rate, steps, samples, outputs / directions, directions), shape);
}

function recurrentTensors(key: MaskKey, rate: number, shape: Shape3): tf.Tensor2D[] | null {
  if (rate === 0) return null;
  return tf.unstack(tf.tensor3d(recurrentMask(key, rate, ...shape), shape)) as tf.Tensor2D[]; // one a direction
}

function numberOf(scalar: tf.Scalar): number {
  const value = scalar.dataSync()[0]!;
  scalar.dispose();
  return value;
}
