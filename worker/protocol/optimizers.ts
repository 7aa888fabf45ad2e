/** The operations an update rule is written in: on tensors, or on plain numbers. */
export interface Arithmetic<T> {
  add(a: T, b: T): T;
  plus(a: T, b: number): T;
  times(a: T, b: number): T;
  multiply(a: T, b: T): T;
  divide(a: T, b: T): T;
  sqrt(a: T): T;
  sign(a: T): T;
}

/** What to take off a weight, and the new contents of its slots. */
export interface Change<T> {
  readonly change: T;
  readonly slots: readonly T[];
}

/** An update rule. The kernels have the same formulas by `code` (worker/lstm/kernels/optimizers.ts, native/optimizers.h). */
interface Rule {
  readonly code: number;
  /** From a gradient, the slots and the numbers of this step, in the order of the optimizer's `numbers`. */
  readonly change: <T>(
    ops: Arithmetic<T>,
    g: T,
    slots: readonly T[],
    numbers: readonly number[],
  ) => Change<T>;
}

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

/** w -= rate g */
const descent: Rule = {
  code: 0,
  change: (ops, g, _, [rate]) => ({ change: ops.times(g, rate!), slots: [] }),
};

/** v = mu v + g; w -= rate v, or rate (g + mu v) for Nesterov's (Sutskever et al. 2013). */
const velocity: Rule = {
  code: 1,
  change: (ops, g, [v], [rate, mu, nesterov]) => {
    const next = ops.add(ops.times(v!, mu!), g);
    const ahead = nesterov === 1 ? ops.add(g, ops.times(next, mu!)) : next;
    return { change: ops.times(ahead, rate!), slots: [next] };
  },
};

/**
 * Kingma and Ba 2015, Algorithm 1, and Dozat 2016 (Nadam): m, v running means of g, g²;
 * w -= (momentShare m + gradientShare g) / (√(v correction) + epsilon).
 */
const moments: Rule = {
  code: 2,
  change: (ops, g, [m, v], [beta1, beta2, epsilon, correction, momentShare, gradientShare]) => {
    const first = average(ops, m!, g, beta1!);
    const second = average(ops, v!, ops.multiply(g, g), beta2!);
    const push = ops.add(ops.times(first, momentShare!), ops.times(g, gradientShare!));
    const size = ops.plus(ops.sqrt(ops.times(second, correction!)), epsilon!);
    return { change: ops.divide(push, size), slots: [first, second] };
  },
};

/** Tieleman and Hinton 2012. s = mean of g²; step = rate g / √(s + epsilon), through momentum where there is any. */
const meanSquare: Rule = {
  code: 3,
  change: (ops, g, [s, v], [rate, rho, mu, epsilon]) => {
    const square = average(ops, s!, ops.multiply(g, g), rho!);
    const step = ops.divide(ops.times(g, rate!), ops.sqrt(ops.plus(square, epsilon!)));
    if (v === undefined) return { change: step, slots: [square] };
    const next = ops.add(ops.times(v, mu!), step);
    return { change: next, slots: [square, next] };
  },
};

/** Duchi et al. 2011. s += g²; w -= rate g / √(s + epsilon) */
const sumOfSquares: Rule = {
  code: 4,
  change: (ops, g, [s], [rate, epsilon]) => {
    const sum = ops.add(s!, ops.multiply(g, g));
    return { change: ops.divide(ops.times(g, rate!), ops.sqrt(ops.plus(sum, epsilon!))), slots: [sum] };
  },
};

/** Zeiler 2012, Algorithm 1, times the learning rate. */
const meanUpdate: Rule = {
  code: 5,
  change: (ops, g, [s, u], [rate, rho, epsilon]) => {
    const square = average(ops, s!, ops.multiply(g, g), rho!);
    const ratio = ops.divide(ops.sqrt(ops.plus(u!, epsilon!)), ops.sqrt(ops.plus(square, epsilon!)));
    const step = ops.multiply(ratio, g);
    return {
      change: ops.times(step, rate!),
      slots: [square, average(ops, u!, ops.multiply(step, step), rho!)],
    };
  },
};

/** Chen et al. 2023 (arXiv 2302.06675), Algorithm 2: w -= rate sign(beta1 m + (1 - beta1) g); m = beta2 m + (1 - beta2) g */
const signOfMomentum: Rule = {
  code: 6,
  change: (ops, g, [m], [rate, beta1, beta2]) => ({
    change: ops.times(ops.sign(average(ops, m!, g, beta1!)), rate!),
    slots: [average(ops, m!, g, beta2!)],
  }),
};

/** decay · old + (1 - decay) · now */
function average<T>(ops: Arithmetic<T>, old: T, now: T, decay: number): T {
  return ops.add(ops.times(old, decay), ops.times(now, 1 - decay));
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
