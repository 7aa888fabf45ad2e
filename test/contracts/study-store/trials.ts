/** A trial's life. */
import { describe, expect, test } from "vitest";
import { added, attemptEnded, ended, offered, reported, wholeTrial } from "../../support/study-writes.ts";
import type { Scene } from "./scene.ts";

export function trialsPart(at: Scene): void {
  describe("a trial", () => {
    test("lives from offer to end, and another process sees it", () => {
      const model = { sha256: "cd".repeat(32), bytes: 99, epoch: 2 };
      expect(
        at.record(
          added(0),
          offered(0, 1),
          {
            kind: "attempt_started",
            trial: 0,
            attempt: 1,
            worker: "w1",
            engine: "tfjs wasm 4.22.0",
            at: 3,
          },
          reported(0, 1, 0, 0.5),
          reported(0, 1, 1, 0.3),
          reported(0, 1, 2, 0.4),
          attemptEnded(0, 1),
          { kind: "trial_ended", trial: 0, outcome: "complete", reason: "all epochs done", model, at: 5 },
        ),
      ).toEqual(Array(8).fill("recorded"));
      expect(at.open().trial(at.study.id, 0)).toEqual({
        number: 0,
        params: { lr: 0.01, units: [8, 4] },
        seed: 0,
        epochs: 10,
        origin: null,
        at: 1,
        state: "complete",
        value: 0.3,
        bestEpoch: 2,
        lastValue: 0.4,
        epochsDone: 3,
        attempts: 1,
        reason: "all epochs done",
        model,
        checkpoint: null,
        endedAt: 5,
        endedOrder: 1,
      });
      expect(at.open().attempts(at.study.id, 0)).toEqual([
        {
          trial: 0,
          attempt: 1,
          state: "complete",
          worker: "w1",
          engine: "tfjs wasm 4.22.0",
          fromEpoch: 0,
          toEpoch: 10_000,
          reason: null,
          offeredAt: 2,
          startedAt: 3,
          endedAt: 4,
        },
      ]);
      expect(at.store.trial(at.study.id, 1)).toBeNull();
    });

    test("is paused, continued to more epochs, and ends", () => {
      at.record(added(0, 3), offered(0, 1), reported(0, 1, 0, 0.5), attemptEnded(0, 1, "paused"));
      const model = { sha256: "d".repeat(64), bytes: 12, epoch: 1 };
      at.record({ kind: "trial_paused", trial: 0, reason: "rung 1", model });
      expect(at.store.trial(at.study.id, 0)).toMatchObject({
        state: "paused",
        reason: "rung 1",
        epochs: 3,
        model,
      });
      expect(at.store.counts(at.study.id)).toMatchObject({ running: 0, paused: 1 });
      at.record({ kind: "trial_continued", trial: 0, epochs: 9 }, offered(0, 2, 1));
      expect(at.store.trial(at.study.id, 0)).toMatchObject({
        state: "running",
        reason: null,
        epochs: 9,
        attempts: 2,
      });
      at.record(reported(0, 2, 0, 0.2, { epoch: 2 }), attemptEnded(0, 2), ended(0));
      expect(at.store.trial(at.study.id, 0)).toMatchObject({
        state: "complete",
        value: 0.2,
        bestEpoch: 2,
        epochsDone: 2,
      });
    });

    test.each(["diverged", "failed"] as const)("that %s has no value, but keeps its last one", (outcome) => {
      at.record(...wholeTrial(0, [0.5, 0.2, 0.9], outcome));
      expect(at.store.trial(at.study.id, 0)).toMatchObject({
        state: outcome,
        value: null,
        bestEpoch: null,
        lastValue: 0.9,
        epochsDone: 3,
      });
    });

    test.each(["pruned", "cancelled"] as const)("that was %s keeps its best epoch", (outcome) => {
      at.record(...wholeTrial(0, [0.5, 0.2, 0.9], outcome));
      expect(at.store.trial(at.study.id, 0)).toMatchObject({ state: outcome, value: 0.2, bestEpoch: 2 });
    });

    test("remembers in which order trials ended", () => {
      at.record(added(0), added(1), added(2), ended(1), ended(2, "failed"));
      at.record(ended(0, "cancelled"));
      expect(at.store.trials(at.study.id).map((trial) => trial.endedOrder)).toEqual([3, 1, 2]);
    });

    test("whose reports are all not finite has no value", () => {
      at.record(...wholeTrial(0, [null, null]));
      expect(at.store.trial(at.study.id, 0)).toMatchObject({ value: null, bestEpoch: null, epochsDone: 2 });
    });
  });
}
