/** Samples as runs of rows of one table; the shapes are those of worker/data/sequences.ts. */
export interface Samples {
  readonly values: Float32Array;
  readonly features: number;
  readonly window: number;
  readonly starts: Int32Array;
  readonly lengths?: Int32Array;
}

/** Rows of a matrix in memory that take a window's rows, sample by sample. */
export interface Rows {
  /** Index (floats) of step 0 of the first sample. */
  readonly start: number;
  /** Floats from one sample to the next, and from one step to the next (negative: last row first). */
  readonly perSample: number;
  readonly perStep: number;
}

/** Copies the windows of samples[from … from + count) to `heap`. Rows past a sample's length become 0. */
export function copyWindows(
  set: Samples,
  samples: ArrayLike<number>,
  from: number,
  count: number,
  heap: Float32Array,
  rows: Rows,
): void {
  const { values, features, window, starts, lengths } = set;
  for (let b = 0; b < count; b++) {
    const sample = samples[from + b]!;
    const length = lengths ? lengths[sample]! : window;
    let source = starts[sample]! * features;
    let target = rows.start + b * rows.perSample;
    for (let t = 0; t < length; t++) {
      for (let f = 0; f < features; f++) heap[target + f] = values[source + f]!;
      source += features;
      target += rows.perStep;
    }
    for (let t = length; t < window; t++) {
      heap.fill(0, target, target + features);
      target += rows.perStep;
    }
  }
}
