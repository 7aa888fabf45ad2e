import { solvePositive } from "./linear-algebra.ts";
import { ownProducts } from "./products.ts";

/** Strengths tried, relative to the mean product of an input with itself. */
const strengths: readonly number[] = [1e-3, 1e-2, 1e-1, 1, 10];

/** Samples as rows, their outputs, and which of them shrinking is chosen on. */
interface Samples {
  /** [samples, inputs], centred. */
  readonly x: Float64Array;
  /** [samples, outputs], centred. */
  readonly y: Float64Array;
  readonly inputs: number;
  readonly outputs: number;
  readonly held: readonly boolean[];
}

/**
 * Ridge regression by the products of samples instead of those of inputs, which is the same and quicker where there are more
 * inputs than samples (Saunders, Gammerman and Vovk 1998): weights [outputs, inputs].
 */
export function dualRidge({ x, y, inputs, outputs, held }: Samples): Float64Array {
  const all = held.map((_, i) => i);
  const kept = all.filter((i) => !held[i]);
  const products = ownProducts({ values: x, width: inputs });
  const between = (rows: readonly number[], columns: readonly number[]): Float64Array =>
    Float64Array.from(
      { length: rows.length * columns.length },
      (_, k) => products[rows[Math.floor(k / columns.length)]! * held.length + columns[k % columns.length]!]!,
    );
  const wanted = (rows: readonly number[]): Float64Array =>
    Float64Array.from(rows.flatMap((row) => [...y.subarray(row * outputs, (row + 1) * outputs)]));
  const solve = (rows: readonly number[], strength: number): Float64Array => {
    const a = between(rows, rows);
    const n = rows.length;
    let trace = 0;
    for (let i = 0; i < n; i++) trace += a[i * n + i]!;
    const added = (strength * trace) / inputs || 1;
    const solution = solvePositive({ a, n, added, b: wanted(rows), m: outputs });
    return solution ?? new Float64Array(n * outputs);
  };
  const others = all.filter((i) => held[i]);
  const across = between(others, kept);
  const truth = wanted(others);
  const errors = strengths.map((strength) => {
    const said = multiplied(across, solve(kept, strength), { n: kept.length, m: outputs });
    return said.reduce((sum, value, i) => sum + (value - truth[i]!) ** 2, 0);
  });
  const best = strengths[Math.max(errors.indexOf(Math.min(...errors)), 0)]!;
  return weightsOf(x, solve(all, best), { inputs, outputs });
}

/** A [rows, n] times B [n, m]. */
function multiplied(
  a: Float64Array,
  b: Float64Array,
  { n, m }: { readonly n: number; readonly m: number },
): Float64Array {
  const rows = n === 0 ? 0 : a.length / n;
  const product = new Float64Array(rows * m);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < n; k++) {
      for (let c = 0; c < m; c++) product[i * m + c]! += a[i * n + k]! * b[k * m + c]!;
    }
  }
  return product;
}

function weightsOf(
  x: Float64Array,
  alphas: Float64Array,
  { inputs, outputs }: { readonly inputs: number; readonly outputs: number },
): Float64Array {
  const weights = new Float64Array(outputs * inputs);
  for (let i = 0; i * outputs < alphas.length; i++) {
    for (let k = 0; k < outputs; k++) {
      const alpha = alphas[i * outputs + k]!;
      for (let a = 0; a < inputs; a++) weights[k * inputs + a]! += alpha * x[i * inputs + a]!;
    }
  }
  return weights;
}
