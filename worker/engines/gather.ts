import type { SequenceSet } from "../data/outputs/sequences.ts";

/**
 * The rows of some samples [samples, window, features]. Rows past a sample's length stay 0 and are masked.
 */
export function gatherInputs(set: SequenceSet, samples: ArrayLike<number>): Float32Array {
  const { features, window } = set;
  const size = window * features;
  const inputs = new Float32Array(samples.length * size);
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i]!;
    const from = set.starts[sample]! * features;
    const length = (set.lengths?.[sample] ?? window) * features;
    inputs.set(set.values.subarray(from, from + length), i * size);
  }
  return inputs;
}

/** The targets of some samples [samples, outputs]. */
export function gatherTargets(set: SequenceSet, samples: ArrayLike<number>): Float32Array {
  const { outputs } = set;
  const targets = new Float32Array(samples.length * outputs);
  for (let i = 0; i < samples.length; i++) {
    const from = samples[i]! * outputs;
    targets.set(set.targets.subarray(from, from + outputs), i * outputs);
  }
  return targets;
}

/** 1 for each row of a sample, 0 past its length [samples, window]; null when all samples are full. */
export function gatherSteps(set: SequenceSet, samples: ArrayLike<number>): Float32Array | null {
  if (set.lengths === undefined) return null;
  const steps = new Float32Array(samples.length * set.window);
  for (let i = 0; i < samples.length; i++) {
    const from = i * set.window;
    steps.fill(1, from, from + set.lengths[samples[i]!]!);
  }
  return steps;
}
