/** Small networks, data and masks for checking the kernels. */
import { rngFor } from "../../../search/random.ts";
import type { Loss } from "../../../worker/lstm/losses.ts";
import { MachineShop } from "../../../worker/lstm/machine.ts";
import type { Masks } from "../../../worker/lstm/network.ts";
import { planFor } from "../../../worker/lstm/plan.ts";
import { layoutOf, type NetworkShape } from "../../../worker/lstm/shape.ts";
import { type LabelledSamples, Training } from "../../../worker/lstm/training.ts";
import type { ReferenceBatch } from "./reference.ts";

export interface Case extends Omit<NetworkShape, "features" | "window" | "outputs"> {
  readonly features?: number;
  readonly window?: number;
  readonly outputs?: number;
  readonly samples?: number;
  readonly lengths?: boolean;
  readonly dropout?: boolean;
  readonly recurrentDropout?: boolean;
}

export interface Problem {
  readonly shape: NetworkShape;
  readonly weights: Float32Array;
  readonly batch: ReferenceBatch;
}

/** A network with random weights and a batch of random data. */
export function problem(wanted: Case): Problem {
  const {
    features = 2,
    window = 3,
    outputs = 2,
    samples = 3,
    lengths,
    dropout,
    recurrentDropout,
    ...rest
  } = wanted;
  const shape = { ...rest, features, window, outputs };
  const rng = rngFor(1, "kernels", JSON.stringify(wanted));
  const uniform = (length: number, size: number): Float32Array =>
    Float32Array.from({ length }, () => (2 * rng.next() - 1) * size);
  const set: LabelledSamples = {
    values: uniform((samples + window) * features, 1),
    features,
    window,
    starts: Int32Array.from({ length: samples }, (_, i) => i),
    targets: Float32Array.from({ length: samples * outputs }, () => (rng.next() < 0.5 ? 0 : 1)),
    outputs,
    ...(lengths && { lengths: Int32Array.from({ length: samples }, () => 1 + rng.int(window)) }),
  };
  const both = shape.bidirectional ? 2 : 1;
  const mask = (length: number): Float32Array =>
    Float32Array.from({ length }, () => (rng.next() < 0.3 ? 0 : 1.5));
  const masks: Masks = {
    outputs: shape.hidden.map((units, layer) => {
      const steps = layer === shape.hidden.length - 1 ? 1 : window;
      return dropout ? mask(steps * samples * units * both) : null;
    }),
    states: shape.hidden.map((units) => (recurrentDropout ? mask(both * samples * units) : null)),
  };
  const size = Math.max(0.3, 1 / Math.sqrt(Math.max(1, ...shape.hidden)));
  return {
    shape,
    weights: uniform(layoutOf(shape).weights, size),
    batch: {
      set,
      samples: Int32Array.from({ length: samples }, (_, i) => samples - 1 - i),
      masks: dropout || recurrentDropout ? masks : null,
    },
  };
}

/** Loss and gradient by the kernels, at most `rows` samples at once. */
export function lossAndGradient(
  { shape, weights, batch }: Problem,
  loss: Loss,
  shop: MachineShop,
  rows?: number,
): { loss: number; gradient: Float32Array } {
  const { masks } = batch;
  const use = {
    training: true,
    dropout: masks?.outputs[0] instanceof Float32Array,
    recurrentDropout: masks?.states[0] instanceof Float32Array,
    lengths: batch.set.lengths !== undefined,
    slots: 0,
  };
  const plan = planFor(shape, use, rows);
  const free = { l2: 0, weightDecay: 0, clipValue: null, clipNorm: null };
  const training = new Training(shape, plan, shop.take(plan.bytes), loss, [], free);
  training.network.vector(plan.weights).set(weights);
  const value = training.accumulate(batch.set, batch.samples, 1, batch.masks);
  return { loss: value, gradient: training.network.vector(plan.gradient).slice() };
}

/** Largest difference, as a share of the largest value. */
export function difference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let largest = 0;
  let apart = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]!));
    apart = Math.max(apart, Math.abs(found[i]! - expected[i]!));
    if (Number.isNaN(found[i]!)) return NaN;
  }
  return apart / largest;
}
