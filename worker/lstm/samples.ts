/** Samples as runs of rows of one table; the shapes are those of worker/data/sequences.ts. */
export interface Samples {
  readonly values: Float32Array;
  readonly features: number;
  readonly window: number;
  readonly starts: Int32Array;
  readonly lengths?: Int32Array;
}

/** Copies the windows of samples[from … from + count) to `target` [count, window, features]; rows past a length are 0. */
export function copyWindows(
  set: Samples,
  samples: ArrayLike<number>,
  from: number,
  count: number,
  target: Float32Array,
): void {
  const { values, features, window, starts, lengths } = set;
  const size = window * features;
  for (let b = 0; b < count; b++) {
    const sample = samples[from + b]!;
    const start = starts[sample]! * features;
    const length = lengths ? lengths[sample]! * features : size;
    target.set(values.subarray(start, start + length), b * size);
    if (length < size) target.fill(0, b * size + length, (b + 1) * size);
  }
}
