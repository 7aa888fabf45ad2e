import { rngFor } from "../random.ts";
import { compareScores, isBetter } from "../scores.ts";
import type { Standing } from "./standings.ts";

/** How a study's early order is learned to be trusted. */
export interface ForesightSettings {
  /** Epochs at which trials are compared, rising, below the last. */
  readonly rungs: readonly number[];
  /** Epochs at which scores are looked up, rising, the last one included. */
  readonly marks: readonly number[];
  /** Of the trials at a rung, one in `eta` goes on where its order is trusted. */
  readonly eta: number;
  /** What is believed of the miss at a rung before data, and as how many trials that weighs. */
  readonly prior: { readonly miss: number; readonly trials: number };
}

/** Learns from the standings at the marks. */
export type Foresight = (standings: readonly Standing[]) => Outlook;

/** What the order at a rung is worth. */
export interface Outlook {
  /** Share of the trials at each rung that go on by their place: 1/eta where its order is trusted, 1 where it says nothing. */
  readonly shares: readonly number[];
  /** Does the trial pass this rung whatever its place, so that others can be compared with it? */
  readonly passes: (trial: number, rung: number) => boolean;
}

/** Share of the trials that pass a rung at random. */
const AT_RANDOM = 0.15;
/** The first rung is checked against the first mark this many times as far, later ones further. */
const LOOKS_AHEAD = { first: 1.5, later: 2 };
/** Up to this miss an order is trusted fully, from the other one on not at all. */
const TRUSTED = 0.5;
const USELESS = 1;

/**
 * Learns from a study's own curves whether the order of its trials at a rung tells their order later. A rung with n trials has
 * n/eta first ones; some of the others pass it, too: a part at random, so that there is a sample of every kind of trial and not only of
 * those that looked good early. Where trials have come half or once as far again, the scores after the rung alone are compared, and it is
 * counted how many of the best 1/eta there were not among the first. Trials count by the inverse of their share that got there: curves
 * that were stopped are missing, and not at random (inverse probability weighting as for a concordance of censored data: Uno et al.
 * 2011, On the C-statistics for Evaluating Overall Adequacy of Risk Prediction Procedures with Censored Survival Data, Statistics in
 * Medicine 30). Scores up to the rung play no part in the later ones, so a lucky plateau does not confirm itself.
 *
 * `miss` is that number in units of what pure chance would give: near 1 the order at the rung is noise, and every trial passes. Rungs are
 * learned one after the other: as long as the order at a rung is not trusted, the next one is looked at; behind the first that is, all
 * keep 1/eta. That is successive halving whose first rung is found out (compare PASHA, Bohdal et al. 2023, arXiv 2207.06940, which
 * finds out the last).
 */
export function foresight(settings: ForesightSettings): Foresight {
  const { rungs, eta, prior } = settings;
  const looks = rungs.map((epoch, rung) => lookFrom(epoch, rung, settings.marks));
  const chosen = randomChoice();
  return (standings) => {
    const shares = rungs.map(() => 1 / eta);
    let last = rungs.length - 1;
    for (const rung of rungs.keys()) {
      const miss = missAt(standings, { epoch: rungs[rung]!, until: looks[rung]! }, settings);
      if (miss !== undefined) shares[rung] = 1 / eta + (1 - 1 / eta) * doubtOf(miss);
      if (doubtOf(miss ?? prior.miss) >= 0.5) continue;
      last = rung;
      break;
    }
    return {
      shares,
      passes(trial, rung) {
        for (let from = 0; from <= Math.min(rung, last); from++)
          if (looks[from]! > rungs[rung]! && chosen(trial, from)) return true;
        return false;
      },
    };
  };
}

function doubtOf(miss: number): number {
  return Math.min(1, Math.max(0, (miss - TRUSTED) / (USELESS - TRUSTED)));
}

/** How many of `of` trials at a rung go on by their place. */
export function quotaOf(share: number, of: number): number {
  return Math.floor(of * share + 1e-9);
}

/** The mark at which the order at a rung is checked. */
function lookFrom(epoch: number, rung: number, marks: readonly number[]): number {
  const ahead = Math.round(epoch * (rung === 0 ? LOOKS_AHEAD.first : LOOKS_AHEAD.later));
  return marks.find((mark) => mark >= ahead) ?? marks.at(-1)!;
}

/** Does a trial pass a rung at random? It is asked at every decision, so what was drawn is remembered. */
function randomChoice(): (trial: number, rung: number) => boolean {
  const drawn: (boolean | undefined)[][] = [];
  return (trial, rung) =>
    ((drawn[trial] ??= [])[rung] ??= rngFor(0, "passes", trial, rung).next() < AT_RANDOM);
}

/** A trial that was looked at later. */
interface Seen {
  readonly first: boolean;
  readonly later: number;
}

/** See foresight; undefined: too early to tell. */
function missAt(
  standings: readonly Standing[],
  { epoch, until }: { readonly epoch: number; readonly until: number },
  { marks, eta, prior }: ForesightSettings,
): number | undefined {
  const mark = marks.indexOf(epoch);
  const there = standings
    .filter(({ bests }) => bests.length > mark)
    .sort((a, b) => compareScores(a.bests[mark]!, b.bests[mark]!) || a.trial.number - b.trial.number);
  const first = Math.floor(there.length / eta);
  const seen = there.flatMap(({ trial: { scores } }, place): Seen[] =>
    scores.length < until ? [] : [{ first: place < first, later: bestWithin(scores, epoch, until) }],
  );
  const firsts = seen.filter((one) => one.first).length;
  const others = seen.length - firsts;
  if (firsts === 0 || others === 0) return undefined;
  const weights = { first: first / firsts, other: (there.length - first) / others };
  const missed = missedAmong(seen, weights, there.length / eta);
  return (prior.trials * prior.miss + eta * missed) / (prior.trials + others);
}

/** How many of those that were not first are among the best by their later scores, up to a weight of `best`. */
function missedAmong(
  seen: readonly Seen[],
  weights: { readonly first: number; readonly other: number },
  best: number,
): number {
  let filled = 0;
  let missed = 0;
  for (const { first } of seen.toSorted((a, b) => compareScores(a.later, b.later))) {
    const weight = first ? weights.first : weights.other;
    if (!first) missed += Math.min(1, Math.max(0, (best - filled) / weight));
    filled += weight;
  }
  return missed;
}

/** Best score of the epochs after `from` up to `until`. */
function bestWithin(scores: readonly (number | undefined)[], from: number, until: number): number {
  let best = Number.NaN;
  for (const score of scores.slice(from, until))
    if (score !== undefined && isBetter(score, best)) best = score;
  return best;
}
