import type { History } from "../history.ts";
import { logExpectedImprovement } from "../math/normal.ts";
import { bestOf, learnForecaster, marks, type Forecaster } from "../pruners/forecast.ts";
import { foresight, quotaOf, type Outlook } from "../pruners/foresight.ts";
import { Standings, type Standing } from "../pruners/standings.ts";
import type { Sampler, Suggestion } from "../sampler.ts";
import type { Scheduler } from "../scheduler.ts";
import { numberWithin, SettingError, wholeNumber } from "../settings.ts";
import { goOn, pauseAtRung, promotable, startNew, waitOrEnd, withMetric } from "./promotion.ts";

export interface ThawSettings {
  /** Epochs of a complete trial. */
  readonly epochs: number;
  /** No trial pauses before this epoch. Default 2. */
  readonly min_epochs?: number;
  /** Of the trials at a rung, one in `eta` goes on by its place alone. Default 3. */
  readonly eta?: number;
  /** Share of all epochs that may go to the most promising trials beyond that, 0 to 1. Default 0.15. */
  readonly share?: number;
  /** Trials to start at most; without it, as many as the inner sampler has. */
  readonly trials?: number;
}

/**
 * seqtune's own early termination, between ASHA's promotion (Li et al. 2020, arXiv 1810.05934) and freeze-thaw
 * Bayesian optimisation (Swersky et al. 2014, arXiv 1406.3896). Trials pause at rungs that lie close together:
 * each half as far again as the one before. A free slot then goes to the first of
 * 1. the paused trial with the largest expected improvement of the best score per epoch still to train, by the
 *    forecast of its curve (forecast.ts), as long as the epochs spent beyond what rule 2 alone would have
 *    allowed are at most `share` of all epochs;
 * 2. the best trial waiting at the highest rung where it is among the best 1/eta that got there, or among more of them where the
 *    study's own curves say that order there tells little of the end (foresight.ts);
 * 3. a new trial from `inner`.
 *
 * Rule 2 looks at many trials briefly, but by itself hardly finishes any; rule 1 sees to it that what it found is trained out.
 * What was spent is read off the history, so a resumed study decides the same.
 */
export function thaw(inner: Sampler, metric: string, settings: ThawSettings): Scheduler {
  const { epochs, min_epochs = 2, eta = 3, share = 0.15, trials = Infinity } = settings;
  wholeNumber("epochs", epochs, 1);
  wholeNumber("min_epochs", min_epochs, 1);
  if (min_epochs > epochs) throw new SettingError("min_epochs", `at most epochs (${epochs})`, min_epochs);
  if (!(eta > 1 && eta < Infinity)) throw new SettingError("eta", "a number above 1", eta);
  numberWithin("share", share, 0, 1);
  if (trials !== Infinity) wholeNumber("trials", trials, 1);
  const allMarks = marks(epochs);
  const rungs = allMarks.filter((mark) => mark >= min_epochs && mark < epochs);
  const stops = [...rungs, epochs];
  const curves = new Standings(allMarks);
  // What waits can still go on later, so early order is believed until it fails.
  const outlookOf = foresight({ rungs, marks: allMarks, eta, prior: { miss: 0.5, trials: 3 } });
  const waiting = new Standings(rungs);

  function mostPromising(history: History, { shares }: Outlook): Suggestion | undefined {
    const standings = curves.of(history);
    const given = epochsGiven(standings, stops);
    const spent = given.reduce((sum, each) => sum + each, 0);
    if (overdrawn(given, stops, shares) > share * spent) return undefined;
    const found = bestByForecast(standings, learnForecaster(standings, allMarks.length), epochs);
    return found && goOn(found, rungs, epochs);
  }

  function promote(history: History, outlook: Outlook, atLeast: number): Suggestion | undefined {
    const quota = (rung: number, of: number): number => Math.max(atLeast, quotaOf(outlook.shares[rung]!, of));
    const found = promotable(waiting.of(history), rungs.length, quota, outlook.passes);
    return found && goOn(found, rungs, epochs);
  }

  return {
    name: `${inner.name} with thaw`,
    suggest(history, trial, rng) {
      const outlook = outlookOf(curves.of(history));
      return (
        mostPromising(history, outlook) ??
        promote(history, outlook, 0) ??
        startNew(inner, history, trial, trials, rng) ??
        promote(history, outlook, 1) ??
        waitOrEnd(history)
      );
    },
    judge: (history, trial) => pauseAtRung(withMetric(metric), history, trial, waiting),
    pausesAfter: (_, done) => rungs.find((rung) => rung > done),
  };
}

/** Epochs each trial has trained, or will have at its next stop if it runs. */
function epochsGiven(standings: readonly Standing[], stops: readonly number[]): readonly number[] {
  return standings.map(({ trial: { state, scores } }) => {
    if (state !== "running") return scores.length;
    return stops.find((stop) => stop > scores.length) ?? scores.length;
  });
}

/** Epochs trained past a rung by more trials than its share of those that got there. */
function overdrawn(given: readonly number[], stops: readonly number[], shares: readonly number[]): number {
  const reached = stops.map((stop) => given.filter((epochs) => epochs >= stop).length);
  let epochs = 0;
  for (let rung = 0; rung + 1 < stops.length; rung++) {
    const beyond = reached[rung + 1]! - quotaOf(shares[rung]!, reached[rung]!);
    epochs += Math.max(0, beyond) * (stops[rung + 1]! - stops[rung]!);
  }
  return epochs;
}

/** Paused trial with the largest expected improvement per epoch to its end; of equals, the first. */
function bestByForecast(
  standings: readonly Standing[],
  forecast: Forecaster,
  epochs: number,
): Standing | undefined {
  const best = bestOf(standings);
  let found: Standing | undefined;
  let highest = -Infinity;
  for (const standing of standings) {
    const { trial } = standing;
    if (trial.state !== "paused" || Number.isNaN(trial.best)) continue;
    const { mean, deviation } = forecast(standing);
    if (deviation === 0) continue;
    // Logarithms keep apart what is out of reach from what is far out of reach.
    const improvement = Math.log(deviation) + logExpectedImprovement((best - mean) / deviation);
    const perEpoch = improvement - Math.log(epochs - trial.scores.length);
    if (perEpoch > highest) [found, highest] = [standing, perEpoch];
  }
  return found;
}
