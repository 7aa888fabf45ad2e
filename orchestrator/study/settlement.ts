import type { OutcomeKind } from "../../search/history.ts";
import type { AttemptState } from "../../storage/store.ts";
import type { AttemptEnd } from "../../worker/protocol/messages.ts";
import { isResumable, type Ending } from "../coordinator/ending.ts";
import { attemptLimit, failureLimit, type EarlyEnd } from "../coordinator/plan.ts";
import type { LiveTrial, StandingOrder } from "./live-trial.ts";

/** What of a trial decides what an end makes of it. */
type Judged = Pick<LiveTrial, "order" | "attempt" | "pauses" | "failures">;

type EndedState = Exclude<AttemptState, "offered" | "running">;

/** What an attempt's end makes of its trial. */
export type Settlement =
  | {
      readonly kind: "end";
      readonly state: EndedState;
      readonly outcome: OutcomeKind;
      readonly reason: string | null;
    }
  /** Offer the next attempt now. */
  | { readonly kind: "again"; readonly state: EndedState; readonly reason: string; readonly failure: boolean }
  /** The sampler may continue it later. */
  | { readonly kind: "pause"; readonly state: EndedState; readonly reason: string }
  /** The study is being interrupted: the trial stays open for `seqtune resume`. */
  | { readonly kind: "shelve"; readonly state: EndedState; readonly reason: string };

/** What an attempt's end is judged by, besides the worker's word. */
export interface EndContext {
  /** What people call the data, of which a worker knows a hash. */
  readonly dataFile: string;
  /** Newest epoch of the trial that counts, and the last one it can have. */
  readonly epoch: number;
  readonly lastEpoch: number;
  /** Where its worker was to pause by itself; `null`: nowhere. */
  readonly pausesAt: number | null;
  /** May the trial be complete before? */
  readonly early: () => EarlyEnd | null;
}

/** An attempt's end as its worker put it. */
export function settleEnd(trial: Judged, end: AttemptEnd, context: EndContext): Settlement {
  if (isPruned(trial.order)) return settleStop(trial.order); // also when it ended before it heard so
  switch (end.kind) {
    case "complete":
      return settleComplete(trial, context);
    case "stopped":
      return context.epoch >= context.lastEpoch ? complete(null) : settleStopped(trial);
    case "paused":
      if (trial.order === null && end.epoch !== context.pausesAt) return obeyedAnother(trial);
      return lacksReports(trial, end, context) ? againFrom(trial, context.epoch) : settlePause(trial.order);
    case "handed_back":
      return again(trial, "handed_back", "its worker shut down and handed it back", false);
    case "diverged":
      return { kind: "end", state: "diverged", outcome: "diverged", reason: end.reason };
    case "failed":
      return settleFailure(trial, end, context.dataFile);
    default:
      return end satisfies never;
  }
}

/**
 * A trial that paused by itself after epochs whose reports are not here: the database is an older copy, and what it lacks was
 * let go of. Taken at its word the trial would wait, or be continued, at an epoch of which nothing is known, for ever.
 */
export function lacksReports(
  { order }: Pick<Judged, "order">,
  end: AttemptEnd,
  { epoch }: Pick<EndContext, "epoch">,
): boolean {
  return end.kind === "paused" && order === null && epoch < end.epoch;
}

function againFrom(trial: Judged, epoch: number): Settlement {
  return again(trial, "handed_back", `its reports after epoch ${epoch} are missing`, false);
}

function settleStopped(trial: Judged): Settlement {
  return trial.order === null ? obeyedAnother(trial) : settleStop(trial.order);
}

/**
 * Orders are recorded before they are given, and stand when a study is resumed, but for an interruption. One that does not
 * stand here was that, or was given in a future that the database lost.
 */
function obeyedAnother(trial: Judged): Settlement {
  return again(trial, "handed_back", "its worker obeyed an earlier coordinator", false);
}

/** A worker's word alone makes no trial complete: its last epoch is here, or it may end early. */
function settleComplete(trial: Judged, context: EndContext): Settlement {
  const { epoch, lastEpoch } = context;
  if (epoch >= lastEpoch) return complete(null);
  const early = context.early();
  if (early !== null) return complete(early.reason);
  return again(trial, "failed", `its worker called it complete after epoch ${epoch} of ${lastEpoch}`, true);
}

function complete(reason: string | null): Settlement {
  return { kind: "end", state: "complete", outcome: "complete", reason };
}

/** Has the pruner's word been given? Nothing that comes after it counts, whenever its worker hears it. */
export function isPruned(order: StandingOrder | null | undefined): order is StandingOrder {
  return order?.kind === "stop" && order.outcome === "pruned";
}

/** The worker process ended without a word: counts as a failure, for the trial may have caused it. */
export function settleDeath(trial: Judged, reason: string): Settlement {
  return again(trial, "failed", reason, true);
}

/** The machine was not heard of for a lease: not the trial's doing. */
export function settleLoss(trial: Judged, reason: string): Settlement {
  return again(trial, "lost", reason, false);
}

/** No worker had claimed it when the study ended. */
export function settleUnclaimed({ order }: Pick<Judged, "order">, ending: Ending): Settlement {
  const { reason } = ending;
  if (order?.kind === "stop") return settleStop(order); // it was wanted no more before that
  if (isResumable(ending)) return { kind: "shelve", state: "handed_back", reason };
  return { kind: "end", state: "stopped", outcome: "cancelled", reason };
}

function settleStop(order: StandingOrder): Settlement {
  const outcome = order.kind === "stop" ? order.outcome : "cancelled";
  return {
    kind: "end",
    state: "stopped",
    outcome: outcome === "paused" || outcome === "interrupted" ? "cancelled" : outcome,
    reason: order.reason,
  };
}

/** A trial that pauses by itself may be wanted no more in the meantime. */
function settlePause(order: StandingOrder | null): Settlement {
  if (order?.kind === "stop") return settleStop(order);
  const reason = order?.reason ?? "waits for its turn";
  if (order === null || order.outcome === "paused") return { kind: "pause", state: "paused", reason };
  return { kind: "shelve", state: "handed_back", reason };
}

function settleFailure(
  trial: Judged,
  { failure, message }: Extract<AttemptEnd, { kind: "failed" }>,
  dataFile: string,
): Settlement {
  const where = failure === "bad_data" && dataFile !== "" ? `${dataFile}: ` : "";
  const reason = `${failure}: ${where}${message}`;
  if (failure === "program") return { kind: "end", state: "failed", outcome: "failed", reason: message };
  if (failure === "bad_settings" || failure === "bad_data") {
    return { kind: "end", state: "failed", outcome: "failed", reason };
  }
  return again(trial, "failed", reason, true);
}

function again(trial: Judged, state: EndedState, reason: string, failure: boolean): Settlement {
  if (trial.order?.kind === "stop") return settleStop(trial.order);
  if (trial.order?.outcome === "interrupted") return settlePause(trial.order);
  const failures = trial.failures + (failure ? 1 : 0);
  if (failures >= failureLimit) {
    return {
      kind: "end",
      state,
      outcome: "failed",
      reason: `gave up after ${failures} failed attempts: ${reason}`,
    };
  }
  if (trial.attempt - trial.pauses >= attemptLimit) {
    return {
      kind: "end",
      state,
      outcome: "failed",
      reason: `gave up after ${trial.attempt} attempts: ${reason}`,
    };
  }
  return { kind: "again", state, reason, failure };
}
