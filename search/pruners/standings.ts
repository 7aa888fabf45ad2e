import type { History, TrialRecord, TrialState } from "../history.ts";
import { isBetter } from "../scores.ts";

/** How a trial stood at the epochs that were asked about. */
export interface Standing {
  readonly trial: TrialRecord;
  /** Best score so far, or place, at each of those epochs the trial has reached, lower first; NaN where none was finite yet. */
  readonly bests: readonly number[];
}

/** How trials stand at fixed epochs, the rungs. */
export interface Rungs {
  /** Rising. */
  readonly epochs: readonly number[];
  /** In the order of trial numbers. */
  of(history: History): readonly Standing[];
}

/**
 * The standings of all trials, or of some, at fixed epochs. Only running trials are read again; one that is paused
 * or has ended cannot change before its state or its allowed epochs do.
 */
export class Standings implements Rungs {
  readonly epochs: readonly number[];
  private readonly includes: (trial: number) => boolean;
  private readonly readings = new WeakMap<History, (Reading | undefined)[]>();

  /** `epochs` rise; `includes`: which trials to list, by number. */
  constructor(epochs: readonly number[], includes: (trial: number) => boolean = () => true) {
    this.epochs = epochs;
    this.includes = includes;
  }

  /** In the order of trial numbers. */
  of(history: History): readonly Standing[] {
    const readings = this.readings.get(history) ?? [];
    this.readings.set(history, readings);
    const standings: Standing[] = [];
    for (const trial of history.trials) {
      if (!this.includes(trial.number)) continue;
      const known = readings[trial.number];
      const reading = known !== undefined && stillHolds(known) ? known : this.read(trial);
      readings[trial.number] = reading;
      standings.push(reading);
    }
    return standings;
  }

  private read(trial: TrialRecord): Reading {
    const bests: number[] = [];
    let best = Number.NaN;
    for (let epoch = 1; epoch <= trial.scores.length; epoch++) {
      const score = trial.scores[epoch - 1];
      if (score !== undefined && isBetter(score, best)) best = score;
      if (epoch === this.epochs[bests.length]) bests.push(best);
    }
    return { trial, bests, state: trial.state, allowed: trial.epochs };
  }
}

interface Reading extends Standing {
  readonly state: TrialState;
  readonly allowed: number;
}

function stillHolds({ trial, state, allowed }: Reading): boolean {
  return state !== "running" && state === trial.state && allowed === trial.epochs;
}
