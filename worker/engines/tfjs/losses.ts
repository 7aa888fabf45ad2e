import * as tf from "@tensorflow/tfjs-core";
import type { ModelSettings } from "../../protocol/model-settings.ts";
import type { ClassWeights } from "../class-weights.ts";

/** Mean loss of a batch, a scalar, from what the head says before sigmoid or softmax; both [B, outputs]. */
export type TensorLoss = (logits: tf.Tensor2D, targets: tf.Tensor2D) => tf.Scalar;

/**
 * mse, mae, huber, quantile and binary_crossentropy: mean over samples and outputs. categorical_crossentropy: mean over
 * samples. Cross-entropies take logits, so that certain predictions lose no digits.
 */
export function tensorLoss(model: ModelSettings, weights: ClassWeights | null): TensorLoss {
  switch (model.loss) {
    case "mse":
      return (y, t) => tf.mean(tf.square(tf.sub(y, t)));
    case "mae":
      return (y, t) => tf.mean(tf.abs(tf.sub(y, t)));
    case "huber":
      return huber(model.huber_delta);
    case "binary_crossentropy":
      return binaryCrossentropy(weights);
    case "categorical_crossentropy":
      return categoricalCrossentropy(weights);
    case "quantile":
      return pinball(weights);
    default:
      return model.loss satisfies never;
  }
}

/** e²/2 up to delta, delta (|e| - delta/2) beyond: with q = min(|e|, delta) both are q (|e| - q/2). */
function huber(delta: number): TensorLoss {
  return (y, t) => {
    const error = tf.abs(tf.sub(y, t));
    const inner = tf.minimum(error, delta);
    return tf.mean(tf.mul(inner, tf.sub(error, tf.mul(0.5, inner))));
  };
}

/** τ (t - y) where the target t lies above y, (1 - τ) (y - t) below. */
function pinball(weights: ClassWeights | null): TensorLoss {
  return (y, t) => {
    const over = tf.relu(tf.sub(y, t));
    const under = tf.relu(tf.sub(t, y));
    return tf.mean(tf.add(tf.mul(over, weights?.negative ?? 0.5), tf.mul(under, weights?.positive ?? 0.5)));
  };
}

/** -log σ(z) = softplus(-z) where the target is 1, -log(1 - σ(z)) = softplus(z) where it is 0. */
function binaryCrossentropy(weights: ClassWeights | null): TensorLoss {
  return (z, t) => {
    const positive = tf.mul(t, tf.softplus(tf.neg(z)));
    const negative = tf.mul(tf.sub(1, t), tf.softplus(z));
    if (weights === null) return tf.mean(tf.add(positive, negative));
    return tf.mean(tf.add(tf.mul(positive, weights.positive), tf.mul(negative, weights.negative)));
  };
}

function categoricalCrossentropy(weights: ClassWeights | null): TensorLoss {
  return (z, t) => {
    const terms = tf.mul(t, tf.logSoftmax(z));
    const weighted = weights === null ? terms : tf.mul(terms, weights.positive);
    return tf.neg(tf.mean(tf.sum(weighted, 1)));
  };
}
