import { solvePositive, transposed } from "./linear-algebra.ts";
import { products } from "./products.ts";

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

/** Those that weights follow from. */
type Products = Omit<Moments, "yy">;

/** Ridge regression (Hoerl and Kennard 1970): (XᵀX + λI)⁻¹ XᵀY with λ = strength · mean of the diagonal of XᵀX. */
export function ridge({ xx, xy, inputs: n, outputs: m }: Products, strength: number): Float64Array {
  let trace = 0;
  for (let i = 0; i < n; i++) trace += xx[i * n + i]!;
  const added = (strength * trace) / n || 1;
  return solvePositive({ a: xx, n, added, b: xy, m }) ?? new Float64Array(n * m);
}

/** Sum of squared errors of the weights [n, m] on the samples of these moments, by output. */
export function squaredErrors(
  { xx, xy, yy, inputs: n, outputs: m }: Moments,
  weights: Float64Array,
): Float64Array {
  const sums = yy.slice();
  const columns = transposed(weights, n, m);
  const times = products({ values: columns, width: n }, { values: xx, width: n });
  for (let c = 0; c < m; c++) {
    for (let i = 0; i < n; i++) {
      sums[c]! += columns[c * n + i]! * (times[c * n + i]! - 2 * xy[i * m + c]!);
    }
  }
  return sums;
}

/** The same, of all outputs together. */
export function squaredError(moments: Moments, weights: Float64Array): number {
  return squaredErrors(moments, weights).reduce((total, value) => total + value, 0);
}

/** Strengths tried, from hardly any shrinking to a lot. */
const strengths: readonly number[] = [1e-3, 1e-2, 1e-1, 1];
/** Outputs by which a strength is chosen: a few of many horizon steps tell as much as all. */
const judgedOutputs = 12;

export interface TunedRidge {
  readonly strength: number;
  /** Squared error on the held samples by weights that have not seen them, by output. */
  readonly heldErrors: Float64Array;
}

/** The strength whose fit to `fitted` errs least on `held`. */
export function tunedRidge(fitted: Moments, held: Moments): TunedRidge {
  const tried = strengths.map((strength) => squaredErrors(held, ridge(fitted, strength)));
  const totals = tried.map((errors) => errors.reduce((sum, value) => sum + value, 0));
  const best = Math.max(totals.indexOf(Math.min(...totals)), 0);
  return { strength: strengths[best]!, heldErrors: tried[best]! };
}

/**
 * Outputs by which fits are compared: all, or some that are spread over the steps, of every target. Outputs are step-major over
 * the targets.
 */
export function fewOutputs(outputs: number, targets = 1): readonly number[] {
  const steps = outputs / targets;
  const count = Math.min(steps, Math.max(1, Math.floor(judgedOutputs / targets)));
  return Array.from({ length: count }, (_, i) => Math.floor((i * steps) / count)).flatMap((step) =>
    Array.from({ length: targets }, (_, j) => step * targets + j),
  );
}

/** The moments of some of the outputs. */
export function someOutputs(moments: Moments, chosen: readonly number[]): Moments {
  const { xx, xy, yy, inputs, outputs } = moments;
  if (chosen.length === outputs) return moments;
  const some = new Float64Array(inputs * chosen.length);
  for (let i = 0, at = 0; i < inputs; i++) {
    for (let c = 0; c < chosen.length; c++) some[at++] = xy[i * outputs + chosen[c]!]!;
  }
  return { xx, xy: some, yy: Float64Array.from(chosen, (c) => yy[c]!), inputs, outputs: chosen.length };
}

/** The moments of two sets of samples together. */
export function addMoments(a: Moments, b: Moments): Moments {
  return { ...a, xx: sumOf(a.xx, b.xx), xy: sumOf(a.xy, b.xy), yy: sumOf(a.yy, b.yy) };
}

function sumOf(x: Float64Array, y: Float64Array): Float64Array {
  const sum = x.slice();
  for (let i = 0; i < sum.length; i++) sum[i]! += y[i]!;
  return sum;
}
