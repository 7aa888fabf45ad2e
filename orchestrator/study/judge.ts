import { isFeasible } from "../../search/goals/goals.ts";
import { compareScores, toScore } from "../../search/scores.ts";
import type { AttemptRef } from "../../worker/protocol/ids.ts";
import { isResumable, type Ending } from "../coordinator/ending.ts";
import { orderWrite } from "./recorded-order.ts";
import { offerNext, settle } from "./settle.ts";
import { settleLoss, settleUnclaimed } from "./settlement.ts";
import type { LiveTrial, StandingOrder } from "./live-trial.ts";
import type { RunState } from "./state.ts";
import { nothing, type Change, type Effect, type Step } from "./step.ts";

/** A report came: the study may have reached its target, or the pruner have something against the trial. */
export function stepJudge(state: RunState, ref: AttemptRef, n: number, at: number): Step {
  const trial = state.trials.current(ref);
  if (trial === undefined) return nothing;
  if (reachesTarget(state, trial.number)) return stepTarget(state, trial.number, at);
  // A repeat shows what the whole training comes to.
  if (state.repeats.has(trial.number)) return nothing;
  // Who is to hand it back because the study is interrupted may have come to the next rung: that it waits there counts.
  if (trial.order !== null && trial.order.outcome !== "interrupted") return nothing;
  const { budget, pruner } = state.rules.plan;
  const record = state.history.trial(trial.number);
  let verdict;
  try {
    verdict = pruner.judge(state.history, record);
  } catch (error) {
    return stepEnd(state, searchFailed(error), at);
  }
  const wake: Effect = { kind: "wake" };
  // What has trained its last epoch is complete: nothing is left that a verdict could spare.
  if (verdict.kind === "continue" || record.epoch >= budget.epochs) return { ...nothing, effects: [wake] };
  const outcome = verdict.kind === "stop" ? "pruned" : "paused";
  const { changes, effects, durability } = order(state, trial, { ...verdict, outcome }, at, n);
  return { changes, durability, effects: [...effects, wake] };
}

/** Something is wrong with the search itself: going on would only repeat it. What runs is handed back. */
export function searchFailed(error: unknown): Ending {
  const message = error instanceof Error ? error.message : String(error);
  return { state: "failed", reason: `the search failed: ${message}` };
}

/** Recorded first, so that a resumed study knows why an attempt stopped. `n`: the report that a verdict followed. */
export function order(
  state: RunState,
  trial: LiveTrial,
  standing: StandingOrder,
  at: number,
  n?: number,
): Step {
  const { number, attempt } = trial;
  const { kind, reason } = standing;
  const { epoch } = state.history.trial(number);
  const after = n === undefined ? {} : { n };
  const data = { trial: number, attempt, epoch, ...after, ...standing };
  return {
    changes: [orderWrite(data, at)],
    durability: "process",
    effects: [{ kind: "order", ref: state.trials.ref(trial), order: { kind, reason } }],
  };
}

function reachesTarget({ ending, history, repeats, rules }: RunState, number: number): boolean {
  const { target } = rules.plan.budget;
  if (target === undefined || ending !== null || repeats.haveBegun) return false;
  const record = history.trial(number);
  return (
    compareScores(record.best, toScore(target, history.goal)) <= 0 && isFeasible(rules.plan.goals, record)
  );
}

/** The trial reached the target: it is complete, and the study is over. */
function stepTarget(state: RunState, number: number, at: number): Step {
  const reason = `reached the target ${state.rules.plan.budget.target}`;
  const trial = state.trials.get(number);
  const stop = { kind: "stop", reason, outcome: "complete" } as const;
  const own =
    trial !== undefined && state.trials.isOpen(number) && trial.order === null
      ? order(state, trial, stop, at)
      : nothing;
  const end = stepEnd(state, { state: "complete", reason: `trial ${number} ${reason}` }, at);
  return {
    changes: [...own.changes, ...end.changes],
    durability: "process",
    effects: [...own.effects, ...end.effects],
  };
}

/** Trials that were reported before the study was taken up may have reached its target. */
export function stepLookBack(state: RunState, at: number): Step {
  const found = state.history.trials.find(({ number }) => reachesTarget(state, number));
  return found === undefined ? nothing : stepTarget(state, found.number, at);
}

/** No new trials; running ones are stopped, or, when the study can be resumed, handed back with their checkpoint. */
export function stepEnd(state: RunState, ending: Ending, at: number): Step {
  if (state.ending !== null) return nothing;
  const change: Change = { kind: "ending", ending };
  const ends = state.trials.open().map((trial): Effect => {
    const ref = state.trials.ref(trial);
    return { kind: "then", event: { kind: "end_trial", ref, withdrawn: null, at } };
  });
  return {
    changes: [change],
    durability: "process",
    effects: [...ends, { kind: "ending" }, { kind: "wake" }],
  };
}

/**
 * The study ends: the trial is taken back if no worker claimed it, else its worker gets an order, unless it has one to stop or
 * pause before.
 */
export function stepEndTrial(state: RunState, ref: AttemptRef, withdrawn: boolean | null, at: number): Step {
  const { ending } = state;
  const trial = state.trials.current(ref);
  if (trial === undefined || ending === null) return nothing;
  if (withdrawn === null && trial.worker === null)
    return { ...nothing, effects: [{ kind: "withdraw", ref }] };
  if (withdrawn === true) return settle(state, trial, settleUnclaimed(trial, ending), at);
  if (trial.order !== null) return nothing;
  const { reason } = ending;
  if (isResumable(ending)) return order(state, trial, { kind: "pause", reason, outcome: "interrupted" }, at);
  return order(state, trial, { kind: "stop", reason, outcome: "cancelled" }, at);
}

/** An open trial of a coordinator that ended: adopt it where it still runs, else offer it again. */
export function stepTakeUp(state: RunState, number: number, at: number): Step {
  const trial = state.trials.get(number);
  if (trial === undefined || trial.rest !== null) return nothing;
  const ref = state.trials.ref(trial);
  switch (trial.attemptState) {
    case "ended":
      return offerNext(state, trial, at);
    case "offered":
      return { ...nothing, effects: [{ kind: "offer", ref }] };
    case "running":
      if (state.rules.remote)
        return { ...nothing, effects: [{ kind: "expect", worker: trial.worker ?? "unknown" }] };
      return settle(state, trial, settleLoss(trial, "the coordinator ended while it ran"), at);
    default:
      return trial.attemptState satisfies never;
  }
}
