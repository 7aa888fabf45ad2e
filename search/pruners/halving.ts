import type { History, TrialRecord } from "../history.ts";
import { CONTINUE, type Pruner, type Verdict } from "../pruner.ts";
import { compareScores } from "../scores.ts";
import { geometricRungs, halvingSettings, hyperbandBrackets } from "./rungs.ts";
import type { Bracket, HalvingSettings } from "./rungs.ts";
import { Standings, type Standing } from "./standings.ts";
import { counted, shownScore } from "./words.ts";

/**
 * Asynchronous successive halving, stopping variant (ASHA: Li et al. 2020, arXiv 1810.05934; the stopping rule as in
 * Ray Tune and Optuna): at each rung a trial goes on while it is among the best 1/eta of all that got there so
 * far, itself included, and stops otherwise. The first to get there goes on.
 */
export function ashaPruner(metric: string, settings: HalvingSettings): Pruner {
  const checked = halvingSettings(settings);
  return pruner("asha", metric, [{ rungs: geometricRungs(checked), includes: () => true }], checked.eta);
}

/** Hyperband (Li et al. 2018, JMLR 18): several ASHA brackets side by side, with rungs that start later and later. */
export function hyperbandPruner(metric: string, settings: HalvingSettings): Pruner {
  const checked = halvingSettings(settings);
  return pruner("hyperband", metric, hyperbandBrackets(checked), checked.eta);
}

function pruner(name: string, metric: string, brackets: readonly Bracket[], eta: number): Pruner {
  const tables = brackets.map(({ rungs, includes }) => ({
    includes,
    standings: new Standings(rungs, includes),
  }));
  return {
    name,
    judge(history, trial) {
      const { standings } = tables.find(({ includes }) => includes(trial.number))!;
      const rung = standings.epochs.indexOf(trial.epoch);
      if (rung < 0) return CONTINUE;
      const { place, of } = placeAt(standings.of(history), rung, trial.number);
      const quota = Math.max(1, Math.floor(of / eta));
      return place <= quota ? CONTINUE : stop(history, trial, place, of, quota);
    },
  };

  function stop(history: History, trial: TrialRecord, place: number, of: number, quota: number): Verdict {
    const reason =
      `${metric} ${shownScore(trial.best, history.goal)} is number ${place} of the ${counted(of, "trial")} ` +
      `that reached epoch ${trial.epoch}; only the best ${quota === 1 ? "one goes" : `${quota} go`} on`;
    return { kind: "stop", reason };
  }
}

/** A trial's place, from 1, among the standings at a rung; of equals, the earlier trial comes first. */
export function placeAt(
  standings: readonly Standing[],
  rung: number,
  number: number,
): { readonly place: number; readonly of: number } {
  const there = standings.filter(({ bests }) => bests.length > rung);
  const own = there.find(({ trial }) => trial.number === number)?.bests[rung] ?? Number.NaN;
  const ahead = there.filter(({ trial, bests }) => {
    const order = compareScores(bests[rung]!, own);
    return order < 0 || (order === 0 && trial.number < number);
  });
  return { place: 1 + ahead.length, of: there.length };
}
