import type { TrialRecord } from "../history.ts";
import { CONTINUE, type Pruner } from "../pruner.ts";
import { isBetter } from "../scores.ts";
import { numberWithin, wholeNumber } from "../settings.ts";
import { counted, shownNumber, shownScore } from "./words.ts";

export interface PatienceSettings {
  /** Epochs without improvement to tolerate. */
  readonly patience: number;
  /** What counts as an improvement: better by more than this, in units of the metric. Default 0. */
  readonly min_delta?: number;
  /** No verdict before this epoch. Default 1. */
  readonly min_epochs?: number;
}

/**
 * Early stopping: stops a trial whose score has not improved by more than `min_delta` for `patience` epochs
 * (Prechelt 1998, Early Stopping - But When?). It compares a trial with itself only. An epoch whose score is not
 * finite is one without improvement.
 */
export function patiencePruner(metric: string, settings: PatienceSettings): Pruner {
  const { patience, min_delta = 0, min_epochs = 1 } = settings;
  wholeNumber("patience", patience, 1);
  numberWithin("min_delta", min_delta, 0, Number.MAX_VALUE);
  wholeNumber("min_epochs", min_epochs, 1);
  const by = min_delta === 0 ? "" : ` by more than ${shownNumber(min_delta)}`;

  return {
    name: "patience",
    judge(history, trial) {
      const { mark, epoch } = lastImprovement(trial, min_delta);
      if (trial.epoch < min_epochs || trial.epoch - epoch < patience) return CONTINUE;
      const since =
        epoch === 0
          ? `${metric} has not been finite in ${counted(trial.epoch, "epoch")}`
          : `${metric} has not improved${by} for ${counted(trial.epoch - epoch, "epoch")}, ` +
            `since ${shownScore(mark, history.goal)} at epoch ${epoch}`;
      return { kind: "stop", reason: since };
    },
  };
}

/** The score to beat and the epoch that set it, 0 when no score has been finite. */
function lastImprovement(trial: TrialRecord, minDelta: number): { mark: number; epoch: number } {
  let mark = Number.NaN;
  let epoch = 0;
  for (let i = 0; i < trial.epoch; i++) {
    const score = trial.scores[i];
    if (score === undefined || !isBetter(score, Number.isNaN(mark) ? mark : mark - minDelta)) continue;
    mark = score;
    epoch = i + 1;
  }
  return { mark, epoch };
}
