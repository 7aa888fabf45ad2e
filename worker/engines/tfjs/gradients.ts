import * as tf from "@tensorflow/tfjs-core";

/** total + share × (gradient + gradient of l2 × Σ w²), for the weights of which l2 is not 0. */
export function gathered(
  total: tf.Tensor | undefined,
  gradient: tf.Tensor,
  share: number,
  variable: tf.Variable,
  l2: number,
): tf.Tensor {
  const penalised = l2 === 0 ? gradient : tf.add(gradient, tf.mul(variable, 2 * l2));
  const part = share === 1 ? penalised : tf.mul(penalised, share);
  return total === undefined ? part : tf.add(total, part);
}

/** Sums of squares, one number a gradient. */
export function squaresOf(gradients: readonly tf.Tensor[]): ArrayLike<number> {
  const squares = tf.tidy(() => tf.stack(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
  const numbers = squares.dataSync();
  squares.dispose();
  return numbers;
}

/**
 * Every element within ±limit; null: unchanged. A NaN stays one, so that a diverged trial is seen to diverge: on
 * WebAssembly TF.js 4.22 clips it to the lower limit.
 */
export function valuesClipped(gradients: readonly tf.Tensor[], limit: number | null): readonly tf.Tensor[] {
  if (limit === null) return gradients;
  return tf.tidy(() =>
    gradients.map((gradient) =>
      tf.where(tf.isNaN(gradient), gradient, tf.clipByValue(gradient, -limit, limit)),
    ),
  );
}

/** All gradients × limit / norm where their common norm is larger than the limit; null: unchanged. */
export function normClipped(gradients: readonly tf.Tensor[], limit: number | null): readonly tf.Tensor[] {
  if (limit === null) return gradients;
  const norm = Math.sqrt(Array.from(squaresOf(gradients)).reduce((sum, square) => sum + square, 0));
  if (!(norm > limit)) return gradients;
  return tf.tidy(() => gradients.map((gradient) => tf.mul(gradient, limit / norm)));
}
