import type { Dropout } from "../lstm/dropout.ts";
import type { Loss } from "../lstm/losses.ts";
import type { NetworkShape } from "../lstm/shape.ts";
import type { Span } from "../lstm/training.ts";
import type { Update } from "../lstm/update.ts";
import { elements, hiddenSizes, type ModelDims, type WeightShape } from "../protocol/model-shape.ts";
import type { ModelSettings } from "../protocol/model-settings.ts";
import type { ClassWeights } from "./class-weights.ts";
import type { TrainJob } from "./engine.ts";
import { nadamMomentum, type OptimizerSpec } from "./optimizer-defaults.ts";
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

/** An optimizer's numbers for each step (counted from 1). */
export function updateRule(spec: OptimizerSpec): (rate: number, step: number) => Update {
  switch (spec.kind) {
    case "sgd":
      return (rate) => ({ kind: "sgd", rate });
    case "momentum":
    case "rmsprop":
    case "adagrad":
    case "adadelta":
      return (rate) => ({ ...spec, rate });
    case "adam":
      return (rate, step) => ({
        ...spec,
        correction: 1 / (1 - spec.beta2 ** step),
        momentShare: rate / (1 - spec.beta1 ** step),
        gradientShare: 0,
      });
    case "nadam":
      return nadamRule(spec);
    default:
      return spec satisfies never;
  }
}

function nadamRule(spec: OptimizerSpec & { kind: "nadam" }): (rate: number, step: number) => Update {
  const momentumAt = nadamMomentum(spec.beta1);
  return (rate, step) => {
    const now = momentumAt(step);
    const next = momentumAt(step + 1);
    return {
      ...spec,
      kind: "adam",
      correction: 1 / (1 - spec.beta2 ** step),
      momentShare: (rate * next.mu) / (1 - next.product),
      gradientShare: (rate * (1 - now.mu)) / (1 - now.product),
    };
  };
}
