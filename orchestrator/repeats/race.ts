import { chanceOfNoDifference, meanOf } from "./samples.ts";

/** One of the best trials of a search, and its repeats. */
export interface Finalist {
  readonly trial: number;
  /** Scores of its repeats by seed, lower is better; NaN: without a finite value; undefined: not ended yet. */
  readonly scores: readonly (number | undefined)[];
}

export type NextRepeat =
  /** Train `of` again with its seed number `seed`, from 1. */
  | { readonly kind: "start"; readonly of: number; readonly seed: number }
  /** Nothing until a repeat ends. */
  | { readonly kind: "wait" }
  | { readonly kind: "done" };

/** A finalist is given up by mistake in one race of twenty at most. */
const risk = 0.05;

/**
 * A race (Maron and Moore 1994, Hoeffding Races, NeurIPS 6; with t-tests as in Birattari et al. 2002, F-Race, GECCO):
 * the finalists are trained round by round, each round with the same number of seeds for all. After each round from
 * the second on, those leave whose mean is worse than the best mean by Welch's test. Losses have no known bounds,
 * which Hoeffding's would need. The tests of the whole race share a risk of 5 percent (Bonferroni). One that did not
 * give a finite value leaves at once. Decisions are made between rounds only, so they do not depend on the order in
 * which workers finish.
 */
export function nextRepeat(finalists: readonly Finalist[], seeds: number): NextRepeat {
  let racing = finalists;
  const tests = Math.max(1, (finalists.length - 1) * (seeds - 1));
  for (let round = 1; round <= seeds; round++) {
    const next = racing.find(({ scores }) => scores.length < round);
    if (next !== undefined) return { kind: "start", of: next.trial, seed: round };
    if (racing.some(({ scores }) => scores.slice(0, round).includes(undefined))) return { kind: "wait" };
    racing = survivors(racing, round, risk / tests);
    // Alone it has won: more seeds would only narrow its interval, which is what the rest of the rounds are for.
  }
  return { kind: "done" };
}

function survivors(racing: readonly Finalist[], round: number, level: number): readonly Finalist[] {
  const samples = racing.map(({ scores }) => scores.slice(0, round).map((score) => score ?? Number.NaN));
  const sound = racing.filter((_, index) => samples[index]!.every(Number.isFinite));
  const soundSamples = samples.filter((scores) => scores.every(Number.isFinite));
  const best = soundSamples.toSorted((a, b) => meanOf(a) - meanOf(b))[0];
  if (best === undefined) return [];
  return sound.filter((_, index) => {
    const own = soundSamples[index]!;
    return own === best || chanceOfNoDifference(own, best) >= level;
  });
}
