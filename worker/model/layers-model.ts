import { hiddenSizes, type ModelDims } from "../protocol/model-shape.ts";
import type { CellName, ModelSettings } from "../protocol/model-settings.ts";
import type { NamedWeights } from "./weights.ts";

/** A model as TensorFlow.js stores it: what belongs into `model.json` and the weights file it names. */
export interface LayersModel {
  readonly json: object;
  readonly weights: Uint8Array;
}

export interface LayersModelOptions {
  readonly model: ModelSettings;
  readonly dims: ModelDims;
  /** Weights of each member, all for the same inputs. */
  readonly members: readonly (readonly NamedWeights[])[];
  /** Steps in which every input is this value are none: what a short sample is filled up with. Null: no such steps. */
  readonly maskValue: number | null;
  /** Name of the weights file. */
  readonly weightsFile: string;
}

/** A value that no scaled input takes. */
export const shortSampleFill = -1e6;

type Layer = {
  readonly name: string;
  readonly module: string;
  readonly class_name: string;
  readonly config: object;
};

/** Where Keras 3 finds the class of a layer. */
const kerasLayers = "keras.layers";
type PlacedLayer = Layer & { readonly inbound_nodes: readonly unknown[] };

/**
 * A functional model of tf.layers' own layers: inputs [samples, window, features], outputs [samples, outputs] in
 * scaled units, or probabilities. Members stand side by side under `fold1_lstm0`, ... and end in their average.
 */
export function layersModel(options: LayersModelOptions): LayersModel {
  const { model, dims, members, maskValue, weightsFile } = options;
  const graph: PlacedLayer[] = [];
  const place = (next: Layer, ...sources: readonly string[]): string => {
    const inbound = sources.length === 0 ? [] : [sources.map((source) => [source, 0, 0, {}])];
    graph.push({ ...next, config: { name: next.name, ...next.config }, inbound_nodes: inbound });
    return next.name;
  };
  const shape = [null, dims.window, dims.features];
  const inputs = place(layer("inputs", "InputLayer", { batch_input_shape: shape, dtype: "float32" }));
  const start =
    maskValue === null ? inputs : place(layer("mask", "Masking", { mask_value: maskValue }), inputs);
  const tensors: NamedWeights[] = [];
  const ends = members.map((weights, k) => {
    const prefix = members.length === 1 ? "" : `fold${k + 1}_`;
    tensors.push(...weights.map((one) => ({ ...one, name: weightName(one.name, prefix, model) })));
    return chain(model, dims, prefix).reduce((source, next) => place(next, source), start);
  });
  const end = ends.length === 1 ? ends[0]! : place(layer("mean", "Average", {}), ...ends);
  return {
    json: modelJson(graph, inputs, end, tensors, weightsFile),
    weights: Buffer.concat(
      tensors.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
    ),
  };
}

function modelJson(
  graph: readonly PlacedLayer[],
  inputs: string,
  end: string,
  tensors: readonly NamedWeights[],
  weightsFile: string,
): object {
  const config = {
    name: "seqtune",
    layers: graph,
    input_layers: [[inputs, 0, 0]],
    output_layers: [[end, 0, 0]],
  };
  return {
    format: "layers-model",
    generatedBy: "seqtune",
    convertedBy: null,
    modelTopology: {
      class_name: "Functional",
      module: "keras.src.models.functional", // by which Keras 3 knows its own classes; TF.js reads past it
      config,
      keras_version: "tfjs-layers 4.22.0",
      backend: "tensor_flow.js",
    },
    weightsManifest: [
      {
        paths: [weightsFile],
        weights: tensors.map(({ name, shape }) => ({ name, shape, dtype: "float32" })),
      },
    ],
  };
}

/** The layers of one network, each reading the one before. */
function chain(model: ModelSettings, dims: ModelDims, prefix: string): Layer[] {
  const sizes = hiddenSizes(model, dims);
  const recurrent = sizes.map((units, index) =>
    recurrentLayer(model, `${model.cell}${index}`, prefix, units, index < sizes.length - 1),
  );
  const body = sizes.length === 0 ? [layer(`${prefix}flatten`, "Flatten", {})] : recurrent;
  const activation = activations[model.loss];
  return [...body, layer(`${prefix}dense`, "Dense", { units: dims.outputs, activation, ...zeros })];
}

const classNames = { lstm: "LSTM", gru: "GRU", rnn: "SimpleRNN" } as const satisfies Record<CellName, string>;

const activations = {
  mse: "linear",
  mae: "linear",
  huber: "linear",
  quantile: "linear",
  binary_crossentropy: "sigmoid",
  categorical_crossentropy: "softmax",
} as const satisfies Record<ModelSettings["loss"], string>;

/** The cheapest initializers: the weights are loaded right after. */
const zeros = {
  kernel_initializer: { class_name: "Zeros", config: {} },
  bias_initializer: { class_name: "Zeros", config: {} },
};

function recurrentLayer(
  model: ModelSettings,
  name: string,
  prefix: string,
  units: number,
  sequences: boolean,
): Layer {
  const config = {
    units,
    activation: "tanh",
    return_sequences: sequences,
    recurrent_initializer: zeros.kernel_initializer,
    ...zeros,
    ...(model.cell === "rnn" ? {} : { recurrent_activation: "sigmoid" }),
    ...(model.cell === "lstm" ? { unit_forget_bias: false } : {}),
    // Keras otherwise expects the reset gate after the recurrent product, with a second bias.
    ...(model.cell === "gru" ? { reset_after: false } : {}),
  };
  const className = classNames[model.cell];
  if (!model.bidirectional) return layer(prefix + name, className, config);
  const inner = { module: kerasLayers, class_name: className, config: { name, ...config } };
  return layer(prefix + name, "Bidirectional", { merge_mode: "concat", layer: inner });
}

function layer(name: string, className: string, config: object): Layer {
  return { name, module: kerasLayers, class_name: className, config };
}

/** `lstm0/recurrent` → `fold1_lstm0/recurrent_kernel`, `lstm0/reverse/bias` → `fold1_lstm0/backward_lstm0/bias`. */
function weightName(name: string, prefix: string, { bidirectional }: ModelSettings): string {
  const [layerName = "", ...rest] = name.split("/");
  const last = rest.at(-1) === "recurrent" ? "recurrent_kernel" : rest.at(-1)!;
  if (!bidirectional || layerName === "dense") return `${prefix}${layerName}/${last}`;
  const direction = rest[0] === "reverse" ? "backward" : "forward";
  return `${prefix}${layerName}/${direction}_${layerName}/${last}`;
}
