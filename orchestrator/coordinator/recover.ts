import { History } from "../../search/history.ts";
import type { Attempt, Study, StudyStore, Trial } from "../../storage/store.ts";
import { isPruned } from "./settle.ts";
import { OpenTrials, type OpenTrial, type StandingOrder } from "./open-trials.ts";

/** What a coordinator knows when it takes up a study, new or old; everything comes from the database. */
export interface Recovered {
  readonly history: History;
  readonly open: OpenTrials;
  /** Attempts that were offered or running when the last coordinator ended, by trial. */
  readonly unfinished: ReadonlyMap<number, Attempt>;
}

/** Rebuilds the history event by event, so that samplers and pruners decide as if nothing had happened. */
export function recover(store: StudyStore, study: Study): Recovered {
  const trials = store.trials(study.id);
  const history = replay(store, study, trials);
  const attempts = store.attempts(study.id);
  const orders = standingOrders(store, study);
  const open = new OpenTrials(study.key);
  const unfinished = new Map<number, Attempt>();
  for (const trial of trials) {
    if (trial.state !== "running") {
      open.addClosed(trial.number, trial.attempts);
      continue;
    }
    const mine = attempts.filter((attempt) => attempt.trial === trial.number);
    const newest = mine.at(-1);
    open.add(openTrial(trial, mine, orders.get(`${trial.number}.${trial.attempts}`) ?? null));
    if (newest?.state === "offered" || newest?.state === "running") unfinished.set(trial.number, newest);
  }
  return { history, open, unfinished };
}

/** The history of a study's first trials, by number from 0: all of them, or as many as somebody wants to know of. */
export function replay(store: StudyStore, study: Study, trials: readonly Trial[]): History {
  const history = new History(study.goal);
  const verdicts = prunedAfter(store, study);
  for (const { number, params, epochs } of trials) {
    history.apply({ kind: "started", trial: number, params, epochs });
  }
  for (const { trial, epoch, value } of store.reports(study.id)) {
    if (trial >= trials.length || epoch > (verdicts.get(trial) ?? Infinity)) continue;
    history.apply({ kind: "reported", trial, epoch, value });
  }
  const ended = trials.filter((trial) => trial.endedOrder !== null);
  ended.sort((a, b) => a.endedOrder! - b.endedOrder!);
  for (const trial of ended) {
    if (trial.state === "running" || trial.state === "paused") continue;
    history.apply({ kind: "ended", trial: trial.number, outcome: trial.state });
  }
  for (const trial of trials) {
    if (trial.state === "paused") history.apply({ kind: "paused", trial: trial.number });
  }
  return history;
}

/** Attempts of a trial that ended by a pause. */
export function pausesOf(attempts: readonly Attempt[]): number {
  return attempts.filter(({ state }) => state === "paused").length;
}

function openTrial(trial: Trial, attempts: readonly Attempt[], order: StandingOrder | null): OpenTrial {
  return {
    number: trial.number,
    params: trial.params,
    seed: trial.seed,
    epochs: trial.epochs,
    attempt: trial.attempts,
    pauses: pausesOf(attempts),
    failures: attempts.filter((attempt) => attempt.state === "failed").length,
    worker: attempts.at(-1)?.worker ?? null,
    startedAt: attempts.at(-1)?.startedAt ?? undefined,
    checkpoint: trial.checkpoint,
    order,
    release: () => {},
  };
}

export const orderEvent = "order";

interface RecordedOrder extends StandingOrder {
  readonly trial: number;
  readonly attempt: number;
  /** The trial's newest epoch when it was given; absent in databases of an earlier version. */
  readonly epoch?: number;
}

function recordedOrders(store: StudyStore, study: Study): readonly RecordedOrder[] {
  const orders = store.events(study.id).filter(({ name }) => name === orderEvent);
  return orders.map(({ data }) => data as RecordedOrder); // written by Attempts.order
}

/** The epoch after which each trial was pruned: what it trained while the verdict was on its way decides nothing. */
function prunedAfter(store: StudyStore, study: Study): ReadonlyMap<number, number> {
  const verdicts = new Map<number, number>();
  for (const order of recordedOrders(store, study)) {
    if (isPruned(order) && order.epoch !== undefined) verdicts.set(order.trial, order.epoch);
  }
  return verdicts;
}

/** Orders are recorded before they are given, so that a resumed study knows why an attempt stopped. */
function standingOrders(store: StudyStore, study: Study): ReadonlyMap<string, StandingOrder> {
  const orders = new Map<string, StandingOrder>();
  for (const { trial, attempt, kind, reason, outcome } of recordedOrders(store, study)) {
    if (outcome !== "interrupted") orders.set(`${trial}.${attempt}`, { kind, reason, outcome });
  }
  return orders;
}
