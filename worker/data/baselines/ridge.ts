import { cholesky, choleskySolve } from "./linear-algebra.ts";

/** The sums that a least-squares fit of Y on X needs. */
export interface Moments {
  /** XᵀX [n, n]. */
  readonly xx: Float64Array;
  /** XᵀY [n, m]. */
  readonly xy: Float64Array;
  /** Σ y² [m]. */
  readonly yy: Float64Array;
  readonly inputs: number;
  readonly outputs: number;
}

/** Ridge regression (Hoerl and Kennard 1970): (XᵀX + λI)⁻¹ XᵀY with λ = strength · mean of the diagonal of XᵀX. */
export function ridge({ xx, xy, inputs: n, outputs: m }: Moments, strength: number): Float64Array {
  let trace = 0;
  for (let i = 0; i < n; i++) trace += xx[i * n + i]!;
  const lambda = (strength * trace) / n || 1;
  const a = xx.slice();
  for (let i = 0; i < n; i++) a[i * n + i]! += lambda;
  const l = cholesky(a, n);
  return l === undefined ? new Float64Array(n * m) : choleskySolve(l, n, xy.slice(), m);
}

/** Sum of squared errors of the weights [n, m] on the samples of these moments. */
export function squaredError({ xx, xy, yy, inputs: n, outputs: m }: Moments, weights: Float64Array): number {
  let sum = yy.reduce((total, value) => total + value, 0);
  const product = new Float64Array(m);
  for (let i = 0; i < n; i++) {
    product.fill(0);
    for (let k = 0; k < n; k++) {
      const factor = xx[i * n + k]!;
      for (let c = 0; c < m; c++) product[c]! += factor * weights[k * m + c]!;
    }
    for (let c = 0; c < m; c++) sum += weights[i * m + c]! * (product[c]! - 2 * xy[i * m + c]!);
  }
  return sum;
}

/** Strengths tried, from hardly any shrinking to a lot. */
const strengths = [1e-3, 1e-2, 1e-1, 1];
/** Outputs by which a strength is chosen: a few of many horizon steps tell as much as all. */
const judgedOutputs = 24;

/** Ridge weights [n, m] on all samples, with the strength whose fit to `fitted` errs least on `held`. */
export function tunedRidge(fitted: Moments, held: Moments): Float64Array {
  const few = fewOutputs(fitted);
  const judge = fewOutputs(held);
  const errors = strengths.map((strength) => squaredError(judge, ridge(few, strength)));
  const best = errors.indexOf(Math.min(...errors));
  return ridge(addMoments(fitted, held), strengths[Math.max(best, 0)]!);
}

function fewOutputs(moments: Moments): Moments {
  const { xx, xy, yy, inputs, outputs } = moments;
  if (outputs <= judgedOutputs) return moments;
  const chosen = Array.from({ length: judgedOutputs }, (_, i) => Math.floor((i * outputs) / judgedOutputs));
  const some = new Float64Array(inputs * judgedOutputs);
  for (let i = 0; i < inputs; i++) {
    for (let c = 0; c < judgedOutputs; c++) some[i * judgedOutputs + c] = xy[i * outputs + chosen[c]!]!;
  }
  return { xx, xy: some, yy: Float64Array.from(chosen, (c) => yy[c]!), inputs, outputs: judgedOutputs };
}

/** The moments of two sets of samples together. */
export function addMoments(a: Moments, b: Moments): Moments {
  const add = (x: Float64Array, y: Float64Array): Float64Array => x.map((value, i) => value + y[i]!);
  return { ...a, xx: add(a.xx, b.xx), xy: add(a.xy, b.xy), yy: add(a.yy, b.yy) };
}
