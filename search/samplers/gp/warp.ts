import { normalQuantile } from "../../math/normal.ts";

/**
 * Scores as targets of a Gaussian process, mean 0 and variance 1: up to the median as they are, beyond it the
 * quantiles of a normal distribution with the spread of the better half (the half-rank warping of Song et al. 2024,
 * The Vizier Gaussian Process Bandit Algorithm, arXiv 2408.11527). How bad the bad ones are does not matter, so
 * losses over orders of magnitude and a plateau at chance level leave the good region its resolution. All 0 when the
 * scores are equal.
 */
export function warp(scores: Float64Array): Float64Array {
  return standardise(stretched(scores));
}

function stretched(scores: Float64Array): Float64Array {
  const { median, better } = lowerHalf(scores);
  const spread = Math.sqrt(mean(better.map((score) => (score - median) ** 2)));
  if (!(spread > 0) || !Number.isFinite(spread)) return normalScores(scores);
  const bad = normalScores(scores);
  return scores.map((score, i) => (score <= median ? score : median + spread * bad[i]!));
}

function lowerHalf(scores: Float64Array): { readonly median: number; readonly better: Float64Array } {
  const sorted = scores.slice().sort();
  const median = quantile(sorted, 0.5);
  return { median, better: sorted.filter((score) => score <= median) };
}

/** The scores up to the median, which `warp` only moves and scales; the lowest first. */
export function betterHalf(scores: Float64Array): Float64Array {
  return lowerHalf(scores).better;
}

/** By how much more, in nats, scores of the better half are probable as targets of `warp` than as they are: each is scaled. */
export function warpedDensity(scores: Float64Array): number {
  return -betterHalf(scores).length * Math.log(momentsOf(stretched(scores)).deviation);
}

/**
 * The way back, from a target of `warp(scores)` to a score: straight between the scores that were seen, and beyond the lowest as the
 * better half goes on. Beyond the highest it stays there. `undefined`: the scores are equal.
 */
export function unwarp(scores: Float64Array): ((target: number) => number) | undefined {
  const targets = warp(scores);
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  const known = order.filter((at, place) => place === 0 || scores[at]! > scores[order[place - 1]!]!);
  if (known.length < 2) return undefined;
  const [first, middle] = [known[0]!, known[Math.max(1, Math.floor((known.length - 1) / 2))]!];
  const slope = (scores[middle]! - scores[first]!) / (targets[middle]! - targets[first]!);
  return (target) => {
    if (target <= targets[first]!) return scores[first]! + slope * (target - targets[first]!);
    const above = known.findIndex((at) => targets[at]! >= target);
    if (above < 0) return scores[known.at(-1)!]!;
    const [low, high] = [known[above - 1]!, known[above]!];
    const share = (target - targets[low]!) / (targets[high]! - targets[low]!);
    return scores[low]! + share * (scores[high]! - scores[low]!);
  };
}

/** Normal quantiles of the ranks; equal scores share the mean of their ranks. */
function normalScores(scores: Float64Array): Float64Array {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  const quantiles = new Float64Array(scores.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to++;
    const shared = normalQuantile((from + to) / 2 / order.length);
    for (; from < to; from++) quantiles[order[from]!] = shared;
  }
  return quantiles;
}

function standardise(values: Float64Array): Float64Array {
  const { centre, deviation } = momentsOf(values);
  return values.map((value) => (deviation > 1e-12 * Math.abs(centre) ? (value - centre) / deviation : 0));
}

function momentsOf(values: Float64Array): { readonly centre: number; readonly deviation: number } {
  const centre = mean(values);
  return { centre, deviation: Math.sqrt(mean(values.map((value) => (value - centre) ** 2))) };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (at % 1) * (sorted[Math.ceil(at)]! - below);
}
