import { History, type HistoryEvent } from "../../search/history.ts";
import type { Pruner, Verdict } from "../../search/pruner.ts";
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

/** A study without workers or clock: every slot is filled, then every running trial reports one epoch, and again. */
export function play(setup: Setup): Played {
  const { sampler, pruner, curve, trials, epochs = 1, workers = 1, seed = 1, goal = "minimize" } = setup;
  const history = new History(goal);
  const events: HistoryEvent[] = [];
  const verdicts: Verdict[] = [];
  const suggestions: { after: number; suggestion: Suggestion }[] = [];
  let exhausted = false;

  const record = (event: HistoryEvent): void => {
    history.apply(event);
    events.push(event);
  };

  /** Is there a reason to ask again? */
  function fillSlot(): boolean {
    const trial = history.trials.length;
    const suggestion = sampler.suggest(history, trial, rngFor(seed, "trial", trial));
    suggestions.push({ after: events.length, suggestion });
    switch (suggestion.kind) {
      case "new":
        if (trial >= trials) return false;
        record({ kind: "started", trial, params: suggestion.params, epochs });
        return true;
      case "continue":
        record({ kind: "continued", trial: suggestion.trial, epochs: suggestion.toEpoch });
        return true;
      case "exhausted":
        exhausted = true;
        return false;
      case "wait":
        return false;
      default:
        return suggestion satisfies never;
    }
  }

  function step(number: number): void {
    const trial = history.trial(number);
    const epoch = trial.epoch + 1;
    record({ kind: "reported", trial: number, epoch, value: curve(trial.params, epoch, number) });
    const verdict: Verdict = pruner?.judge(history, trial) ?? { kind: "continue" };
    verdicts.push(verdict);
    if (epoch === epochs) record({ kind: "ended", trial: number, outcome: "complete" });
    else if (verdict.kind === "stop") record({ kind: "ended", trial: number, outcome: "pruned" });
    else if (verdict.kind === "pause") record({ kind: "paused", trial: number });
  }

  for (;;) {
    while (history.running.size < workers && fillSlot());
    if (history.running.size === 0) return { history, events, verdicts, suggestions, exhausted };
    for (const number of history.running) step(number);
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
