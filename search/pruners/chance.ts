import type { History, TrialRecord } from "../history.ts";
import { normalCdf } from "../math/normal.ts";
import { CONTINUE, type Pruner, type Verdict } from "../pruner.ts";
import { isBetter } from "../scores.ts";
import { numberWithin } from "../settings.ts";
import { bestOf, learnForecaster, marks, type Forecast } from "./forecast.ts";
import { foresight, quotaOf } from "./foresight.ts";
import { placeAt } from "./halving.ts";
import { halvingSettings, type HalvingSettings } from "./rungs.ts";
import { Standings } from "./standings.ts";
import { counted, shownNumber, shownScore } from "./words.ts";

/** `min_epochs` is 2 by default: a change must have been seen. */
export interface ChanceSettings extends HalvingSettings {
  /** Chance to end up better than the best trial below which a trial may stop, 0 to 1. Default 0.05. */
  readonly min_chance?: number;
}

/**
 * Curve-aware stopping. At epochs 2, 3, 4, 6, 9, 13, ... a trial stops when two things hold: it is not among the
 * best 1/eta of the trials that got there (ASHA's rule, arXiv 1810.05934; more than these where the study's own curves say that order there
 * tells little of the end, foresight.ts), and by the forecast of its curve
 * (forecast.ts) its chance to beat the best score of the others by the last epoch is small (predictive termination:
 * Domhan et al. 2015, IJCAI, section 3.3, with the same 0.05).
 *
 * Neither is enough alone. A chance is small for nearly every trial of a long sweep, so it would stop trials before
 * they can be distinguished; a place says nothing of a late trial that falls steeply.
 */
export function chancePruner(metric: string, settings: ChanceSettings): Pruner {
  const { epochs, min_epochs, eta } = halvingSettings({
    min_epochs: Math.min(2, settings.epochs),
    ...settings,
  });
  const minChance = numberWithin("min_chance", settings.min_chance ?? 0.05, 0, 1);
  const curves = new Standings(marks(epochs));
  const rungs = curves.epochs.filter((mark) => mark >= min_epochs && mark < epochs);
  // What stops is lost, so early order has to prove itself first.
  const outlookOf = foresight({ rungs, marks: curves.epochs, eta, prior: { miss: 0.8, trials: 8 } });

  return {
    name: "chance",
    judge(history, trial) {
      const rung = rungs.indexOf(trial.epoch);
      if (rung < 0) return CONTINUE;
      const all = curves.of(history);
      const { shares, passes } = outlookOf(all);
      const { place, of } = placeAt(all, curves.epochs.indexOf(trial.epoch), trial.number);
      if (place <= Math.max(1, quotaOf(shares[rung]!, of)) || passes(trial.number, rung)) return CONTINUE;
      const others = all.filter((other) => other.trial !== trial);
      const best = bestOf(others);
      if (!isBetter(best, trial.best)) return CONTINUE;
      const forecast = learnForecaster(others, curves.epochs.length)(all[trial.number]!);
      if (chanceToBeat(best, forecast) >= minChance) return CONTINUE;
      return stop(history, trial, `number ${place} of ${counted(of, "trial")} there`, best, forecast);
    },
  };

  function stop(
    history: History,
    trial: TrialRecord,
    where: string,
    best: number,
    forecast: Forecast,
  ): Verdict {
    const { goal } = history;
    const { mean, deviation } = forecast;
    const outlook = Number.isFinite(mean)
      ? `; by epoch ${epochs} it should come to ${shownScore(mean, goal)} ± ${shownNumber(deviation)}`
      : "";
    const reason =
      `${metric} ${shownScore(trial.best, goal)} at epoch ${trial.epoch} is ${where}${outlook}: ` +
      `less than ${shownNumber(100 * minChance)} % chance to beat ${shownScore(best, goal)}`;
    return { kind: "stop", reason };
  }
}

/** Probability that the score comes out below `best`. */
function chanceToBeat(best: number, { mean, deviation }: Forecast): number {
  if (!Number.isFinite(mean)) return 0;
  if (deviation === 0) return isBetter(mean, best) ? 1 : 0;
  return normalCdf((best - mean) / deviation);
}
