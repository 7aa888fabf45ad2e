import type { CellName, ModelSettings } from "./model-settings.ts";
import { suggestHidden } from "./sizing.ts";

/** What the data decides about a model: numbers a step (`features`), steps (`window`), numbers predicted. */
export interface ModelDims {
  readonly features: number;
  readonly window: number;
  readonly outputs: number;
}

export interface WeightShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Gates side by side in a cell's kernels: lstm i, f, g, o; gru z, r, h; rnn one. */
export const gateCount = { lstm: 4, gru: 3, rnn: 1 } as const satisfies Record<CellName, number>;

/** Units of each layer, in order; empty for the linear model. */
export function hiddenSizes(model: ModelSettings, dims: ModelDims): number[] {
  const { hidden } = model;
  if (Array.isArray(hidden)) return hidden;
  const units = hidden === "auto" ? suggestHidden(dims.features, dims.outputs) : hidden;
  return Array.from({ length: model.layers }, () => units);
}

/**
 * Every weight of a model, in the order all engines keep: per layer (and per direction, the reverse one as
 * `lstm0/reverse/…`) kernel [in, gates × H], recurrent [H, gates × H], bias [gates × H]; then
 * `dense/kernel` [in, outputs] and `dense/bias` [outputs]. The linear model has the dense weights only,
 * in = window × features, oldest row first.
 */
export function weightShapes(model: ModelSettings, dims: ModelDims): WeightShape[] {
  const shapes: WeightShape[] = [];
  let inputs = dims.features;
  for (const [layer, units] of hiddenSizes(model, dims).entries()) {
    const gates = gateCount[model.cell] * units;
    for (const prefix of directions(model, layer)) {
      shapes.push({ name: `${prefix}/kernel`, shape: [inputs, gates] });
      shapes.push({ name: `${prefix}/recurrent`, shape: [units, gates] });
      shapes.push({ name: `${prefix}/bias`, shape: [gates] });
    }
    inputs = model.bidirectional ? 2 * units : units;
  }
  if (model.layers === 0) inputs = dims.window * dims.features;
  shapes.push({ name: "dense/kernel", shape: [inputs, dims.outputs] });
  shapes.push({ name: "dense/bias", shape: [dims.outputs] });
  return shapes;
}

/** Trainable numbers of a model. */
export function parameterCount(model: ModelSettings, dims: ModelDims): number {
  return weightShapes(model, dims).reduce((sum, { shape }) => sum + elements(shape), 0);
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function directions(model: ModelSettings, layer: number): string[] {
  const name = `${model.cell}${layer}`;
  return model.bidirectional ? [name, `${name}/reverse`] : [name];
}
