import { VirtualStudy, type VirtualSetup } from "../../orchestrator/simulate/virtual-study.ts";
import { History, type HistoryEvent } from "../../search/history.ts";
import { keepAll, type Pruner, type Verdict } from "../../search/pruner.ts";
import { rngFor } from "../../search/random.ts";
import type { Sampler, Suggestion } from "../../search/sampler.ts";
import type { Goal } from "../../search/scores.ts";
import { paramsKey, type Params } from "../../search/space.ts";

/** Value of a trial's epoch; `null`: not finite. */
export type Curve = (params: Params, epoch: number, trial: number) => number | null;

export interface Setup {
  readonly sampler: Sampler;
  readonly pruner?: Pruner;
  readonly curve: Curve;
  /** Trials to start at most. */
  readonly trials: number;
  readonly epochs?: number;
  readonly workers?: number;
  readonly seed?: number;
  readonly goal?: Goal;
}

export interface Played {
  readonly history: History;
  readonly events: readonly HistoryEvent[];
  /** The verdict on each report, in the order of the reports. */
  readonly verdicts: readonly Verdict[];
  /** Every answer of the sampler and the number of events before it. */
  readonly suggestions: readonly { readonly after: number; readonly suggestion: Suggestion }[];
  readonly exhausted: boolean;
}

/**
 * A study of the machine of real ones, whose workers train nothing and take equally long for each epoch. A value that is
 * not finite ends no trial here.
 */
export function play(setup: Setup): Played {
  const { sampler, pruner = keepAll, curve, trials, epochs = 1, workers = 1, seed = 1 } = setup;
  const goal = setup.goal ?? "minimize";
  const history = new LoggedHistory(goal);
  const { events } = history;
  const verdicts: Verdict[] = [];
  const suggestions: { after: number; suggestion: Suggestion }[] = [];
  const search = {
    sampler: {
      name: sampler.name,
      suggest: (...asked: Parameters<Sampler["suggest"]>) => {
        const suggestion = sampler.suggest(...asked);
        suggestions.push({ after: events.length, suggestion });
        return suggestion;
      },
    },
    pruner: {
      name: pruner.name,
      judge: (...asked: Parameters<Pruner["judge"]>) => {
        const verdict = pruner.judge(...asked);
        verdicts.push(verdict);
        return verdict;
      },
    },
  };
  const train: VirtualSetup["train"] = (params, epoch, trial) => {
    return { value: curve(params, epoch, trial), seconds: 1 };
  };
  const study = new VirtualStudy({ search, seed, goal, epochs, trials, workers, train, history });
  while (study.advance());
  const exhausted = suggestions.at(-1)?.suggestion.kind === "exhausted";
  return { history, events, verdicts, suggestions, exhausted };
}

/** Remembers what was applied to it. */
class LoggedHistory extends History {
  readonly events: HistoryEvent[] = [];

  override apply(event: HistoryEvent): void {
    super.apply(event);
    this.events.push(event);
  }
}

/** A study is resumed by feeding its events to a new history. */
export function replay(events: readonly HistoryEvent[], goal: Goal = "minimize"): History {
  const history = new History(goal);
  for (const event of events) history.apply(event);
  return history;
}

/** A made-up objective on [0, 1): depends on every parameter, no more. */
export function scoreOf(params: Params): number {
  return rngFor(0, paramsKey(params)).next();
}
