import * as tf from "@tensorflow/tfjs-core";
import type { SymbolicTensor } from "@tensorflow/tfjs-layers";
import type { NamedWeights } from "../engine.ts";

/** tf.layers answers with tensors or symbols, one or several; given one tensor, with one tensor. */
export function single(applied: tf.Tensor | tf.Tensor[] | SymbolicTensor | SymbolicTensor[]): tf.Tensor {
  if (applied instanceof tf.Tensor) return applied;
  throw new TypeError("tf.layers did not answer with one tensor");
}

/** Makes a layer's weights: tf.layers does so in the first call, and only a called layer can be disposed of. */
export function built(layer: { apply(inputs: tf.Tensor): unknown }, inputShape: [number, ...number[]]): void {
  tf.tidy(() => {
    layer.apply(tf.zeros(inputShape));
  });
}

interface BuiltLayer {
  readonly trainableWeights: readonly { read(): tf.Tensor }[];
}

/** A built layer's weights: kernel, recurrent kernel, bias. */
export function variablesOf(layer: BuiltLayer): tf.Variable[] {
  return layer.trainableWeights.map((weight) => {
    const value = weight.read();
    if (value instanceof tf.Variable) return value;
    throw new TypeError("a tf.layers weight is not a variable");
  });
}

/** Copies of variables under the given names. */
export function named(names: readonly string[], variables: readonly tf.Variable[]): NamedWeights[] {
  return variables.map((variable, index) => ({
    name: names[index]!,
    shape: variable.shape,
    data: Float32Array.from(variable.dataSync()),
  }));
}
