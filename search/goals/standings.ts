import type { History, TrialRecord, TrialState } from "../history.ts";
import type { Rungs, Standing } from "../pruners/standings.ts";
import { judgeRecord, watchedMetrics, type Goals, type Judged } from "./goals.ts";
import { placesByVolume } from "./volume-order.ts";

/**
 * How trials stand at rungs by several goals: in place of a best score each has its place in the order of the goals (volume-order.ts)
 * among all that got to the rung, as each stood there; NaN: it has no values. A trial that failed got nowhere. What has not
 * changed is not judged again, and a rung that no trial came to is not sorted again.
 */
export class GoalsStandings implements Rungs {
  readonly epochs: readonly number[];
  private readonly goals: Goals;
  private readonly names: readonly string[];
  private readonly includes: (trial: number) => boolean;
  private readonly knownOf = new WeakMap<History, Known>();

  /** `epochs` rise; `includes`: which trials to list, by number. */
  constructor(goals: Goals, epochs: readonly number[], includes: (trial: number) => boolean) {
    this.goals = goals;
    this.names = watchedMetrics(goals);
    this.epochs = epochs;
    this.includes = includes;
  }

  /** In the order of trial numbers. */
  of(history: History): readonly Standing[] {
    const known = this.knownOf.get(history) ?? { readings: [], rungs: [] };
    this.knownOf.set(history, known);
    const readings = history.trials
      .filter(({ number }) => this.includes(number))
      .map((trial) => this.read(known, trial));
    const bests: number[][] = readings.map(() => []);
    for (const rung of this.epochs.keys()) {
      const there = [...readings.keys()].filter((i) => readings[i]!.judged.length > rung);
      const orders = this.orders(
        known,
        rung,
        there.map((i) => readings[i]!.judged[rung]!),
      );
      for (const [at, i] of there.entries()) bests[i]!.push(orders[at]!);
    }
    return readings.map(({ trial }, i) => ({ trial, bests: bests[i]! }));
  }

  private read({ readings }: Known, trial: TrialRecord): Reading {
    const known = readings[trial.number];
    if (known !== undefined && stillHolds(known)) return known;
    const { state, epochs: allowed } = trial;
    const reached = state === "failed" ? [] : this.epochs.filter((epoch) => trial.scores.length >= epoch);
    const judged = reached.map((epoch) => judgeRecord(this.goals, this.names, trial, epoch));
    const reading = { trial, judged, state, allowed };
    readings[trial.number] = reading;
    return reading;
  }

  private orders({ rungs }: Known, rung: number, judged: readonly Judged[]): readonly number[] {
    const known = rungs[rung];
    if (known !== undefined && sameTrials(known.judged, judged)) return known.orders;
    const orders = placesByVolume(this.goals, judged, judged.length);
    rungs[rung] = { judged, orders };
    return orders;
  }
}

interface Known {
  /** By trial number. */
  readonly readings: (Reading | undefined)[];
  readonly rungs: { readonly judged: readonly Judged[]; readonly orders: readonly number[] }[];
}

interface Reading {
  readonly trial: TrialRecord;
  /** At each rung it has reached. */
  readonly judged: readonly Judged[];
  readonly state: TrialState;
  readonly allowed: number;
}

function stillHolds({ trial, state, allowed }: Reading): boolean {
  return state !== "running" && state === trial.state && allowed === trial.epochs;
}

function sameTrials(a: readonly Judged[], b: readonly Judged[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, i) => {
      const other = b[i]!;
      return (
        one === other || (sameNumbers(one.scores, other.scores) && sameNumbers(one.excesses, other.excesses))
      );
    })
  );
}

function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  return a.every((value, i) => Object.is(value, b[i]));
}
