/** Data of a Gaussian process: filled coordinates (kernel.ts), targets, extra noise variance of each point. */
export interface TrainingSet {
  readonly xs: readonly Float64Array[];
  readonly ys: Float64Array;
  readonly extraNoise: Float64Array;
}

/** `count` of the points, evenly spaced in the order of their targets; all when there are no more. */
export function thinned(data: TrainingSet, count: number): TrainingSet {
  const n = data.xs.length;
  if (n <= count) return data;
  const order = Array.from(data.ys.keys()).sort((a, b) => data.ys[a]! - data.ys[b]! || a - b);
  const chosen = Array.from({ length: count }, (_, i) => order[Math.floor((i * n) / count)]!);
  return {
    xs: chosen.map((i) => data.xs[i]!),
    ys: Float64Array.from(chosen, (i) => data.ys[i]!),
    extraNoise: Float64Array.from(chosen, (i) => data.extraNoise[i]!),
  };
}
