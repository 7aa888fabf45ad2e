import {
  descent,
  meanSquare,
  meanUpdate,
  moments,
  signOfMomentum,
  sumOfSquares,
  velocity,
  type Rule,
} from "./optimizer-rules.ts";

/** Values of the settings an optimizer has; names as in a sweep file. */
type Values = Readonly<Record<OwnSetting, number>>;
export const ownSettings = ["momentum", "beta1", "beta2", "rho", "epsilon"] as const;
export type OwnSetting = (typeof ownSettings)[number];

export interface OptimizerRecord {
  readonly learningRate: number;
  /** Default of `weight_decay`; 0 when absent. */
  readonly weightDecay?: number;
  /** The settings it has, with their defaults. */
  readonly settings: Partial<Values>;
  /** What it remembers of each weight. */
  readonly slots: (values: Values) => readonly string[];
  /** What the slots hold before the first step; 0 when absent. */
  readonly fill?: number;
  readonly rule: Rule;
  /** The rule's numbers for each step, counted from 1; at most six. They depend on the step alone, so that a resumed run goes on unchanged. */
  readonly numbers: (values: Values) => (rate: number, step: number) => readonly number[];
}

const adam: OptimizerRecord = {
  learningRate: 0.001,
  settings: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  slots: () => ["m", "v"],
  rule: moments,
  numbers:
    ({ beta1, beta2, epsilon }) =>
    (rate, step) => [beta1, beta2, epsilon, 1 / (1 - beta2 ** step), rate / (1 - beta1 ** step), 0],
};

const sgd: OptimizerRecord = {
  learningRate: 0.01,
  settings: {},
  slots: () => [],
  rule: descent,
  numbers: () => (rate) => [rate],
};

const momentum: OptimizerRecord = {
  learningRate: 0.01,
  settings: { momentum: 0.9 },
  slots: () => ["velocity"],
  rule: velocity,
  numbers:
    ({ momentum: mu }) =>
    (rate) => [rate, mu, 0],
};

/**
 * Everything about each optimizer, by its name in a sweep file; schema, documentation, defaults and effects derive from it.
 * Learning rates are Keras's, but for two that hardly learn there: AdaDelta takes its paper's 1 (Keras: 0.001), AdaGrad
 * PyTorch's 0.01 (Keras: 0.001). Epsilon stands where TF.js and Keras have it.
 */
export const optimizers = {
  adam,
  adamw: { ...adam, weightDecay: 0.01 }, // Loshchilov and Hutter 2019: adam that decays
  nadam: {
    ...adam,
    numbers: ({ beta1, beta2, epsilon }) => {
      const momentumAt = nadamMomentum(beta1);
      return (rate, step) => {
        const now = momentumAt(step);
        const next = momentumAt(step + 1);
        const direct = (rate * (1 - now.mu)) / (1 - now.product);
        return [
          beta1,
          beta2,
          epsilon,
          1 / (1 - beta2 ** step),
          (rate * next.mu) / (1 - next.product),
          direct,
        ];
      };
    },
  },
  sgd,
  momentum,
  nesterov: {
    ...momentum,
    numbers:
      ({ momentum: mu }) =>
      (rate) => [rate, mu, 1],
  },
  rmsprop: {
    learningRate: 0.001,
    settings: { rho: 0.9, momentum: 0, epsilon: 1e-7 },
    slots: ({ momentum: mu }) => (mu > 0 ? ["mean_square", "velocity"] : ["mean_square"]),
    rule: meanSquare,
    numbers:
      ({ rho, momentum: mu, epsilon }) =>
      (rate) => [rate, rho, mu, epsilon],
  },
  adagrad: {
    learningRate: 0.01,
    settings: { epsilon: 1e-7 },
    slots: () => ["sum_squares"],
    fill: 0.1, // Keras, TF.js
    rule: sumOfSquares,
    numbers:
      ({ epsilon }) =>
      (rate) => [rate, epsilon],
  },
  adadelta: {
    learningRate: 1,
    settings: { rho: 0.95, epsilon: 1e-7 },
    slots: () => ["mean_square", "mean_update"],
    rule: meanUpdate,
    numbers:
      ({ rho, epsilon }) =>
      (rate) => [rate, rho, epsilon],
  },
  lion: {
    learningRate: 0.0001, // the paper: a third to a tenth of adam's
    settings: { beta1: 0.9, beta2: 0.99 },
    slots: () => ["m"],
    rule: signOfMomentum,
    numbers:
      ({ beta1, beta2 }) =>
      (rate) => [rate, beta1, beta2],
  },
  gradient_descent: sgd, // on one batch: all samples
} satisfies Readonly<Record<string, OptimizerRecord>>;

export type OptimizerName = keyof typeof optimizers;

export function recordOf(name: OptimizerName): OptimizerRecord {
  return optimizers[name];
}

export const optimizerNames = Object.keys(optimizers) as OptimizerName[];

/** In Nadam's momentum schedule (Dozat 2016), as in PyTorch; Keras 3 has the bare step in its place. */
const nadamDecay = 0.004;

/** mu(t) = beta1 (1 - 0.5 · 0.96^(0.004 t)), and the product of mu(1) … mu(t); steps count from 1. */
function nadamMomentum(beta1: number): (step: number) => { mu: number; product: number } {
  const products = [1];
  const at = (step: number): number => beta1 * (1 - 0.5 * 0.96 ** (nadamDecay * step));
  return (step) => {
    for (let t = products.length; t <= step; t++) products.push(products[t - 1]! * at(t));
    return { mu: at(step), product: products[step]! };
  };
}
