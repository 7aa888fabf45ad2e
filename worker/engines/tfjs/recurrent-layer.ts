import * as tf from "@tensorflow/tfjs-core";
import { layers, type RNN } from "@tensorflow/tfjs-layers";
import type { ModelSettings } from "../../protocol/model-settings.ts";
import { type BlockLstm, blockLstm } from "./block-lstm.ts";
import { gruLayer } from "./gru-layer.ts";
import { built, single, variablesOf } from "./tensors.ts";

/** Dropout of one layer in one batch. */
export interface LayerMasks {
  /** [T, B, outputs] for a layer that feeds another, [1, B, outputs] for the last; null without dropout. */
  readonly output: tf.Tensor3D | null;
  /** One [B, H] a direction, forward first; null without recurrent dropout. */
  readonly recurrent: readonly tf.Tensor2D[] | null;
}

/** One layer of tf.layers, in one direction or in both with their outputs side by side, forward first. */
export class RecurrentLayer {
  /** Numbers it hands on at each step. */
  readonly outputs: number;
  readonly variables: readonly tf.Variable[];
  private readonly directions: readonly Direction[];
  private readonly sequences: boolean;

  /** `sequences`: hand on every step's output [B, T, outputs] instead of the last one [B, outputs]. */
  constructor(model: ModelSettings, inputs: number, units: number, sequences: boolean) {
    const ways = model.bidirectional ? [false, true] : [false];
    this.directions = ways.map((backwards) => new Direction(model, inputs, units, sequences, backwards));
    this.variables = this.directions.flatMap(({ variables }) => variables);
    this.outputs = units * ways.length;
    this.sequences = sequences;
  }

  apply(inputs: tf.Tensor, steps: tf.Tensor2D | null, masks: LayerMasks | null): tf.Tensor {
    const outputs = this.directions.map((direction, index) =>
      direction.apply(inputs, steps, masks?.recurrent?.[index] ?? null),
    );
    const joined = outputs.length === 1 ? outputs[0]! : tf.concat(outputs, -1);
    return masks?.output ? tf.mul(joined, this.laidOut(masks.output)) : joined;
  }

  dispose(): void {
    for (const direction of this.directions) direction.dispose();
  }

  private laidOut(mask: tf.Tensor3D): tf.Tensor {
    return this.sequences ? tf.transpose(mask, [1, 0, 2]) : tf.squeeze(mask, [0]);
  }
}

class Direction {
  readonly variables: readonly tf.Variable[];
  private readonly layer: RNN;
  private readonly backwards: boolean;
  private readonly sequences: boolean;
  /** TensorFlow's own LSTM, where it is to be had. */
  private readonly block: BlockLstm | null;
  /** The recurrent mask in force, for the cell to fetch; ones outside training. */
  private mask: tf.Tensor2D | null = null;

  constructor(model: ModelSettings, inputs: number, units: number, sequences: boolean, backwards: boolean) {
    this.backwards = backwards;
    this.sequences = sequences;
    this.layer = tfLayer(
      model,
      units,
      { returnSequences: sequences, goBackwards: backwards },
      () => this.mask,
    );
    built(this.layer, [1, 1, inputs]);
    this.variables = variablesOf(this.layer);
    this.block = model.cell === "lstm" ? blockLstm() : null;
  }

  apply(inputs: tf.Tensor, steps: tf.Tensor2D | null, mask: tf.Tensor2D | null): tf.Tensor {
    // The block knows neither lengths nor a mask of the state.
    if (this.block !== null && steps === null && mask === null) return this.inOne(this.block, inputs);
    this.mask = mask;
    const kwargs = { training: mask !== null, ...(steps && { mask: steps }) };
    const output = single(this.layer.apply(inputs, kwargs));
    return this.backwards && this.sequences ? tf.reverse(output, 1) : output;
  }

  private inOne(block: BlockLstm, inputs: tf.Tensor): tf.Tensor {
    const [kernel, recurrent, bias] = this.variables as unknown as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
    const x = tf.transpose(inputs, [1, 0, 2]) as tf.Tensor3D;
    const h = block(this.backwards ? tf.reverse(x, 0) : x, kernel, recurrent, bias);
    if (this.sequences) return tf.transpose(this.backwards ? tf.reverse(h, 0) : h, [1, 0, 2]);
    return tf.squeeze(tf.slice(h, [h.shape[0] - 1, 0, 0], [1, -1, -1]), [0]);
  }

  dispose(): void {
    const { cell } = this.layer;
    // A cell keeps its last mask until the next call.
    if ("recurrentDropoutMask" in cell) tf.dispose(cell.recurrentDropoutMask ?? []);
    this.layer.dispose();
  }
}

interface Shape {
  readonly returnSequences: boolean;
  readonly goBackwards: boolean;
}

type MaskSource = () => tf.Tensor2D | null;

/**
 * tf.layers drops the state by one mask a batch, as we do; its `dropoutFunc` lets us say which. Initializers are
 * the cheapest there are: weights are set right after.
 */
function tfLayer(model: ModelSettings, units: number, shape: Shape, mask: MaskSource): RNN {
  const common = {
    ...shape,
    units,
    kernelInitializer: "zeros",
    recurrentInitializer: "zeros",
    recurrentDropout: model.recurrent_dropout,
    dropoutFunc: (ones: tf.Tensor) => mask() ?? ones,
  } as const;
  switch (model.cell) {
    case "lstm":
      return layers.lstm({ ...common, recurrentActivation: "sigmoid", unitForgetBias: false });
    case "gru":
      return gruLayer(common, mask);
    case "rnn":
      return layers.simpleRNN(common);
    default:
      return model.cell satisfies never;
  }
}
