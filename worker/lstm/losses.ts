/**
 * What is minimised. Weights [outputs] count a class's loss where its target is 1 (`positive`) and 0 (`negative`), and a
 * quantile's error where the target lies above it (`positive`) and below (`negative`).
 */
export type Loss =
  | { readonly kind: "mse" }
  | { readonly kind: "mae" }
  | { readonly kind: "huber"; readonly delta: number }
  | { readonly kind: "binary_crossentropy"; readonly weights: ClassWeights | null }
  | { readonly kind: "categorical_crossentropy"; readonly weights: ClassWeights | null }
  | { readonly kind: "quantile"; readonly weights: ClassWeights | null };

export interface ClassWeights {
  readonly positive: Float32Array;
  readonly negative: Float32Array;
}

/**
 * Sum of the losses of `y` against `targets`, both [samples, outputs], and its gradient times `scale` in `dy`.
 * The mean of a batch divides it by samples · outputs, for categorical_crossentropy by samples. Cross-entropies take
 * what comes before sigmoid or softmax, so that certain predictions lose no digits.
 */
export function lossOf(
  loss: Loss,
  y: Float32Array,
  targets: Float32Array,
  outputs: number,
  scale: number,
  dy: Float32Array,
): number {
  switch (loss.kind) {
    case "mse":
      return squared(y, targets, scale, dy);
    case "mae":
      return absolute(y, targets, scale, dy);
    case "huber":
      return huber(y, targets, loss.delta, scale, dy);
    case "quantile":
      return pinball(y, targets, outputs, loss.weights, scale, dy);
    case "binary_crossentropy":
      return binary(y, targets, outputs, loss.weights, scale, dy);
    case "categorical_crossentropy":
      return categorical(y, targets, outputs, loss.weights, scale, dy);
    default:
      return loss satisfies never;
  }
}

/** How many terms a sample adds to the mean. */
export function termsPerSample(loss: Loss, outputs: number): number {
  return loss.kind === "categorical_crossentropy" ? 1 : outputs;
}

/** Turns what comes out of the network [samples, outputs] into predictions, in place: probabilities for cross-entropies. */
export function toPredictions(loss: Loss, y: Float32Array, outputs: number): void {
  if (loss.kind === "binary_crossentropy") {
    for (let i = 0; i < y.length; i++) y[i] = sigmoid(y[i]!);
  } else if (loss.kind === "categorical_crossentropy") {
    for (let start = 0; start < y.length; start += outputs) {
      const total = logSumExp(y, start, outputs);
      for (let i = start; i < start + outputs; i++) y[i] = Math.exp(y[i]! - total);
    }
  }
}

/** e² */
function squared(y: Float32Array, targets: Float32Array, scale: number, dy: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    const error = y[i]! - targets[i]!;
    sum += error * error;
    dy[i] = 2 * error * scale;
  }
  return sum;
}

/** |e| */
function absolute(y: Float32Array, targets: Float32Array, scale: number, dy: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    const error = y[i]! - targets[i]!;
    sum += Math.abs(error);
    dy[i] = Math.sign(error) * scale;
  }
  return sum;
}

/** e²/2 up to delta, delta (|e| - delta/2) beyond (Huber 1964). */
function huber(
  y: Float32Array,
  targets: Float32Array,
  delta: number,
  scale: number,
  dy: Float32Array,
): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    const error = y[i]! - targets[i]!;
    const size = Math.abs(error);
    const inner = Math.min(size, delta);
    sum += inner * (size - inner / 2);
    dy[i] = Math.sign(error) * inner * scale;
  }
  return sum;
}

/** τ (t - y) where the target t lies above y, (1 - τ) (y - t) below (Koenker & Bassett 1978). */
function pinball(
  y: Float32Array,
  targets: Float32Array,
  outputs: number,
  weights: ClassWeights | null,
  scale: number,
  dy: Float32Array,
): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    const error = y[i]! - targets[i]!;
    const side = error > 0 ? weights?.negative : weights?.positive;
    const weight = side?.[i % outputs] ?? 0.5;
    sum += weight * Math.abs(error);
    dy[i] = Math.sign(error) * weight * scale;
  }
  return sum;
}

/** t·softplus(-z) + (1 - t)·softplus(z); its derivative is σ(z) - t. */
function binary(
  y: Float32Array,
  targets: Float32Array,
  outputs: number,
  weights: ClassWeights | null,
  scale: number,
  dy: Float32Array,
): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    const z = y[i]!;
    const output = i % outputs;
    const yes = targets[i]! * (weights ? weights.positive[output]! : 1);
    const no = (1 - targets[i]!) * (weights ? weights.negative[output]! : 1);
    sum += yes * softplus(-z) + no * softplus(z);
    dy[i] = (no * sigmoid(z) - yes * sigmoid(-z)) * scale;
  }
  return sum;
}

/** -Σ t·log softmax(z); its derivative is softmax(z)·Σt - t. */
function categorical(
  y: Float32Array,
  targets: Float32Array,
  outputs: number,
  weights: ClassWeights | null,
  scale: number,
  dy: Float32Array,
): number {
  let sum = 0;
  for (let start = 0; start < y.length; start += outputs) {
    const total = logSumExp(y, start, outputs);
    let all = 0;
    for (let j = 0; j < outputs; j++) {
      const target = targets[start + j]! * (weights ? weights.positive[j]! : 1);
      all += target;
      sum += target * (total - y[start + j]!);
      dy[start + j] = -target * scale;
    }
    for (let i = start; i < start + outputs; i++) dy[i]! += Math.exp(y[i]! - total) * all * scale;
  }
  return sum;
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

/** log(1 + e^z) */
function softplus(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

function logSumExp(y: Float32Array, start: number, count: number): number {
  let largest = -Infinity;
  for (let i = start; i < start + count; i++) largest = Math.max(largest, y[i]!);
  let sum = 0;
  for (let i = start; i < start + count; i++) sum += Math.exp(y[i]! - largest);
  return largest + Math.log(sum);
}
