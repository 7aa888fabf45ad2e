import { rngFor } from "../../search/random.ts";
import type { SequenceSet } from "../../worker/data/outputs/sequences.ts";

/** Windows of one series of rows; each sample's target is one column right after its window. */
function windowsOf(rows: readonly (readonly number[])[], window: number): SequenceSet {
  const features = rows[0]!.length;
  const count = rows.length - window;
  return {
    values: Float32Array.from(rows.flat()),
    features,
    window,
    starts: Int32Array.from({ length: count }, (_, index) => index),
    targets: Float32Array.from({ length: count }, (_, index) => rows[index + window]![0]!),
    outputs: 1,
  };
}

/** An autoregressive process x(t) = x(t-1) - 0.9 x(t-2) + noise: a wave a linear model can predict. */
export function autoregressive(count: number, window: number, seed = 1): SequenceSet {
  const rng = rngFor(seed, "autoregressive");
  const x = [0.5, 0.4];
  for (let t = 2; t < count + window; t++) x.push(x[t - 1]! - 0.9 * x[t - 2]! + 0.05 * rng.normal());
  return windowsOf(
    x.map((value) => [value]),
    window,
  );
}

/** Mean squared error of saying that the last row of the window comes again. */
export function naiveLoss(set: SequenceSet): number {
  let sum = 0;
  for (const [sample, start] of set.starts.entries()) {
    const last = set.values[(start + set.window - 1) * set.features]!;
    sum += (set.targets[sample]! - last) ** 2;
  }
  return sum / set.starts.length;
}

export function meanSquaredError(predictions: Float32Array, set: SequenceSet): number {
  const squares = set.targets.map((target, index) => (target - predictions[index]!) ** 2);
  return squares.reduce((sum, square) => sum + square, 0) / squares.length;
}

/** Rows of noise with a class each: 1 where the first feature's mean over the sample's rows is positive. */
export function signs(count: number, window: number, classes: 1 | 2): SequenceSet {
  const rng = rngFor(3, "signs");
  const values = Float32Array.from({ length: count * window * 2 }, () => rng.normal());
  const positive = Array.from({ length: count }, (_, sample) => {
    let sum = 0;
    for (let t = 0; t < window; t++) sum += values[(sample * window + t) * 2]!;
    return sum > 0;
  });
  const targets = positive.flatMap((yes) => (classes === 1 ? [Number(yes)] : [Number(!yes), Number(yes)]));
  return {
    values,
    features: 2,
    window,
    starts: Int32Array.from({ length: count }, (_, sample) => sample * window),
    targets: Float32Array.from(targets),
    outputs: classes,
  };
}
