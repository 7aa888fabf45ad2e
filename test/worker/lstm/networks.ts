/** Small networks, data and masks for checking the kernels. */
import { rngFor } from "../../../search/random.ts";
import { type Dropout, outputMask, recurrentMask } from "../../../worker/lstm/dropout.ts";
import type { Loss } from "../../../worker/lstm/losses.ts";
import type { MachineShop } from "../../../worker/lstm/machine.ts";
import type { NativeLibrary } from "../../../worker/lstm/native.ts";
import { NativeNetwork } from "../../../worker/lstm/native-network.ts";
import { planFor } from "../../../worker/lstm/plan.ts";
import { layoutOf, type NetworkShape, type NetworkUse } from "../../../worker/lstm/shape.ts";
import { type LabelledSamples, Training } from "../../../worker/lstm/training.ts";
import type { Masks, ReferenceBatch } from "./reference.ts";

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
  const rates = { outputRate: dropout ? 0.3 : 0, stateRate: recurrentDropout ? 0.4 : 0 };
  const given: Dropout = { seed: 1, epoch: 2, batch: 3, ...rates };
  const masks: Masks = {
    outputs: shape.hidden.map((units, layer) => {
      const steps = layer === shape.hidden.length - 1 ? 1 : window;
      return dropout ? outputMask({ ...given, layer }, given.outputRate, steps, samples, units, both) : null;
    }),
    states: shape.hidden.map((units, layer) =>
      recurrentDropout ? recurrentMask({ ...given, layer }, given.stateRate, both, samples, units) : null,
    ),
  };
  const size = Math.max(0.3, 1 / Math.sqrt(Math.max(1, ...shape.hidden)));
  return {
    shape,
    weights: uniform(layoutOf(shape).weights, size),
    batch: {
      set,
      samples: Int32Array.from({ length: samples }, (_, i) => samples - 1 - i),
      dropout: dropout || recurrentDropout ? given : null,
      masks,
    },
  };
}

/** Computes a problem's mean loss and its gradient by every weight, with at most `rows` samples at once. */
export type Computer = (
  problem: Problem,
  loss: Loss,
  rows?: number,
) => { readonly loss: number; readonly gradient: Float32Array };

const free = { l2: 0, weightDecay: 0, clipValue: null, clipNorm: null };

function useOf({ batch }: Problem): NetworkUse {
  return {
    training: true,
    dropout: (batch.dropout?.outputRate ?? 0) > 0,
    recurrentDropout: (batch.dropout?.stateRate ?? 0) > 0,
    lengths: batch.set.lengths !== undefined,
    slots: 0,
  };
}

/** By the WebAssembly kernels. */
export function byShop(shop: MachineShop): Computer {
  return (given, loss, rows) => {
    const { shape, weights, batch } = given;
    const plan = planFor(shape, useOf(given), rows);
    const training = new Training(shape, plan, shop.take(plan.bytes), loss, [], free);
    training.network.vector(plan.weights).set(weights);
    const value = training.accumulate(batch.set, batch.samples, 1, batch.dropout);
    return { loss: value, gradient: training.network.vector(plan.gradient).slice() };
  };
}

/** By the native kernels; with room for this batch and no more, so that a sanitizer sees what goes beyond. */
export function byNative(library: NativeLibrary): Computer {
  return (given, loss, rows) => {
    const { shape, weights, batch } = given;
    const { outputRate = 0, stateRate = 0 } = batch.dropout ?? {};
    const objective = { loss, outputRate, stateRate, penalties: free };
    const most = rows ?? batch.samples.length;
    const network = new NativeNetwork(library, shape, useOf(given), objective, most);
    network.put(0, weights);
    const value = network.accumulate(batch.set, batch.samples, 1, batch.dropout);
    const gradient = network.get(1);
    network.dispose();
    return { loss: value, gradient };
  };
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
