import type { ModelSettings } from "../../../worker/protocol/model-settings.ts";
import {
  gateCount,
  hiddenSizes,
  parameterCount,
  type ModelDims,
} from "../../../worker/protocol/model-shape.ts";

export interface ModelSize {
  /** Trainable numbers. */
  readonly parameters: number;
  /** Units of each layer; empty for the linear model. */
  readonly hidden: readonly number[];
  /** About what training needs beside the data, in bytes; see `trainingBytes`. */
  readonly bytes: number;
}

export function modelSize(model: ModelSettings, dims: ModelDims): ModelSize {
  return {
    parameters: parameterCount(model, dims),
    hidden: hiddenSizes(model, dims),
    bytes: trainingBytes(model, dims),
  };
}

const bytesPerNumber = 4;
/** The weight, its gradient, and at most two numbers of the optimizer. */
const numbersPerWeight = 4;

/**
 * Counted, not measured: four numbers a weight, and of one batch what the way back needs: the inputs, and for
 * every step, unit and direction of a layer its gates, its cell state and its output.
 */
function trainingBytes(model: ModelSettings, dims: ModelDims): number {
  const directions = model.bidirectional ? 2 : 1;
  const perStep = hiddenSizes(model, dims)
    .map((units) => units * directions * (gateCount[model.cell] + 2))
    .reduce((sum, numbers) => sum + numbers, dims.features);
  const batch = model.batch_size * dims.window * perStep;
  return bytesPerNumber * (numbersPerWeight * parameterCount(model, dims) + batch);
}

/** Multiplications with addition of the weights for one sample forward: what training time grows with. */
export function multiplications(model: ModelSettings, dims: ModelDims): number {
  const all = parameterCount(model, dims);
  const sizes = hiddenSizes(model, dims);
  if (sizes.length === 0) return all;
  const width = sizes.at(-1)! * (model.bidirectional ? 2 : 1);
  const dense = (width + 1) * dims.outputs;
  return (all - dense) * dims.window + dense;
}
