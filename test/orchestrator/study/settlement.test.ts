import { describe, expect, it } from "vitest";
import {
  settleDeath,
  settleEnd,
  settleLoss,
  settleUnclaimed,
  type EndContext,
  type Settlement,
} from "../../../orchestrator/study/settlement.ts";
import type { EarlyEnd } from "../../../orchestrator/coordinator/plan.ts";
import type { LiveTrial, StandingOrder } from "../../../orchestrator/study/live-trial.ts";
import { newTrial } from "../../../orchestrator/study/live-trial.ts";
import type { AttemptEnd } from "../../../worker/protocol/messages.ts";

function trial(parts: Partial<LiveTrial> = {}): LiveTrial {
  const fixed = { number: 0, params: {}, seed: 1, epochs: 10 };
  return newTrial({ ...fixed, attempt: 1, attemptState: "running", worker: "w1", ...parts });
}

const file = "/home/me/data.csv";
const context = (epoch: number, early: EarlyEnd | null = null): EndContext => {
  return { dataFile: file, epoch, lastEpoch: 10, pausesAt: 3, early: () => early };
};
const endOf = (of: LiveTrial, end: AttemptEnd): Settlement =>
  settleEnd(of, end, context(end.kind === "complete" ? 10 : 3));

const pruned: StandingOrder = { kind: "stop", reason: "worse than the median", outcome: "pruned" };
const paused: StandingOrder = { kind: "pause", reason: "rung 1", outcome: "paused" };
const interrupted: StandingOrder = { kind: "pause", reason: "Ctrl-C", outcome: "interrupted" };

describe("what an attempt's end makes of its trial", () => {
  it("a trial that finishes before it hears of its pruning is pruned: the verdict counts, not when it arrives", () => {
    for (const end of [{ kind: "complete" }, { kind: "handed_back", epoch: 3 }] as const)
      expect(endOf(trial({ order: pruned }), end)).toMatchObject({
        outcome: "pruned",
        reason: pruned.reason,
      });
  });

  it("a worker's word makes no trial complete before its last epoch, unless it may end early", () => {
    const early = { reason: "no better score for 3 epochs" };
    expect(settleEnd(trial(), { kind: "complete" }, context(9))).toEqual({
      kind: "again",
      state: "failed",
      reason: "its worker called it complete after epoch 9 of 10",
      failure: true,
    });
    expect(settleEnd(trial(), { kind: "complete" }, context(9, early))).toMatchObject({
      outcome: "complete",
      reason: early.reason,
    });
  });

  it("a trial stopped after its last epoch is complete", () => {
    const order: StandingOrder = { kind: "stop", reason: "wall time", outcome: "cancelled" };
    expect(settleEnd(trial({ order }), { kind: "stopped" }, context(10))).toMatchObject({
      outcome: "complete",
    });
  });

  it("a stop is pruned or cancelled by what was ordered", () => {
    expect(endOf(trial({ order: pruned }), { kind: "stopped" })).toEqual({
      kind: "end",
      state: "stopped",
      outcome: "pruned",
      reason: "worse than the median",
    });
    const asked: StandingOrder = { kind: "stop", reason: "asked for", outcome: "cancelled" };
    expect(endOf(trial({ order: asked }), { kind: "stopped" })).toMatchObject({ outcome: "cancelled" });
  });

  it("a pause for an interruption of an earlier coordinator gives the trial to another worker", () => {
    expect(endOf(trial(), { kind: "paused", epoch: 2 })).toMatchObject({ kind: "again", failure: false });
  });

  it("a stop that was not ordered here, of a lost future, cancels nothing", () => {
    expect(endOf(trial(), { kind: "stopped" })).toMatchObject({ kind: "again", failure: false });
  });

  it("a pause is the sampler's, or shelves the trial for a resume", () => {
    expect(endOf(trial({ order: paused }), { kind: "paused", epoch: 3 })).toMatchObject({
      kind: "pause",
    });
    expect(endOf(trial({ order: interrupted }), { kind: "paused", epoch: 3 })).toMatchObject({
      kind: "shelve",
    });
  });

  it("a worker that pauses by itself is waited for, unless its trial was stopped meanwhile", () => {
    const end = { kind: "paused", epoch: 3 } as const;
    expect(endOf(trial(), end)).toMatchObject({ kind: "pause", state: "paused" });
    expect(endOf(trial({ order: pruned }), end)).toMatchObject({ kind: "end", outcome: "pruned" });
  });

  it("a trial that paused by itself and lacks reports trains those epochs again", () => {
    const end = { kind: "paused", epoch: 3 } as const;
    expect(settleEnd(trial(), end, context(2))).toEqual({
      kind: "again",
      state: "handed_back",
      reason: "its reports after epoch 2 are missing",
      failure: false,
    });
  });

  it("attempts that paused do not count towards the ten", () => {
    expect(settleLoss(trial({ attempt: 12, pauses: 8 }), "not heard of")).toMatchObject({ kind: "again" });
    expect(settleLoss(trial({ attempt: 18, pauses: 8 }), "not heard of")).toMatchObject({
      outcome: "failed",
    });
  });

  it("a worker that shuts down gives the trial to another, which does not count as a failure", () => {
    expect(endOf(trial(), { kind: "handed_back", epoch: 3 })).toMatchObject({
      kind: "again",
      failure: false,
    });
  });

  it("bad data or settings fail at once, other failures three times", () => {
    const bad = endOf(trial(), { kind: "failed", failure: "bad_data", message: "line 3" });
    expect(bad).toMatchObject({ kind: "end", outcome: "failed", reason: `bad_data: ${file}: line 3` });
    const settings = endOf(trial(), { kind: "failed", failure: "bad_settings", message: "no such loss" });
    expect(settings).toMatchObject({ outcome: "failed", reason: "bad_settings: no such loss" });
    const error = { kind: "failed", failure: "out_of_memory", message: "heap" } as const;
    expect(endOf(trial(), error)).toMatchObject({ kind: "again", failure: true });
    expect(endOf(trial({ failures: 2, attempt: 3 }), error)).toEqual({
      kind: "end",
      state: "failed",
      outcome: "failed",
      reason: "gave up after 3 failed attempts: out_of_memory: heap",
    });
  });

  it("lost machines do not count as failures, but ten attempts are enough", () => {
    expect(settleLoss(trial({ failures: 2, attempt: 5 }), "silent")).toMatchObject({
      kind: "again",
      failure: false,
    });
    expect(settleLoss(trial({ attempt: 10 }), "silent")).toMatchObject({ kind: "end", outcome: "failed" });
  });

  it("a worker that dies after the order to stop has stopped", () => {
    expect(settleDeath(trial({ order: pruned }), "killed")).toMatchObject({ kind: "end", outcome: "pruned" });
    expect(settleDeath(trial({ order: interrupted }), "killed")).toMatchObject({ kind: "shelve" });
  });

  it("an unclaimed offer is cancelled when the study ends, and kept when it can be resumed, unless it was to stop", () => {
    expect(settleUnclaimed(trial(), { state: "complete", reason: "over" })).toMatchObject({
      outcome: "cancelled",
    });
    expect(settleUnclaimed(trial(), { state: "interrupted", reason: "Ctrl-C" })).toMatchObject({
      kind: "shelve",
    });
    const order: StandingOrder = { kind: "stop", reason: "asked for", outcome: "cancelled" };
    expect(settleUnclaimed(trial({ order }), { state: "interrupted", reason: "Ctrl-C" })).toMatchObject({
      outcome: "cancelled",
      reason: "asked for",
    });
  });
});
