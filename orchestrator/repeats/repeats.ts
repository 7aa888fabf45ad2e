import { isFeasible, type Goals } from "../../search/goals/goals.ts";
import type { History, TrialRecord } from "../../search/history.ts";
import { compareScores } from "../../search/scores.ts";
import { nextRepeat, type Finalist, type NextRepeat } from "./race.ts";
import type { Repeat } from "./recorded.ts";

export interface RepeatsSettings {
  /** How many of the best trials. */
  readonly top: number;
  /** How often each is trained again at most. */
  readonly seeds: number;
}

/** The repeats of one study. They follow the search; once one has begun the search is over for good. */
export class Repeats {
  private readonly settings: RepeatsSettings | undefined;
  private readonly goals: Goals | undefined;
  private readonly byTrial: Map<number, Repeat>;

  constructor(settings: RepeatsSettings | undefined, begun: readonly Repeat[], goals?: Goals) {
    this.settings = settings;
    this.goals = goals;
    this.byTrial = new Map(begun.map((repeat) => [repeat.trial, repeat]));
  }

  /** Trials that are repeats. */
  get size(): number {
    return this.byTrial.size;
  }

  get haveBegun(): boolean {
    return this.size > 0;
  }

  has(trial: number): boolean {
    return this.byTrial.has(trial);
  }

  /** The trial that `trial` trains again; `null` when it is no repeat. */
  repeated(trial: number): number | null {
    return this.byTrial.get(trial)?.of ?? null;
  }

  begin(repeat: Repeat): void {
    this.byTrial.set(repeat.trial, repeat);
  }

  next(history: History): NextRepeat {
    if (this.settings === undefined) return { kind: "done" };
    const { top, seeds } = this.settings;
    return nextRepeat(this.finalists(history, top), seeds);
  }

  /** The best of the search, best first; of equals, the earlier. */
  private finalists(history: History, top: number): readonly Finalist[] {
    const ranked = history.trials
      .filter((trial) => !this.has(trial.number) && counts(trial) && isFeasible(this.goals, trial))
      .toSorted((a, b) => compareScores(a.best, b.best) || a.number - b.number);
    return ranked
      .slice(0, top)
      .map(({ number }) => ({ trial: number, scores: this.scores(history, number) }));
  }

  private scores(history: History, of: number): readonly (number | undefined)[] {
    const scores: (number | undefined)[] = [];
    for (const repeat of this.byTrial.values()) {
      if (repeat.of === of) scores[repeat.seed - 1] = scoreOf(history.trial(repeat.trial));
    }
    return scores;
  }
}

function counts({ state, best }: TrialRecord): boolean {
  return (state === "complete" || state === "pruned" || state === "paused") && Number.isFinite(best);
}

function scoreOf({ state, best }: TrialRecord): number | undefined {
  if (state === "running" || state === "paused") return undefined;
  return state === "complete" ? best : Number.NaN;
}
