import type { Dropout } from "../lstm/dropout.ts";
import type { Loss } from "../lstm/losses.ts";
import type { NetworkShape } from "../lstm/shape.ts";
import type { Span } from "../lstm/training.ts";
import { elements, hiddenSizes, type ModelDims, type WeightShape } from "../protocol/model-shape.ts";
import type { ModelSettings } from "../protocol/model-settings.ts";
import type { ClassWeights } from "./class-weights.ts";
import type { TrainJob } from "./engine.ts";
import type { Batch } from "./stepper.ts";

/** The settings in the words of the fused kernels (worker/lstm). */
export function networkShape(model: ModelSettings, dims: ModelDims): NetworkShape {
  const { cell, bidirectional } = model;
  return { cell, bidirectional, ...dims, hidden: hiddenSizes(model, dims) };
}

export function fusedLoss(model: ModelSettings, weights: ClassWeights | null): Loss {
  switch (model.loss) {
    case "mse":
    case "mae":
      return { kind: model.loss };
    case "huber":
      return { kind: "huber", delta: model.huber_delta };
    case "binary_crossentropy":
    case "categorical_crossentropy":
    case "quantile":
      return { kind: model.loss, weights };
    default:
      return model.loss satisfies never;
  }
}

/** Dropout of this batch, or null without. */
export function dropoutOf({ model, seed }: TrainJob, { epoch, index }: Batch): Dropout | null {
  if (model.dropout === 0 && model.recurrent_dropout === 0) return null;
  return { seed, epoch, batch: index, outputRate: model.dropout, stateRate: model.recurrent_dropout };
}

/** Where each weight lies among all; l2 and weight decay apply to kernels, not to biases. */
export function weightSpans(shapes: readonly WeightShape[]): Span[] {
  let offset = 0;
  return shapes.map(({ shape }) => {
    const length = elements(shape);
    const span = { offset, length, decays: shape.length > 1 };
    offset += length;
    return span;
  });
}
