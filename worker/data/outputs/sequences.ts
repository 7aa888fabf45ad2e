import type { Task } from "../../protocol/data-settings.ts";

/**
 * Samples for an engine, without copies: each sample is a run of rows of one shared, scaled table.
 *
 * values  [rows, features]  row-major; `window` rows can be read from every start, also where a sample is shorter
 * starts  [samples]         first row of each sample
 * lengths [samples]         rows of each sample, `window` when absent; shorter ones are masked at the end
 * targets [samples, outputs] what the model is trained on, by task:
 *   regression  scaled units, step-major: output s * T + j is target j of T at step s + 1 after the window
 *   binary      one output, 1 for the second class and 0 for the first; the model predicts the probability of 1
 *   multiclass  one output a class, one-hot; the model predicts a probability for each
 *   multilabel  one output a label, 0 or 1 each; the model predicts a probability for each
 */
export interface SequenceSet {
  readonly values: Float32Array;
  readonly features: number;
  readonly window: number;
  readonly starts: Int32Array;
  readonly lengths?: Int32Array;
  readonly targets: Float32Array;
  readonly outputs: number;
  /** `regression` when absent. */
  readonly task?: Task;
  /** binary: [first, second]; multiclass: by output; multilabel: the names of the labels, by output. */
  readonly classes?: readonly string[];
}

export function sampleCount(set: SequenceSet): number {
  return set.starts.length;
}
