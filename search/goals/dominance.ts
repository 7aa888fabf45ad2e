/** Is `a` at least as good in every score, and better in one? Lower is better. */
export function dominates(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  let better = false;
  for (let d = 0; d < a.length; d++) {
    if (a[d]! > b[d]!) return false;
    if (a[d]! < b[d]!) better = true;
  }
  return better;
}

/**
 * Non-domination ranks, from 0, which is the Pareto front: rank r is what no point dominates once the ranks before it are
 * taken away (Goldberg 1989). Equal points have the same rank. All scores are finite.
 *
 * Efficient non-dominated sorting with binary search (Zhang et al. 2015, An Efficient Approach to Nondominated Sorting for
 * Evolutionary Multiobjective Optimization, IEEE TEVC 19): in lexicographic order a point can only be dominated by earlier
 * ones, and a point that nothing in a front dominates is dominated by nothing in later fronts.
 */
export function nonDominatedRanks(points: readonly Float64Array[]): Int32Array {
  const ranks = new Int32Array(points.length);
  const order = Array.from(points.keys()).sort((a, b) => lexicographic(points[a]!, points[b]!) || a - b);
  const fronts: Float64Array[][] = [];
  for (const index of order) {
    const point = points[index]!;
    const rank = firstFront(fronts, point);
    (fronts[rank] ??= []).push(point);
    ranks[index] = rank;
  }
  return ranks;
}

/** Places, from 0, of the points that no other dominates. */
export function paretoFront(points: readonly Float64Array[]): readonly number[] {
  const ranks = nonDominatedRanks(points);
  return [...points.keys()].filter((index) => ranks[index] === 0);
}

function firstFront(fronts: readonly (readonly Float64Array[])[], point: Float64Array): number {
  let low = 0;
  let high = fronts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isDominatedIn(fronts[middle]!, point)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `front`: in lexicographic order, which `point` follows. */
function isDominatedIn(front: readonly Float64Array[], point: Float64Array): boolean {
  // Of two scores the second falls along the front: the last point is the only one that may dominate.
  if (point.length <= 2) return dominates(front.at(-1)!, point);
  for (let i = front.length - 1; i >= 0; i--) if (dominates(front[i]!, point)) return true;
  return false;
}

export function lexicographic(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let d = 0; d < a.length; d++) if (a[d]! !== b[d]!) return a[d]! - b[d]!;
  return 0;
}
