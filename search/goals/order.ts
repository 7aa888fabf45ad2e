import { nonDominatedRanks } from "./dominance.ts";
import { totalExcess, type Goals, type Judged } from "./goals.ts";

/** Where a trial stands among others. */
export interface Place {
  /** Of a trial that keeps the constraints: its non-domination rank among those, from 0, the Pareto front. `undefined`: it does not. */
  readonly rank: number | undefined;
  /** Compares trials: lower first, equal for equals. NaN: it says nothing. */
  readonly order: number;
}

/**
 * The order of trials by several goals. First come those that keep the constraints, by non-domination rank and within a rank by the first
 * goal; then those that do not, by how badly they break them (Deb et al. 2002, A Fast and Elitist Multiobjective Genetic Algorithm:
 * NSGA-II, IEEE TEVC 6, section VI); then those without values.
 */
export function placesOf(goals: Goals, trials: readonly Judged[]): readonly Place[] {
  const ranks = ranksOf(trials);
  const keys = trials.map((trial, i) => keyOf(goals, trial, ranks[i]));
  const sorted = [...keys.keys()].sort((a, b) => compare(keys[a]!, keys[b]!));
  const places: Place[] = trials.map((_, i) => ({ rank: ranks[i], order: Number.NaN }));
  let order = -1;
  for (const [at, index] of sorted.entries()) {
    const key = keys[index]!;
    if (key[0] === nothing) break;
    if (at === 0 || compare(keys[sorted[at - 1]!]!, key) !== 0) order = at;
    places[index] = { rank: ranks[index], order };
  }
  return places;
}

/** Of the trials that keep the constraints, among each other. */
export function ranksOf(trials: readonly Judged[]): readonly (number | undefined)[] {
  const kept = [...trials.keys()].filter((index) => trials[index]!.feasible);
  const found = nonDominatedRanks(kept.map((index) => trials[index]!.scores));
  const ranks: (number | undefined)[] = trials.map(() => undefined);
  for (const [at, index] of kept.entries()) ranks[index] = found[at]!;
  return ranks;
}

const kept = 0;
const broken = 1;
const nothing = 2;

type Key = readonly number[];

function keyOf(goals: Goals, judged: Judged, rank: number | undefined): Key {
  const { scores } = judged;
  if (rank !== undefined) return [kept, rank, ...scores];
  if (!scores.every(Number.isFinite)) return [nothing];
  return [broken, totalExcess(goals, judged), ...scores];
}

function compare(a: Key, b: Key): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    // Infinity - Infinity is not a number.
    if (a[i]! !== b[i]!) return a[i]! < b[i]! ? -1 : 1;
  }
  return 0;
}
