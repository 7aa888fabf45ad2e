/**
 * Samples for an engine, without copies: each sample is a run of rows of one shared, scaled table.
 *
 * values  [rows, features]  row-major
 * starts  [samples]         first row of each sample
 * lengths [samples]         rows of each sample, `window` when absent; shorter ones are masked at the end
 * targets [samples, outputs] in the scaled units the model trains on
 */
export interface SequenceSet {
  readonly values: Float32Array;
  readonly features: number;
  readonly window: number;
  readonly starts: Int32Array;
  readonly lengths?: Int32Array;
  readonly targets: Float32Array;
  readonly outputs: number;
}

export function sampleCount(set: SequenceSet): number {
  return set.starts.length;
}
