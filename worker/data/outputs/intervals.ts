/** Half widths of intervals around the predictions of one target, by step of the horizon. */
export interface Intervals {
  readonly target: string;
  /** Share of values that are to lie within. */
  readonly level: number;
  readonly widths: readonly number[];
}

/**
 * Conformal intervals (Lei and others 2018, Distribution-Free Predictive Inference for Regression): the quantile of the absolute
 * errors of samples that were not trained on. `errors` [samples, steps × targets]; of too few samples the largest error.
 */
export function conformalIntervals(
  errors: Float64Array,
  targets: readonly string[],
  steps: number,
  level: number,
): readonly Intervals[] {
  const width = steps * targets.length;
  const samples = errors.length / width;
  const rank = Math.min(samples, Math.ceil((samples + 1) * level)) - 1;
  return targets.map((target, j) => ({
    target,
    level,
    widths: Array.from({ length: steps }, (_, step) => {
      const at = step * targets.length + j;
      const sizes = Float64Array.from({ length: samples }, (_s, i) =>
        Math.abs(errors[i * width + at]!),
      ).sort();
      return sizes[rank] ?? Number.NaN;
    }),
  }));
}

/** Share of errors that lie within, of each target. */
export function coverage(errors: Float64Array, intervals: readonly Intervals[]): readonly number[] {
  const targets = intervals.length;
  const steps = intervals[0]?.widths.length ?? 0;
  return intervals.map(({ widths }, j) => {
    let inside = 0;
    let count = 0;
    for (let index = j; index < errors.length; index += targets) {
      const step = Math.floor(index / targets) % steps;
      if (Math.abs(errors[index]!) <= widths[step]!) inside++;
      count++;
    }
    return count === 0 ? Number.NaN : inside / count;
  });
}
