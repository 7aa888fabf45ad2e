import { hypervolume } from "./hypervolume.ts";

/** How far beyond the worst of each score the reference point lies, in shares of its range: what lies at the ends counts, too. */
const BEYOND = 0.1;

/** Beyond the worst point in every score. */
function referenceOf(points: readonly Float64Array[]): Float64Array {
  const { length } = points[0]!;
  return Float64Array.from({ length }, (_, d) => {
    const scores = points.map((point) => point[d]!);
    const [best, worst] = [Math.min(...scores), Math.max(...scores)];
    return worst + BEYOND * (worst - best || Math.abs(worst) || 1);
  });
}

/**
 * Places of `count` of the points, chosen one after another so that together they dominate the largest volume (greedy hypervolume subset
 * selection: Guerreiro et al. 2016, Greedy Hypervolume Subset Selection in Low Dimensions, Evolutionary Computation 24). A gain
 * only shrinks as more is chosen, so most of them need not be found again.
 */
export function mostVolume(points: readonly Float64Array[], count: number): readonly number[] {
  if (points.length <= 1) return [...points.keys()];
  const reference = referenceOf(points);
  const chosen: number[] = [];
  const dominated: Float64Array[] = [];
  let volume = 0;
  const gains = points.map((point) => hypervolume([point], reference));
  const left = new Set(points.keys());
  while (chosen.length < count && left.size > 0) {
    let best = -1;
    for (const index of [...left].sort((a, b) => gains[b]! - gains[a]! || a - b)) {
      if (best >= 0 && gains[index]! <= gains[best]!) break;
      gains[index] = hypervolume([...dominated, points[index]!], reference) - volume;
      if (best < 0 || gains[index] > gains[best]!) best = index;
    }
    left.delete(best);
    chosen.push(best);
    dominated.push(points[best]!);
    volume = hypervolume(dominated, reference);
  }
  return chosen;
}
