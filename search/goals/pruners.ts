import type { History, TrialRecord } from "../history.ts";
import { CONTINUE, type Pruner } from "../pruner.ts";
import { geometricRungs, halvingSettings, hyperbandBrackets } from "../pruners/rungs.ts";
import type { Bracket, HalvingSettings } from "../pruners/rungs.ts";
import type { PercentileSettings } from "../pruners/percentile.ts";
import { scheduled } from "../pruners/schedule.ts";
import { counted } from "../pruners/words.ts";
import { numberWithin, wholeNumber } from "../settings.ts";
import { judgeRecord, watchedMetrics, type Goals } from "./goals.ts";
import { placesByVolume } from "./volume-order.ts";

/**
 * The stopping variant of asynchronous successive halving for several goals (MO-ASHA: Schmucker et al. 2021, Multi-Objective Asynchronous
 * Successive Halving, arXiv 2106.12639): at each rung a trial goes on while it is among the best 1/eta of all that got there so
 * far, in the order of the goals (volume-order.ts), and stops otherwise.
 */
export function goalsAsha(goals: Goals, settings: HalvingSettings): Pruner {
  const checked = halvingSettings(settings);
  return halving("asha", goals, [{ rungs: geometricRungs(checked), includes: () => true }], checked.eta);
}

/** Hyperband of such brackets. */
export function goalsHyperband(goals: Goals, settings: HalvingSettings): Pruner {
  const checked = halvingSettings(settings);
  return halving("hyperband", goals, hyperbandBrackets(checked), checked.eta);
}

function halving(name: string, goals: Goals, brackets: readonly Bracket[], eta: number): Pruner {
  const names = goals.metrics.map((metric) => metric.name).join(", ");
  const standing = standingAt(goals);
  return {
    name,
    judge(history, trial) {
      const { rungs, includes } = brackets.find((bracket) => bracket.includes(trial.number))!;
      if (!rungs.includes(trial.epoch)) return CONTINUE;
      const { ahead, others } = standing(history, trial, includes);
      const quota = Math.max(1, Math.floor((others + 1) / eta));
      if (ahead < quota) return CONTINUE;
      const reason =
        `by ${names} it is number ${ahead + 1} of the ${counted(others + 1, "trial")} that reached epoch ` +
        `${trial.epoch}; only the best ${quota === 1 ? "one goes" : `${quota} go`} on`;
      return { kind: "stop", reason };
    },
  };
}

/**
 * Stops a trial that is not among the best `percentile` percent of those that reached the same epoch, in the order of the goals: the
 * percentile rule (pruners/percentile.ts) by non-domination at equal epochs. At 50 it is the median rule.
 */
export function goalsPercentile(goals: Goals, settings: PercentileSettings): Pruner {
  const { percentile, min_trials = 4 } = settings;
  numberWithin("percentile", percentile, 0, 100);
  wholeNumber("min_trials", min_trials, 1);
  const looksAt = scheduled(settings);
  const names = goals.metrics.map((metric) => metric.name).join(", ");
  const standing = standingAt(goals);
  return {
    name: percentile === 50 ? "median" : `percentile ${percentile}`,
    judge(history, trial) {
      if (!looksAt(trial.epoch)) return CONTINUE;
      const { ahead, others } = standing(history, trial, () => true);
      if (others < min_trials || ahead <= (others * percentile) / 100) return CONTINUE;
      const reason = `by ${names} ${ahead} of ${counted(others, "trial")} were ahead of it at epoch ${trial.epoch}, more than ${percentile} %`;
      return { kind: "stop", reason };
    },
  };
}

interface Standing {
  /** Trials before it. */
  readonly ahead: number;
  readonly others: number;
}

/** Among the trials that reached its epoch, as each stood there; of equals, the earlier trial comes first. */
function standingAt(
  goals: Goals,
): (history: History, trial: TrialRecord, includes: (trial: number) => boolean) => Standing {
  const names = watchedMetrics(goals);
  return (history, trial, includes) => {
    const { epoch } = trial;
    const there = history.trials.filter(
      ({ number, scores, state }) =>
        includes(number) && scores.length >= epoch && (state !== "failed" || number === trial.number),
    );
    const judged = there.map((record) => judgeRecord(goals, names, record, epoch));
    const orders = placesByVolume(goals, judged, there.length);
    const at = there.findIndex(({ number }) => number === trial.number);
    const own = sortable(orders[at]!);
    const ahead = orders.filter((order, i) => {
      const other = sortable(order);
      return other < own || (other === own && there[i]!.number < trial.number);
    });
    return { ahead: ahead.length, others: there.length - 1 };
  };
}

function sortable(order: number): number {
  return Number.isNaN(order) ? Infinity : order;
}
