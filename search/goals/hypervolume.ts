import { paretoFront } from "./dominance.ts";

/** A box of scores, open towards -Infinity where `lower` says so. */
export interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * The volume that some points dominate, up to a reference point (Zitzler and Thiele 1998). Lower is better; a point that is not better
 * than the reference in every score adds nothing. By slicing along the last score (While et al. 2006, A Faster Algorithm for
 * Calculating Hypervolume, IEEE TEVC 10); exponential in the number of scores.
 */
export function hypervolume(points: readonly Float64Array[], reference: Float64Array): number {
  const inside = points.filter((point) => point.every((score, d) => score < reference[d]!));
  return volume(
    inside.map((point) => [...point]),
    [...reference],
  );
}

function volume(points: readonly (readonly number[])[], reference: readonly number[]): number {
  if (points.length === 0) return 0;
  const last = reference.length - 1;
  if (last === 0) return reference[0]! - Math.min(...points.map((point) => point[0]!));
  const sorted = points.toSorted((a, b) => a[last]! - b[last]!);
  if (last === 1) return staircase(sorted, reference);
  let sum = 0;
  for (let k = 0; k < sorted.length; k++) {
    const thickness = (sorted[k + 1]?.[last] ?? reference[last]!) - sorted[k]![last]!;
    if (thickness <= 0) continue;
    const slice = sorted.slice(0, k + 1).map((point) => point.slice(0, last));
    sum += thickness * volume(slice, reference.slice(0, last));
  }
  return sum;
}

/** Two scores; `sorted` by the second. */
function staircase(sorted: readonly (readonly number[])[], reference: readonly number[]): number {
  let sum = 0;
  let left = reference[0]!;
  for (const [x, y] of sorted) {
    if (x! >= left) continue;
    sum += (left - x!) * (reference[1]! - y!);
    left = x!;
  }
  return sum;
}

/**
 * Disjoint boxes that fill what is better than the reference and not dominated by the front: a new point adds to the hypervolume what of
 * them it dominates (Yang et al. 2019, Efficient Computation of Expected Hypervolume Improvement Using Box Decomposition
 * Algorithms, Journal of Global Optimization 75). n points of m scores give in the order of n^(m - 1) boxes.
 */
export function openBoxes(front: readonly Float64Array[], reference: Float64Array): readonly Box[] {
  const inside = front.filter((point) => point.every((score, d) => score < reference[d]!));
  return slabs(
    inside.map((point) => [...point]),
    [...reference],
  ).map(({ lower, upper }) => ({ lower: Float64Array.from(lower), upper: Float64Array.from(upper) }));
}

interface Slab {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

function slabs(points: readonly (readonly number[])[], reference: readonly number[]): readonly Slab[] {
  const last = reference.length - 1;
  if (last === 0) {
    const upper = points.reduce((least, point) => Math.min(least, point[0]!), reference[0]!);
    return [{ lower: [-Infinity], upper: [upper] }];
  }
  const sorted = points.toSorted((a, b) => a[last]! - b[last]!);
  const boxes: Slab[] = [];
  for (let k = 0; k <= sorted.length; k++) {
    const from = k === 0 ? -Infinity : sorted[k - 1]![last]!;
    const to = sorted[k]?.[last] ?? reference[last]!;
    if (to <= from) continue;
    const active = sorted.slice(0, k).map((point) => point.slice(0, last));
    for (const { lower, upper } of slabs(frontOf(active), reference.slice(0, last))) {
      boxes.push({ lower: [...lower, from], upper: [...upper, to] });
    }
  }
  return boxes;
}

function frontOf(points: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return paretoFront(points.map((point) => Float64Array.from(point))).map((index) => points[index]!);
}
