import { rngFor } from "../../search/random.ts";
import type { SequenceSet } from "../../worker/data/outputs/sequences.ts";
import { FusedStepper } from "../../worker/engines/fused-stepper.ts";
import type { Stepper } from "../../worker/engines/stepper.ts";
import { TfjsStepper } from "../../worker/engines/tfjs/stepper.ts";
import type { NativeLibrary } from "../../worker/lstm/native.ts";
import { NativeStepper } from "../../worker/engines/native-stepper.ts";
import type { MachineShop } from "../../worker/lstm/machine.ts";
import { modelSettingsSchema } from "../../worker/protocol/model-settings.ts";

export interface Shape {
  readonly window: number;
  readonly hidden: number;
  readonly layers: number;
  readonly batch: number;
  readonly features: number;
  /** Default lstm. */
  readonly cell?: "lstm" | "gru" | "rnn";
  readonly bidirectional?: boolean;
  /** Samples of 1 to `window` rows. */
  readonly lengths?: boolean;
}

/** Something that trains the same network on the same amount of data. */
export interface Contender {
  readonly name: string;
  /** Milliseconds of each of `count` training steps: gather a batch, forward, backward, Adam. */
  steps(count: number): Promise<number[]>;
  dispose(): void;
}

export function native(shape: Shape, library: NativeLibrary): Contender {
  return stepping("native", shape, new NativeStepper(jobOf(shape), library));
}

export function wasm(shape: Shape, shop: MachineShop): Contender {
  return stepping("WebAssembly", shape, new FusedStepper(jobOf(shape), shop));
}

export function tfLayers(shape: Shape): Contender {
  return stepping("tf.layers", shape, new TfjsStepper(jobOf(shape)));
}

function stepping(name: string, shape: Shape, stepper: Stepper): Contender {
  const samples = Int32Array.from({ length: shape.batch }, (_, index) => index);
  let step = 0;
  const one = (): number => {
    const start = performance.now();
    stepper.accumulate({ epoch: 1, index: step, samples, share: 1, completesStep: true });
    stepper.update(1e-3, ++step);
    return performance.now() - start;
  };
  return {
    name,
    steps: (count) => Promise.resolve(Array.from({ length: count }, one)),
    dispose: () => stepper.dispose(),
  };
}

function jobOf(shape: Shape) {
  const { hidden, layers, batch, cell = "lstm", bidirectional = false } = shape;
  const model = modelSettingsSchema.parse({ hidden, layers, batch_size: batch, cell, bidirectional });
  return { model, train: noise(shape), seed: 1, epochs: 1 };
}

function noise({ window, features, batch, lengths }: Shape): SequenceSet {
  const rng = rngFor(1, "bench");
  const normals = (length: number): Float32Array => Float32Array.from({ length }, () => rng.normal());
  return {
    values: normals((batch + window) * features),
    features,
    window,
    starts: Int32Array.from({ length: batch }, (_, index) => index),
    ...(lengths && { lengths: Int32Array.from({ length: batch }, () => 1 + rng.int(window)) }),
    targets: normals(batch),
    outputs: 1,
  };
}
