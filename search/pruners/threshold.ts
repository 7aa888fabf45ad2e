import { CONTINUE, type Pruner, type Verdict } from "../pruner.ts";
import { toValue } from "../scores.ts";
import { SettingError } from "../settings.ts";
import { scheduled, type Schedule } from "./schedule.ts";
import { shownNumber } from "./words.ts";

export interface ThresholdSettings extends Schedule {
  /** Smallest value of the metric that may go on. */
  readonly min?: number;
  /** Largest value of the metric that may go on. */
  readonly max?: number;
}

/** Stops a trial whose newest value is not finite, or beyond a bound given: a loss that explodes, say. */
export function thresholdPruner(metric: string, settings: ThresholdSettings = {}): Pruner {
  const { min = -Infinity, max = Infinity } = settings;
  if (Number.isNaN(min)) throw new SettingError("min", "a number", min);
  if (!(max > min)) throw new SettingError("max", `a number above min (${min})`, max);
  const looksAt = scheduled(settings);

  return {
    name: "threshold",
    judge(history, trial) {
      if (!looksAt(trial.epoch)) return CONTINUE;
      const value = toValue(trial.scores[trial.epoch - 1] ?? Number.NaN, history.goal);
      if (value === null) return stop("not finite", trial.epoch, "");
      const shown = shownNumber(value);
      if (value > max) return stop(shown, trial.epoch, `, above the limit of ${shownNumber(max)}`);
      if (value < min) return stop(shown, trial.epoch, `, below the limit of ${shownNumber(min)}`);
      return CONTINUE;
    },
  };

  function stop(shown: string, epoch: number, beyond: string): Verdict {
    return { kind: "stop", reason: `${metric} is ${shown} at epoch ${epoch}${beyond}` };
  }
}
