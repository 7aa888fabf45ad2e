import * as tf from "@tensorflow/tfjs-core";
import { nadamMomentum, type OptimizerSpec } from "../optimizer-defaults.ts";

/** What to take off a weight, and the new contents of its slots, in the order of `slotNames`. */
interface Change {
  readonly change: tf.Tensor;
  readonly slots: readonly tf.Tensor[];
}

/** One weight's update from its gradient. `step` counts from 1. Pure: tensors in, tensors out. */
export type Rule = (
  gradient: tf.Tensor,
  slots: readonly tf.Tensor[],
  learningRate: number,
  step: number,
) => Change;

/**
 * Formulas as TF.js and PyTorch have them; where these differ (where epsilon stands in RMSprop and AdaGrad), as
 * TF.js and Keras. Written here because tf.train has no AdamW and no Nadam, and cannot resume Adam bit by bit.
 */
export function optimizerRule(spec: OptimizerSpec): Rule {
  switch (spec.kind) {
    case "sgd":
      return (g, _, rate) => ({ change: tf.mul(g, rate), slots: [] });
    case "momentum":
      return momentum(spec.momentum, spec.nesterov);
    case "adam":
      return adam(spec.beta1, spec.beta2, spec.epsilon);
    case "nadam":
      return nadam(spec.beta1, spec.beta2, spec.epsilon);
    case "rmsprop":
      return rmsprop(spec.rho, spec.momentum, spec.epsilon);
    case "adagrad":
      return adagrad(spec.epsilon);
    case "adadelta":
      return adadelta(spec.rho, spec.epsilon);
    default:
      return spec satisfies never;
  }
}

/** velocity = mu velocity + g; w -= rate velocity, or with Nesterov rate (g + mu velocity) (Sutskever et al. 2013). */
function momentum(mu: number, nesterov: boolean): Rule {
  return (g, [velocity], rate) => {
    const next = tf.add(tf.mul(velocity!, mu), g);
    const ahead = nesterov ? tf.add(g, tf.mul(next, mu)) : next;
    return { change: tf.mul(ahead, rate), slots: [next] };
  };
}

/** Kingma & Ba 2015, Algorithm 1. */
function adam(beta1: number, beta2: number, epsilon: number): Rule {
  return (g, [m, v], rate, step) => {
    const first = average(m!, g, beta1);
    const second = average(v!, tf.square(g), beta2);
    const change = tf.div(
      tf.mul(first, rate / (1 - beta1 ** step)),
      tf.add(tf.mul(tf.sqrt(second), 1 / Math.sqrt(1 - beta2 ** step)), epsilon),
    );
    return { change, slots: [first, second] };
  };
}

/** Dozat 2016: Adam that looks one step of momentum ahead. */
function nadam(beta1: number, beta2: number, epsilon: number): Rule {
  const momentumAt = nadamMomentum(beta1);
  return (g, [m, v], rate, step) => {
    const first = average(m!, g, beta1);
    const second = average(v!, tf.square(g), beta2);
    const now = momentumAt(step);
    const next = momentumAt(step + 1);
    const ahead = tf.add(
      tf.mul(g, (rate * (1 - now.mu)) / (1 - now.product)),
      tf.mul(first, (rate * next.mu) / (1 - next.product)),
    );
    const scale = tf.add(tf.mul(tf.sqrt(second), 1 / Math.sqrt(1 - beta2 ** step)), epsilon);
    return { change: tf.div(ahead, scale), slots: [first, second] };
  };
}

/** Tieleman & Hinton 2012. square = rho square + (1 - rho) g²; step = g / √(square + epsilon), through momentum. */
function rmsprop(rho: number, mu: number, epsilon: number): Rule {
  return (g, [meanSquare, velocity], rate) => {
    const square = average(meanSquare!, tf.square(g), rho);
    const scaled = tf.mul(tf.div(g, tf.sqrt(tf.add(square, epsilon))), rate);
    if (velocity === undefined) return { change: scaled, slots: [square] };
    const next = tf.add(tf.mul(velocity, mu), scaled);
    return { change: next, slots: [square, next] };
  };
}

/** Duchi et al. 2011. w -= rate g / √(sum of g² + epsilon) */
function adagrad(epsilon: number): Rule {
  return (g, [sumSquares], rate) => {
    const sum = tf.add(sumSquares!, tf.square(g));
    return { change: tf.mul(tf.div(g, tf.sqrt(tf.add(sum, epsilon))), rate), slots: [sum] };
  };
}

/** Zeiler 2012, Algorithm 1, times the learning rate. */
function adadelta(rho: number, epsilon: number): Rule {
  return (g, [meanSquare, meanUpdate], rate) => {
    const square = average(meanSquare!, tf.square(g), rho);
    const ratio = tf.div(tf.sqrt(tf.add(meanUpdate!, epsilon)), tf.sqrt(tf.add(square, epsilon)));
    const update = tf.mul(ratio, g);
    return { change: tf.mul(update, rate), slots: [square, average(meanUpdate!, tf.square(update), rho)] };
  };
}

/** decay · old + (1 - decay) · now */
function average(old: tf.Tensor, now: tf.Tensor, decay: number): tf.Tensor {
  return tf.add(tf.mul(old, decay), tf.mul(now, 1 - decay));
}
