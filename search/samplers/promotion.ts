import type { History, TrialRecord } from "../history.ts";
import { CONTINUE, type Verdict } from "../pruner.ts";
import { placeAt } from "../pruners/halving.ts";
import { geometricRungs, halvingSettings, hyperbandBrackets } from "../pruners/rungs.ts";
import type { Bracket, HalvingSettings } from "../pruners/rungs.ts";
import { Standings, type Rungs, type Standing } from "../pruners/standings.ts";
import { counted, shownScore } from "../pruners/words.ts";
import type { Rng } from "../random.ts";
import type { Sampler, Suggestion } from "../sampler.ts";
import type { Scheduler } from "../scheduler.ts";
import { isBetter } from "../scores.ts";
import { wholeNumber } from "../settings.ts";

export interface PromotionSettings extends HalvingSettings {
  /** Trials to start at most; without it, as many as the inner sampler has. */
  readonly trials?: number;
}

/**
 * Asynchronous successive halving with promotion (ASHA: Li et al. 2020, arXiv 1810.05934, algorithm 2): every trial
 * pauses at every rung. A free slot continues the best paused trial of the highest rung at which it is among the
 * best floor(n / eta) of the n trials that ever got there; if there is none, it starts a new trial from `inner`.
 *
 * When no new trial can come, every rung lets at least its best trial go on, so that a sweep of few trials still
 * has one that is trained to the end. Trials that stay paused have lost.
 */
export function ashaPromotion(inner: Sampler, metric: string, settings: PromotionSettings): Scheduler {
  const brackets = [{ rungs: geometricRungs(halvingSettings(settings)), includes: () => true }];
  return byOneMetric("asha", inner, metric, brackets, settings);
}

/** Hyperband (Li et al. 2018, JMLR 18) of promoting ASHA brackets; the inner sampler learns from all of them (BOHB). */
export function hyperbandPromotion(inner: Sampler, metric: string, settings: PromotionSettings): Scheduler {
  return byOneMetric("hyperband", inner, metric, hyperbandBrackets(halvingSettings(settings)), settings);
}

function byOneMetric(
  rule: string,
  inner: Sampler,
  metric: string,
  brackets: readonly Bracket[],
  settings: PromotionSettings,
): Scheduler {
  const tables = brackets.map(({ rungs, includes }) => ({
    includes,
    standings: new Standings(rungs, includes),
  }));
  return promoting(`${inner.name} with ${rule} promotion`, inner, {
    settings,
    tables,
    stands: withMetric(metric),
  });
}

export interface Promotion {
  readonly settings: PromotionSettings;
  /** One for each bracket; every trial is in one. */
  readonly tables: readonly { readonly includes: (trial: number) => boolean; readonly standings: Rungs }[];
  /** How a trial stands, in words that go on with its place: "with val_mse 0.3,". */
  readonly stands: (history: History, trial: TrialRecord) => string;
}

/** Promotion within each bracket by any order of trials at its rungs. */
export function promoting(name: string, inner: Sampler, { settings, tables, stands }: Promotion): Scheduler {
  const { eta, epochs } = halvingSettings(settings);
  const { trials = Infinity } = settings;
  if (trials !== Infinity) wholeNumber("trials", trials, 1);

  function promote(history: History, atLeast: number): Suggestion | undefined {
    for (const { standings } of tables) {
      const found = promotable(standings.of(history), standings.epochs.length, (_, of) =>
        Math.max(atLeast, Math.floor(of / eta)),
      );
      if (found !== undefined) return goOn(found, standings.epochs, epochs);
    }
    return undefined;
  }

  function standingsOf(trial: number): Rungs {
    return tables.find(({ includes }) => includes(trial))!.standings;
  }

  return {
    name,
    suggest: (history, trial, rng) =>
      promote(history, 0) ??
      startNew(inner, history, trial, trials, rng) ??
      promote(history, 1) ??
      waitOrEnd(history),
    judge: (history, trial) => pauseAtRung(stands, history, trial, standingsOf(trial.number)),
    pausesAfter: (trial, done) => standingsOf(trial).epochs.find((rung) => rung > done),
  };
}

/** A new trial from the inner sampler, or its wish to wait; undefined when no new trial can come any more. */
export function startNew(
  inner: Sampler,
  history: History,
  trial: number,
  trials: number,
  rng: Rng,
): Suggestion | undefined {
  if (trial >= trials) return undefined;
  const suggestion = inner.suggest(history, trial, rng);
  return suggestion.kind === "exhausted" ? undefined : suggestion;
}

export function waitOrEnd(history: History): Suggestion {
  return history.running.size > 0 ? { kind: "wait" } : { kind: "exhausted" };
}

/** Continue a paused trial to the next rung it has not reached, or to the end. */
export function goOn({ trial }: Standing, rungs: readonly number[], epochs: number): Suggestion {
  const toEpoch = rungs.find((rung) => rung > trial.scores.length) ?? epochs;
  return { kind: "continue", trial: trial.number, toEpoch };
}

/**
 * The paused trial to promote: of the highest rung that has one, the first that `passes` whatever its place, else the best of those
 * waiting there, if it is among the best `quota` of all that got there.
 */
export function promotable(
  standings: readonly Standing[],
  rungs: number,
  quota: (rung: number, of: number) => number,
  passes: (trial: number, rung: number) => boolean = () => false,
): Standing | undefined {
  for (let rung = rungs - 1; rung >= 0; rung--) {
    const waiting = standings.filter((standing) => waitsAt(standing, rung));
    const lucky = waiting.find(({ trial }) => passes(trial.number, rung));
    if (lucky !== undefined) return lucky;
    const candidate = bestAt(waiting, rung);
    if (candidate === undefined) continue;
    const { place, of } = placeAt(standings, rung, candidate.trial.number);
    if (place <= quota(rung, of)) return candidate;
  }
  return undefined;
}

/** Paused at a rung, with a finite score. */
function waitsAt({ trial, bests }: Standing, rung: number): boolean {
  return trial.state === "paused" && bests.length === rung + 1 && Number.isFinite(bests[rung]);
}

/** Of equals, the first. */
function bestAt(standings: readonly Standing[], rung: number): Standing | undefined {
  let best: Standing | undefined;
  for (const standing of standings)
    if (isBetter(standing.bests[rung]!, best?.bests[rung] ?? Number.NaN)) best = standing;
  return best;
}

/** Every trial pauses when it reaches a rung for the first time. */
export function pauseAtRung(
  stands: Promotion["stands"],
  history: History,
  trial: TrialRecord,
  standings: Rungs,
): Verdict {
  const rung = standings.epochs.indexOf(trial.epoch);
  // Epochs that are repeated because a worker was lost have been judged before.
  if (rung < 0 || trial.scores.length > trial.epoch) return CONTINUE;
  const { place, of } = placeAt(standings.of(history), rung, trial.number);
  const reason =
    `waits at epoch ${trial.epoch} ${stands(history, trial)} ` +
    `number ${place} of ${counted(of, "trial")} that got there`;
  return { kind: "pause", reason };
}

export function withMetric(metric: string): Promotion["stands"] {
  return (history, trial) => `with ${metric} ${shownScore(trial.best, history.goal)},`;
}
