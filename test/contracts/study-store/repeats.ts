/** Messages that come again. */
import { describe, expect, test } from "vitest";
import type { Write } from "../../../storage/store.ts";
import { added, attemptEnded, offered } from "../../support/study-writes.ts";
import type { Scene } from "./scene.ts";

export function repeatsPart(at: Scene): void {
  describe("a message that comes again", () => {
    const started = (attempt: number, worker = "w1"): Write => {
      return { kind: "attempt_started", trial: 0, attempt, worker, engine: "e", at: 3 };
    };
    const checkpoint = (attempt: number, epoch: number): Write => {
      return {
        kind: "checkpoint",
        trial: 0,
        attempt,
        checkpoint: { sha256: `${attempt}${epoch}`.repeat(32), bytes: epoch, epoch },
      };
    };

    test("starts and ends an attempt once", () => {
      at.record(added(0), offered(0, 1));
      expect(at.record(started(1), started(1, "w2"))).toEqual(["recorded", "duplicate"]);
      expect(at.record(attemptEnded(0, 1, "lost"), attemptEnded(0, 1, "complete"), started(1))).toEqual([
        "recorded",
        "duplicate",
        "duplicate",
      ]);
      expect(at.store.attempts(at.study.id, 0)).toMatchObject([{ state: "lost", worker: "w1" }]);
    });

    test("of an attempt that was replaced changes nothing", () => {
      at.record(added(0), offered(0, 1), started(1), checkpoint(1, 2), attemptEnded(0, 1, "lost"));
      at.record(offered(0, 2, 2), started(2, "w2"));
      expect(at.record(started(1), checkpoint(1, 5), attemptEnded(0, 1, "complete"))).toEqual([
        "stale",
        "stale",
        "stale",
      ]);
      expect(at.store.trial(at.study.id, 0)?.checkpoint?.epoch).toBe(2);
      expect(at.store.attempts(at.study.id)).toMatchObject([
        { attempt: 1, state: "lost" },
        { attempt: 2, state: "running" },
      ]);
    });

    test("whose worker was lost can be listed", () => {
      at.record(
        added(0),
        offered(0, 1),
        started(1),
        attemptEnded(0, 1, "lost"),
        offered(0, 2, 2),
        started(2),
      );
      at.record(attemptEnded(0, 2, "complete"), added(1), offered(1, 1), attemptEnded(1, 1, "lost"));
      expect(at.store.lostAttempts(at.study.id)).toEqual([
        { trial: 0, attempt: 1 },
        { trial: 1, attempt: 1 },
      ]);
    });

    test("never takes a checkpoint back", () => {
      at.record(added(0), offered(0, 1));
      expect(at.record(checkpoint(1, 2), checkpoint(1, 4), checkpoint(1, 2))).toEqual([
        "recorded",
        "recorded",
        "duplicate",
      ]);
      expect(at.store.trial(at.study.id, 0)?.checkpoint).toEqual({
        sha256: "14".repeat(32),
        bytes: 4,
        epoch: 4,
      });
      at.record(attemptEnded(0, 1, "lost"), offered(0, 2));
      expect(at.record(checkpoint(2, 1))).toEqual(["recorded"]);
      expect(at.store.trial(at.study.id, 0)?.checkpoint?.epoch).toBe(1);
    });
  });
}
