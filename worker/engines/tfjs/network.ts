import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { hiddenSizes, type ModelDims, weightShapes } from "../../protocol/model-shape.ts";
import type { ModelSettings } from "../../protocol/model-settings.ts";
import type { NamedWeights } from "../engine.ts";
import { checkedWeights } from "../weights.ts";
import { type LayerMasks, RecurrentLayer } from "./recurrent-layer.ts";
import { built, named, single, variablesOf } from "./tensors.ts";

/** What is known of a batch besides its rows. */
export interface Circumstances {
  /** 1 for each row of a sample, 0 past its end [B, T]; null when all samples are full. */
  readonly steps: tf.Tensor2D | null;
  /** Dropout of each layer; null outside training and without dropout. */
  readonly masks: readonly LayerMasks[] | null;
}

/** The model on tensors: tf.layers' recurrent layers and a dense head, as variables in the engines' common order. */
export class TfjsNetwork {
  readonly variables: readonly tf.Variable[];
  private readonly names: readonly string[];
  private readonly recurrent: readonly RecurrentLayer[];
  private readonly head: ReturnType<typeof layers.dense>;
  private readonly loss: ModelSettings["loss"];

  constructor(model: ModelSettings, dims: ModelDims, weights: readonly NamedWeights[]) {
    const shapes = weightShapes(model, dims);
    const checked = checkedWeights(shapes, weights);
    this.loss = model.loss;
    this.names = shapes.map(({ name }) => name);
    this.recurrent = recurrentLayers(model, dims);
    this.head = layers.dense({ units: dims.outputs, kernelInitializer: "zeros" });
    built(this.head, [1, shapes.at(-2)!.shape[0]!]);
    this.variables = [...this.recurrent.flatMap((layer) => layer.variables), ...variablesOf(this.head)];
    for (const [index, variable] of this.variables.entries()) {
      tf.tidy(() => variable.assign(tf.tensor(checked[index]!.data, variable.shape)));
    }
  }

  /** What the head says before its sigmoid or softmax. inputs [B, T, F] → [B, outputs]. */
  logits(inputs: tf.Tensor3D, { steps, masks }: Circumstances): tf.Tensor2D {
    let signal: tf.Tensor = inputs;
    for (const [index, layer] of this.recurrent.entries()) {
      signal = layer.apply(signal, steps, masks?.[index] ?? null);
    }
    const flat = tf.reshape(signal, [inputs.shape[0], -1]);
    return single(this.head.apply(flat)) as tf.Tensor2D;
  }

  /** Predictions in the model's own terms: probabilities where the loss is a cross-entropy. */
  predictions(inputs: tf.Tensor3D, steps: tf.Tensor2D | null): tf.Tensor2D {
    const logits = this.logits(inputs, { steps, masks: null });
    if (this.loss === "binary_crossentropy") return tf.sigmoid(logits);
    if (this.loss === "categorical_crossentropy") return tf.softmax(logits);
    return logits;
  }

  weights(): NamedWeights[] {
    return named(this.names, this.variables);
  }

  dispose(): void {
    for (const layer of this.recurrent) layer.dispose();
    this.head.dispose();
  }
}

function recurrentLayers(model: ModelSettings, dims: ModelDims): RecurrentLayer[] {
  let inputs = dims.features;
  return hiddenSizes(model, dims).map((units, index, all) => {
    const layer = new RecurrentLayer(model, inputs, units, index < all.length - 1);
    inputs = layer.outputs;
    return layer;
  });
}
