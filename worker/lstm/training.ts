import type { Dropout } from "./dropout.ts";
import type { Machine } from "./machine.ts";
import { type Loss, lossOf, termsPerSample } from "./losses.ts";
import { Network } from "./network.ts";
import type { Plan } from "./plan.ts";
import type { Samples } from "./samples.ts";
import type { NetworkShape } from "./shape.ts";
import { applyUpdate, type Update } from "./update.ts";

/** One weight among the flat vector of all. */
export interface Span {
  /** Position of its first number. */
  readonly offset: number;
  readonly length: number;
  /** l2 and weight decay apply to it. */
  readonly decays: boolean;
}

export interface Penalties {
  /** Adds l2 · Σw² to what is minimised. */
  readonly l2: number;
  /** Share of each weight taken off per unit of learning rate. */
  readonly weightDecay: number;
  readonly clipValue: number | null;
  readonly clipNorm: number | null;
}

export interface LabelledSamples extends Samples {
  /** [samples, outputs] */
  readonly targets: Float32Array;
  readonly outputs: number;
}

/** A network in training: gathers gradients batch by batch, then changes the weights. */
export class Training {
  readonly network: Network;
  private readonly plan: Plan;
  private readonly machine: Machine;
  private readonly loss: Loss;
  private readonly spans: readonly Span[];
  private readonly penalties: Penalties;
  private readonly targets: Float32Array;
  private readonly squares: Float64Array;

  constructor(
    shape: NetworkShape,
    plan: Plan,
    machine: Machine,
    loss: Loss,
    spans: readonly Span[],
    penalties: Penalties,
  ) {
    this.network = new Network(shape, plan, machine, true);
    this.plan = plan;
    this.machine = machine;
    this.loss = loss;
    this.spans = spans;
    this.penalties = penalties;
    this.targets = new Float32Array(plan.rows * shape.outputs);
    this.squares = new Float64Array(spans.length);
  }

  /** Mean loss of these samples; adds its gradient times `share` to what is gathered. */
  accumulate(set: LabelledSamples, samples: Int32Array, share: number, dropout: Dropout | null): number {
    const { outputs } = set;
    const terms = samples.length * termsPerSample(this.loss, outputs);
    const chunks = Math.ceil(samples.length / this.plan.rows);
    const rows = Math.ceil(samples.length / chunks);
    let sum = 0;
    for (let from = 0; from < samples.length; from += rows) {
      const count = Math.min(rows, samples.length - from);
      const y = this.network.forward(set, samples, from, count, dropout);
      const targets = this.targetsOf(set, samples, from, count);
      sum += lossOf(this.loss, y, targets, outputs, share / terms, this.network.outputGradient(count));
      this.network.backward(count);
    }
    return sum / terms;
  }

  /** One step with the gathered gradient; returns the sum of squares of each span's gradient, before clipping. */
  update(update: Update, learningRate: number): Float64Array {
    const { l2, weightDecay, clipValue, clipNorm } = this.penalties;
    if (l2 > 0) this.forDecaying(({ at, length }) => this.addPenalty(at, length, l2));
    const squares = this.measure();
    if (clipValue !== null) this.scaleGradient(1, clipValue);
    if (clipNorm !== null) this.clip(clipValue === null ? squares : this.measureAgain(), clipNorm);
    if (weightDecay > 0) {
      const kept = 1 - learningRate * weightDecay;
      const { weights } = this.plan;
      this.forDecaying(({ at, length }) =>
        this.machine.kernels.scaleAndClamp(length, kept, Infinity, weights + at),
      );
    }
    applyUpdate(this.machine.kernels, this.plan, update);
    this.network.clearGradient();
    this.network.weightsChanged();
    return squares;
  }

  private targetsOf(set: LabelledSamples, samples: Int32Array, from: number, count: number): Float32Array {
    const { outputs, targets } = set;
    for (let b = 0, at = 0; b < count; b++) {
      const start = samples[from + b]! * outputs;
      for (let j = 0; j < outputs; j++) this.targets[at++] = targets[start + j]!;
    }
    return this.targets;
  }

  private forDecaying(act: (span: { readonly at: number; readonly length: number }) => void): void {
    for (const { offset, length, decays } of this.spans) if (decays) act({ at: offset * 4, length });
  }

  private addPenalty(at: number, length: number, l2: number): void {
    this.machine.kernels.addScaled(length, 2 * l2, this.plan.weights + at, this.plan.gradient + at);
  }

  private measure(): Float64Array {
    for (const [index, { offset, length }] of this.spans.entries()) {
      this.squares[index] = this.machine.kernels.sumSquares(length, this.plan.gradient + offset * 4);
    }
    return this.squares;
  }

  /** The squares of the gradient as it is now, apart from those that `measure` returned. */
  private measureAgain(): Float64Array {
    const { kernels } = this.machine;
    return Float64Array.of(kernels.sumSquares(this.plan.padded, this.plan.gradient));
  }

  private clip(squares: Float64Array, limit: number): void {
    const norm = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
    if (norm > limit) this.scaleGradient(limit / norm, Infinity);
  }

  private scaleGradient(factor: number, limit: number): void {
    this.machine.kernels.scaleAndClamp(this.plan.padded, factor, limit, this.plan.gradient);
  }
}
