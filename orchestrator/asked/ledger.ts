import { othersOf, type Goals } from "../../search/goals/goals.ts";
import { History } from "../../search/history.ts";
import { goalsOf } from "../config/study-goals.ts";
import type { Place, Study, StudyStore, Trial } from "../../storage/store.ts";

/** Origins that say how a trial of an asked study came about. */
export const toldOrigin = "told";
export const enqueuedOrigin = "enqueued";

const nowhere: Place = { reports: 0, ended: 0, trials: 0 };

/**
 * The history of one study that several processes write at once. What others recorded is read before anything is decided, so that a
 * decision depends on the records alone, whichever process makes it.
 */
export class AskedLedger {
  history: History;
  /** Trials that were reported from elsewhere, and those that were enqueued. */
  told = 0;
  enqueued = 0;
  readonly goals: Goals | undefined;
  private readonly store: StudyStore;
  private readonly study: Study;
  private place = nowhere;
  private version = -1;

  constructor(store: StudyStore, study: Study) {
    this.store = store;
    this.study = study;
    this.goals = goalsOf(study);
    this.history = new History(study.goal);
  }

  /** Decides and records in one moment, on all that is recorded. When `work` throws nothing is. */
  together<T>(work: () => T): T {
    try {
      return this.store.together("process", () => {
        this.catchUp();
        return work();
      });
    } catch (error) {
      this.forget(); // what was applied is not recorded
      throw error;
    }
  }

  /** This process recorded a trial, reports or an end and applied them to the history itself. */
  passed(step: Partial<Place>): void {
    const { reports, ended, trials } = this.place;
    this.place = {
      reports: reports + (step.reports ?? 0),
      ended: ended + (step.ended ?? 0),
      trials: trials + (step.trials ?? 0),
    };
  }

  /** The next decision reads everything again. */
  private forget(): void {
    this.history = new History(this.study.goal);
    this.place = nowhere;
    this.version = -1;
    this.told = 0;
    this.enqueued = 0;
  }

  private catchUp(): void {
    const version = this.store.dataVersion();
    if (version === this.version) return;
    this.version = version;
    const { place, reported, trials } = this.store.changes(this.study.id, this.place);
    this.place = place;
    for (const trial of trials) this.began(trial);
    this.readReports(reported);
    const ended = trials.filter(({ endedOrder }) => endedOrder !== null);
    ended.sort((a, b) => a.endedOrder! - b.endedOrder!);
    for (const { number, state } of ended) {
      if (state === "invalid") this.history = this.history.without(number);
      else if (state !== "running" && state !== "paused")
        this.history.apply({ kind: "ended", trial: number, outcome: state });
    }
    for (const { number, state } of trials) {
      if (state === "paused" && this.history.trial(number).state === "running")
        this.history.apply({ kind: "paused", trial: number });
    }
  }

  private began({ number, params, epochs, origin, state }: Trial): void {
    const { history } = this;
    if (number === history.trials.length) {
      history.apply({ kind: "started", trial: number, params, epochs });
      if (origin === toldOrigin) this.told += 1;
      if (origin === enqueuedOrigin) this.enqueued += 1;
      return;
    }
    const known = history.trial(number);
    if (state === "running" && (known.state === "paused" || known.epochs !== epochs))
      history.apply({ kind: "continued", trial: number, epochs });
  }

  private readReports(reported: ReadonlyMap<number, number>): void {
    if (reported.size === 0) return;
    if (this.goals !== undefined) {
      this.readMetrics(reported, this.goals);
      return;
    }
    const numbers = [...reported.keys()];
    const rows = this.store.curveRows(this.study.id, Math.min(...numbers), Math.max(...numbers) + 1);
    for (const [trial, epoch, value] of rows) {
      if (epoch >= (reported.get(trial) ?? Infinity))
        this.history.apply({ kind: "reported", trial, epoch, value });
    }
  }

  private readMetrics(reported: ReadonlyMap<number, number>, goals: Goals): void {
    for (const [trial, from] of reported) {
      for (const { epoch, value, metrics } of this.store.curve(this.study.id, trial)) {
        if (epoch < from) continue;
        this.history.apply({ kind: "reported", trial, epoch, value, others: othersOf(goals, metrics) });
      }
    }
  }
}
