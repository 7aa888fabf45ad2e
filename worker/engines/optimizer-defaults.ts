import type { ModelSettings, OptimizerName } from "../protocol/model-settings.ts";

/** An optimizer with every parameter filled in. `gradient_descent` is sgd on one batch; adamw is adam that decays. */
export type OptimizerSpec = { readonly learningRate: number; readonly weightDecay: number } & (
  | { readonly kind: "sgd" }
  | { readonly kind: "momentum"; readonly momentum: number; readonly nesterov: boolean }
  | { readonly kind: "adam"; readonly beta1: number; readonly beta2: number; readonly epsilon: number }
  | { readonly kind: "nadam"; readonly beta1: number; readonly beta2: number; readonly epsilon: number }
  | { readonly kind: "rmsprop"; readonly rho: number; readonly momentum: number; readonly epsilon: number }
  | { readonly kind: "adagrad"; readonly epsilon: number }
  | { readonly kind: "adadelta"; readonly rho: number; readonly epsilon: number }
);

/**
 * Keras's learning rates, but for two that hardly learn there: AdaDelta takes its paper's 1.0 (Keras: 0.001),
 * AdaGrad PyTorch's 0.01 (Keras: 0.001).
 */
const defaultLearningRates: Readonly<Record<OptimizerName, number>> = {
  adam: 0.001,
  adamw: 0.001,
  nadam: 0.001,
  sgd: 0.01,
  momentum: 0.01,
  nesterov: 0.01,
  rmsprop: 0.001,
  adagrad: 0.01,
  adadelta: 1,
  gradient_descent: 0.01,
};

/** AdaGrad's sums of squared gradients start here (Keras, TF.js). */
export const adagradInitial = 0.1;

/** In Nadam's momentum schedule (Dozat 2016), as in PyTorch; Keras 3 has the bare step in its place. */
const nadamDecay = 0.004;

export function optimizerSpec(model: ModelSettings): OptimizerSpec {
  const { optimizer, epsilon = 1e-7, beta1 = 0.9, beta2 = 0.999 } = model;
  const common = {
    learningRate: model.learning_rate ?? defaultLearningRates[optimizer],
    weightDecay: model.weight_decay ?? (optimizer === "adamw" ? 0.01 : 0),
  };
  switch (optimizer) {
    case "sgd":
    case "gradient_descent":
      return { ...common, kind: "sgd" };
    case "momentum":
    case "nesterov":
      return {
        ...common,
        kind: "momentum",
        momentum: model.momentum ?? 0.9,
        nesterov: optimizer === "nesterov",
      };
    case "adam":
    case "adamw":
      return { ...common, kind: "adam", beta1, beta2, epsilon };
    case "nadam":
      return { ...common, kind: "nadam", beta1, beta2, epsilon };
    case "rmsprop":
      return { ...common, kind: "rmsprop", rho: model.rho ?? 0.9, momentum: model.momentum ?? 0, epsilon };
    case "adagrad":
      return { ...common, kind: "adagrad", epsilon };
    case "adadelta":
      return { ...common, kind: "adadelta", rho: model.rho ?? 0.95, epsilon };
    default:
      return optimizer satisfies never;
  }
}

/**
 * What an optimizer remembers of each weight, in this order; in a `TrainingState` a slot is named
 * `<slot>/<weight>` and all weights of one slot come before the next slot.
 */
export function slotNames(spec: OptimizerSpec): readonly string[] {
  switch (spec.kind) {
    case "sgd":
      return [];
    case "momentum":
      return ["velocity"];
    case "adam":
    case "nadam":
      return ["m", "v"];
    case "rmsprop":
      return spec.momentum > 0 ? ["mean_square", "velocity"] : ["mean_square"];
    case "adagrad":
      return ["sum_squares"];
    case "adadelta":
      return ["mean_square", "mean_update"];
    default:
      return spec satisfies never;
  }
}

/**
 * Nadam's momentum at each step (Dozat 2016): mu(t) = beta1 (1 - 0.5 · 0.96^(0.004 t)), and the product of
 * mu(1) … mu(t). Steps count from 1. Depends on the step alone, so that a resumed run goes on unchanged.
 */
export function nadamMomentum(beta1: number): (step: number) => { mu: number; product: number } {
  const products = [1];
  const at = (step: number): number => beta1 * (1 - 0.5 * 0.96 ** (nadamDecay * step));
  return (step) => {
    for (let t = products.length; t <= step; t++) products.push(products[t - 1]! * at(t));
    return { mu: at(step), product: products[step]! };
  };
}
