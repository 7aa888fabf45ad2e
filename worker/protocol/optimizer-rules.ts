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
export interface Rule {
  readonly code: number;
  /** From a gradient, the slots and the numbers of this step, in the order of the optimizer's `numbers`. */
  readonly change: <T>(
    ops: Arithmetic<T>,
    g: T,
    slots: readonly T[],
    numbers: readonly number[],
  ) => Change<T>;
}

/** w -= rate g */
export const descent: Rule = {
  code: 0,
  change: (ops, g, _, [rate]) => ({ change: ops.times(g, rate!), slots: [] }),
};

/** v = mu v + g; w -= rate v, or rate (g + mu v) for Nesterov's (Sutskever et al. 2013). */
export const velocity: Rule = {
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
export const moments: Rule = {
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
export const meanSquare: Rule = {
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
export const sumOfSquares: Rule = {
  code: 4,
  change: (ops, g, [s], [rate, epsilon]) => {
    const sum = ops.add(s!, ops.multiply(g, g));
    return { change: ops.divide(ops.times(g, rate!), ops.sqrt(ops.plus(sum, epsilon!))), slots: [sum] };
  },
};

/** Zeiler 2012, Algorithm 1, times the learning rate. */
export const meanUpdate: Rule = {
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
export const signOfMomentum: Rule = {
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
