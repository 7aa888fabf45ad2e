import { othersOf } from "../../search/goals/goals.ts";
import { History } from "../../search/history.ts";
import type { Attempt, Report, Study, StudyStore, Trial } from "../../storage/store.ts";
import { goalsOf } from "../config/study-goals.ts";
import type { StudyPlan } from "../coordinator/plan.ts";
import { recordedRepeats } from "../repeats/recorded.ts";
import { Repeats } from "../repeats/repeats.ts";
import { Aside } from "./aside.ts";
import { bestOf } from "./best-of.ts";
import { recordedOrders, type RecordedOrder } from "./recorded-order.ts";
import { isPruned } from "./settlement.ts";
import type { LiveTrial } from "./live-trial.ts";
import { newState, type RunState } from "./state.ts";
import { newTrial } from "./live-trial.ts";
import { Trials } from "./trials.ts";
import { recordedWishes, wishedOrigin, Wishes } from "./wishes.ts";

/** The state of a study, new or old, from the database: what a coordinator would know that lived through all of it. */
export function rebuild(store: StudyStore, study: Study, plan: StudyPlan, remote: boolean): RunState {
  const rows = store.trials(study.id);
  const repeats = new Repeats(plan.repeats, recordedRepeats(store, study.id), goalsOf(study));
  const trials = new Trials(study.key);
  const attempts = attemptsByTrial(store, study, rows);
  const newest = new Map<number, Pick<Report, "attempt" | "n" | "epoch">>();
  const onReport = ({ trial, attempt, n, epoch }: Report): void => {
    const known = newest.get(trial);
    if (attempts.has(trial) && !(known?.attempt === attempt && n < known.n))
      newest.set(trial, { attempt, n, epoch });
  };
  const orders = recordedOrders(store, study.id);
  const history = replayWith(store, study, rows, orders, onReport);
  for (const row of rows) {
    if (row.endedOrder !== null) trials.end(row.number, row.attempts);
    else trials.add(liveTrial(row, attempts.get(row.number) ?? [], newest.get(row.number)));
  }
  for (const { trial: number, attempt, kind, reason, outcome } of orders) {
    const trial = trials.current({ study: study.key, trial: number, attempt });
    // A study that is taken up again is not being interrupted any more.
    if (trial !== undefined && outcome !== "interrupted") trial.order = { kind, reason, outcome };
  }
  return {
    ...newState({ study, plan, remote }, history),
    trials,
    repeats,
    aside: new Aside(study.key, store.events(study.id)),
    wishes: new Wishes(
      recordedWishes(store, study.id),
      rows.filter(({ origin }) => origin === wishedOrigin).length,
    ),
    best: bestOf(history, repeats, goalsOf(study)),
    searchDone: repeats.haveBegun,
  };
}

/** The history of a study's first trials, by number from 0: all of them, or as many as are asked for. */
export function replay(store: StudyStore, study: Study, trials: readonly Trial[]): History {
  return replayWith(store, study, trials, recordedOrders(store, study.id), () => {});
}

/** Rebuilds the history event by event, so that samplers and pruners decide as if nothing had happened. */
function replayWith(
  store: StudyStore,
  study: Study,
  trials: readonly Trial[],
  orders: readonly RecordedOrder[],
  onReport: (report: Report) => void,
): History {
  const history = new History(study.goal);
  const goals = goalsOf(study);
  const verdicts = pruningOrders(orders);
  /** Trials whose verdict was given by then. */
  const passed = new Set<number>();
  for (const { number, params, epochs } of trials) {
    history.apply({ kind: "started", trial: number, params, epochs });
  }
  for (const report of store.reports(study.id)) {
    const { trial, epoch, value, metrics } = report;
    if (trial >= trials.length || trials[trial]!.state === "invalid") continue;
    onReport(report);
    if (passed.has(trial) || isLater(report, verdicts.get(trial))) continue;
    if (isFollowed(report, verdicts.get(trial))) passed.add(trial);
    const others = goals === undefined ? undefined : othersOf(goals, metrics);
    history.apply({ kind: "reported", trial, epoch, value, others });
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

/** The verdict by which each trial was pruned: what it trained while that was on its way decides nothing. */
function pruningOrders(orders: readonly RecordedOrder[]): ReadonlyMap<number, RecordedOrder> {
  return new Map(orders.filter(isPruned).map((order) => [order.trial, order]));
}

/** Is this the report that the verdict followed? */
function isFollowed({ attempt, n }: Report, verdict: RecordedOrder | undefined): boolean {
  return verdict !== undefined && attempt === verdict.attempt && n === verdict.n;
}

/** Verdicts of an earlier version know only the epoch that they followed. */
function isLater({ epoch }: Report, verdict: RecordedOrder | undefined): boolean {
  return verdict?.epoch !== undefined && verdict.n === undefined && epoch > verdict.epoch;
}

/** The attempts of trials that have not ended. */
function attemptsByTrial(
  store: StudyStore,
  study: Study,
  rows: readonly Trial[],
): ReadonlyMap<number, readonly Attempt[]> {
  const byTrial = new Map<number, Attempt[]>();
  for (const { number, endedOrder } of rows) if (endedOrder === null) byTrial.set(number, []);
  if (byTrial.size > 0)
    for (const attempt of store.attempts(study.id)) byTrial.get(attempt.trial)?.push(attempt);
  return byTrial;
}

function liveTrial(
  row: Trial,
  attempts: readonly Attempt[],
  newest: Pick<Report, "attempt" | "n" | "epoch"> | undefined,
): LiveTrial {
  const { number, params, seed, epochs, checkpoint, model, reason } = row;
  const last = attempts.at(-1);
  const attemptState = last?.state === "offered" || last?.state === "running" ? last.state : "ended";
  const isRunning = attemptState === "running";
  return newTrial({
    number,
    params,
    seed,
    epochs,
    attempt: row.attempts,
    attemptState,
    pauses: attempts.filter(({ state }) => state === "paused").length,
    failures: attempts.filter(({ state }) => state === "failed").length,
    worker: isRunning ? (last?.worker ?? null) : null,
    startedAt: isRunning ? (last?.startedAt ?? null) : null,
    checkpoint,
    newestReport:
      attemptState !== "ended" && newest?.attempt === row.attempts
        ? { n: newest.n, epoch: newest.epoch }
        : null,
    rest: row.state === "paused" ? { reason: reason ?? "", model } : null,
  });
}
