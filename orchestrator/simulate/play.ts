import { History } from "../../search/history.ts";
import { rngFor } from "../../search/random.ts";
import { isBetter, type Goal } from "../../search/scores.ts";
import type { Params } from "../../search/space.ts";
import type { Search } from "../run/search-of.ts";
import type { RecordedCurve } from "./recorded.ts";

export interface Setup {
  readonly search: Search;
  readonly seed: number;
  readonly goal: Goal;
  /** The curve of a configuration. */
  readonly curveOf: (params: Params) => RecordedCurve;
  /** Epochs of a complete trial; a curve that is shorter ends as complete before. */
  readonly epochs: number;
  readonly workers: number;
  readonly limits: Limits;
}

/** The study ends at the first that is met. */
export interface Limits {
  /** New trials in all. */
  readonly trials?: number | undefined;
  /** Epochs of all trials together. */
  readonly epochsInAll?: number | undefined;
  /** On the virtual clock. */
  readonly seconds?: number | undefined;
}

/** The best score so far rose to this when so much was spent. */
export interface Step {
  readonly epochs: number;
  readonly seconds: number;
  /** Lower is better, whatever the goal. */
  readonly score: number;
  readonly trial: number;
}

export interface Played {
  readonly history: History;
  /** Each improvement, in order. */
  readonly steps: readonly Step[];
  readonly epochs: number;
  /** On the virtual clock. */
  readonly seconds: number;
}

/** A worker in the middle of an epoch that ends at `at`. */
interface Busy {
  readonly trial: number;
  readonly at: number;
}

/**
 * Plays a study against recorded curves in event time: each virtual worker takes the recorded seconds for an epoch,
 * and everything is decided in the order in which epochs end, by the sampler and the pruner a real study would use.
 * As in a real study a trial that reports a number that is not finite has diverged, and free workers ask at once.
 * What takes no time here: suggestions, verdicts, checkpoints, the start of a trial.
 */
export function play(setup: Setup): Played {
  return new Player(setup).toEnd();
}

class Player {
  private readonly setup: Setup;
  private readonly history: History;
  private readonly curves: RecordedCurve[] = [];
  private busy: Busy[] = [];
  private readonly steps: Step[] = [];
  private epochs = 0;
  private now = 0;
  private best = Number.NaN;
  private isOver = false;

  constructor(setup: Setup) {
    this.setup = setup;
    this.history = new History(setup.goal);
  }

  toEnd(): Played {
    const { epochsInAll = Infinity, seconds = Infinity } = this.setup.limits;
    for (;;) {
      this.fillSlots();
      const next = this.nextBusy();
      if (next === undefined || next.at > seconds) break;
      this.busy = this.busy.filter((other) => other !== next);
      this.now = next.at;
      this.finishEpoch(next.trial);
      if (this.epochs >= epochsInAll) break;
    }
    const { history, steps, epochs, now } = this;
    return { history, steps, epochs, seconds: now };
  }

  private fillSlots(): void {
    while (!this.isOver && this.busy.length < this.setup.workers && this.useSlot());
  }

  /** Did a trial start or go on? */
  private useSlot(): boolean {
    const { search, seed, limits, epochs, curveOf } = this.setup;
    const number = this.history.trials.length;
    const next = search.sampler.suggest(this.history, number, rngFor(seed, "trial", number));
    switch (next.kind) {
      case "new": {
        if (number >= (limits.trials ?? Infinity)) break;
        this.curves[number] = curveOf(next.params);
        this.history.apply({ kind: "started", trial: number, params: next.params, epochs });
        this.startEpoch(number);
        return true;
      }
      case "continue":
        this.history.apply({ kind: "continued", trial: next.trial, epochs: next.toEpoch });
        this.startEpoch(next.trial);
        return true;
      case "wait":
        return false;
      case "exhausted":
        break;
      default:
        next satisfies never;
    }
    this.isOver = true;
    return false;
  }

  private startEpoch(trial: number): void {
    const { seconds } = this.curves[trial]!;
    this.busy.push({ trial, at: this.now + seconds[this.history.trial(trial).epoch]! });
  }

  /** The one whose epoch ends next; of equals, the earlier trial. */
  private nextBusy(): Busy | undefined {
    let next: Busy | undefined;
    for (const one of this.busy) {
      if (next === undefined || one.at < next.at || (one.at === next.at && one.trial < next.trial))
        next = one;
    }
    return next;
  }

  private finishEpoch(number: number): void {
    const { history } = this;
    const { values } = this.curves[number]!;
    const record = history.trial(number);
    const epoch = record.epoch + 1;
    const value = values[epoch - 1] ?? null;
    this.epochs += 1;
    history.apply({ kind: "reported", trial: number, epoch, value });
    this.noteBest(number);
    if (value === null) history.apply({ kind: "ended", trial: number, outcome: "diverged" });
    else this.judge(number, epoch >= Math.min(this.setup.epochs, values.length));
  }

  private judge(number: number, isLast: boolean): void {
    const { history } = this;
    const verdict = this.setup.search.pruner.judge(history, history.trial(number));
    if (isLast) history.apply({ kind: "ended", trial: number, outcome: "complete" });
    else if (verdict.kind === "stop") history.apply({ kind: "ended", trial: number, outcome: "pruned" });
    else if (verdict.kind === "pause") history.apply({ kind: "paused", trial: number });
    else this.startEpoch(number);
  }

  private noteBest(trial: number): void {
    const { best: score } = this.history.trial(trial);
    if (!isBetter(score, this.best)) return;
    this.best = score;
    this.steps.push({ epochs: this.epochs, seconds: this.now, score, trial });
  }
}
