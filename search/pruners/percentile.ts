import type { History, TrialRecord } from "../history.ts";
import { CONTINUE, type Pruner, type Verdict } from "../pruner.ts";
import { isBetter } from "../scores.ts";
import { numberWithin, wholeNumber } from "../settings.ts";
import { BestByEpoch, bestUpTo } from "./curves.ts";
import { scheduled, type Schedule } from "./schedule.ts";
import { counted, shownScore } from "./words.ts";

export interface MedianSettings extends Schedule {
  /** Other trials that must have reached the epoch before there is a verdict. Default 4. */
  readonly min_trials?: number;
}

export interface PercentileSettings extends MedianSettings {
  /** A trial goes on while it is among the best `percentile` percent, 0 to 100. */
  readonly percentile: number;
}

/** The percentile rule at 50: stops the worse half. */
export function medianPruner(metric: string, settings: MedianSettings = {}): Pruner {
  return pruner("median", metric, { ...settings, percentile: 50 });
}

/**
 * Stops a trial whose best score so far is strictly worse than the given percentile of the other trials' best
 * scores by the same epoch (the median stopping rule: Golovin et al. 2017, Google Vizier, section 3.2.2).
 *
 * Two choices differ from the paper. The other trials are all that have reached the epoch, the running, paused and
 * pruned ones too, as in Syne Tune (Salinas et al. 2022, AutoML): so the first wave is judged as soon as
 * `min_trials` others got there, and no trial is measured only against the survivors that completed. And both sides are best
 * so far, not a running average: a trial's value is its best epoch, and an average punishes slow starters.
 *
 * Percentiles interpolate linearly. A score that is not finite counts as the worst; if the percentile itself
 * falls among those, no trial is stopped.
 */
export function percentilePruner(metric: string, settings: PercentileSettings): Pruner {
  numberWithin("percentile", settings.percentile, 0, 100);
  return pruner(`percentile ${settings.percentile}`, metric, settings);
}

function pruner(name: string, metric: string, settings: PercentileSettings): Pruner {
  const { percentile, min_trials = 4 } = settings;
  wholeNumber("min_trials", min_trials, 1);
  const looksAt = scheduled(settings);
  const others = new BestByEpoch();

  return {
    name,
    judge(history, trial) {
      if (!looksAt(trial.epoch)) return CONTINUE;
      const scores = others.at(history, trial.epoch, trial.number);
      if (scores.length < min_trials) return CONTINUE;
      const limit = percentileOf(scores, percentile);
      const best = bestUpTo(trial, trial.epoch);
      return isBetter(limit, best) ? stop(history, trial, best, limit, scores.length) : CONTINUE;
    },
  };

  function stop(history: History, trial: TrialRecord, best: number, limit: number, trials: number): Verdict {
    const mark = percentile === 50 ? "the median" : `the limit of the best ${percentile} %,`;
    const reason =
      `${metric} ${shownScore(best, history.goal)} at epoch ${trial.epoch} is worse than ` +
      `${mark} ${shownScore(limit, history.goal)} of ${counted(trials, "trial")} at that epoch`;
    return { kind: "stop", reason };
  }
}

/** `sorted` best first; NaN when the place lies among or next to scores that are not finite. */
function percentileOf(sorted: readonly number[], percentile: number): number {
  const place = ((sorted.length - 1) * percentile) / 100;
  const below = Math.floor(place);
  const low = sorted[below]!;
  if (below === place) return low;
  return low + (place - below) * (sorted[below + 1]! - low);
}
