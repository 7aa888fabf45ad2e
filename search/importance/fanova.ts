import { has, size } from "./cells.ts";
import type { Leaf } from "./tree.ts";

/** How a tree's variance over the whole space divides. */
export interface Decomposition {
  readonly mean: number;
  readonly variance: number;
  /** Mean prediction in each cell of each dimension, the others averaged out: [dimensions][cells]. */
  readonly marginals: readonly Float64Array[];
  /** Variance of each marginal, [dimensions]. */
  readonly single: Float64Array;
  /** Variance of the interaction of dimensions a > b at a (a - 1) / 2 + b. */
  readonly pairs: Float64Array;
}

/**
 * Functional analysis of variance of a tree over the uniform distribution of configurations (Hutter, Hoos and
 * Leyton-Brown 2014, An Efficient Approach for Assessing Hyperparameter Importance, ICML, algorithms 1 and 2).
 */
export function decompose(leaves: readonly Leaf[], counts: readonly number[]): Decomposition {
  // Share of each dimension that a leaf covers, and of the whole space.
  const shares = leaves.map(({ box }) => Float64Array.from(box, (set, d) => size(set) / counts[d]!));
  const volumes = shares.map((share) => share.reduce((product, s) => product * s, 1));
  const mean = leaves.reduce((sum, { value }, i) => sum + value * volumes[i]!, 0);
  const variance = leaves.reduce((sum, { value }, i) => sum + volumes[i]! * (value - mean) ** 2, 0);
  const marginals = counts.map((count, d) => {
    const marginal = new Float64Array(count);
    for (const [i, { box, value }] of leaves.entries()) {
      const part = (value * volumes[i]!) / shares[i]![d]!;
      for (let c = 0; c < count; c++) if (has(box[d]!, c)) marginal[c] = marginal[c]! + part;
    }
    return marginal;
  });
  const single = Float64Array.from(marginals, (marginal) => varianceOf(marginal, mean));
  // A dimension that the tree never splits has no part in it. Of many dimensions most trees split few.
  const isSplit = counts.map((_, d) => shares.some((share) => share[d]! < 1));
  const pairs: number[] = [];
  for (let a = 1; a < counts.length; a++) {
    for (let b = 0; b < a; b++) {
      if (!isSplit[a] || !isSplit[b]) {
        pairs.push(0);
        continue;
      }
      const joint = jointMarginal(leaves, shares, volumes, counts, a, b);
      pairs.push(Math.max(varianceOf(joint, mean) - single[a]! - single[b]!, 0));
    }
  }
  return { mean, variance, marginals, single, pairs: Float64Array.from(pairs) };
}

/** [cells of a × cells of b] */
function jointMarginal(
  leaves: readonly Leaf[],
  shares: readonly Float64Array[],
  volumes: readonly number[],
  counts: readonly number[],
  a: number,
  b: number,
): Float64Array {
  const [rows, columns] = [counts[a]!, counts[b]!];
  const joint = new Float64Array(rows * columns);
  for (const [i, { box, value }] of leaves.entries()) {
    const part = (value * volumes[i]!) / (shares[i]![a]! * shares[i]![b]!);
    for (let r = 0; r < rows; r++) {
      if (!has(box[a]!, r)) continue;
      for (let c = 0, at = r * columns; c < columns; c++, at++)
        if (has(box[b]!, c)) joint[at] = joint[at]! + part;
    }
  }
  return joint;
}

function varianceOf(values: Float64Array, mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
