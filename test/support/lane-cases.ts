import { rngFor } from "../../search/random.ts";
import type { SequenceSet } from "../../worker/data/outputs/sequences.ts";

/** Samples of noise [count, window, features] with targets of noise, or of one class in `outputs`; some are shorter. */
export function noise(
  count: number,
  window: number,
  features: number,
  options: { readonly outputs?: number; readonly classes?: boolean; readonly short?: boolean } = {},
): SequenceSet {
  const { outputs = 1, classes = false, short = false } = options;
  const rng = rngFor(count * window, "noise");
  const targets = Float32Array.from({ length: count * outputs }, (_, i) =>
    classes ? Number(i % outputs === Math.floor(i / outputs) % outputs) : rng.normal(),
  );
  return {
    values: Float32Array.from({ length: count * window * features }, () => rng.normal()),
    features,
    window,
    starts: Int32Array.from({ length: count }, (_, sample) => sample * window),
    ...(short && { lengths: Int32Array.from({ length: count }, (_, sample) => 1 + (sample % window)) }),
    targets,
    outputs,
  };
}
