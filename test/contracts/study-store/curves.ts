/** Which reports count, and in what order they come back. */
import { describe, expect, test } from "vitest";
import { added, attemptEnded, offered, reported, wholeTrial } from "../../support/study-writes.ts";
import type { Scene } from "./scene.ts";

export function curvesPart(at: Scene): void {
  describe("the curve", () => {
    test("takes each epoch from the highest attempt that reported it", () => {
      at.record(added(0), offered(0, 1), ...[0.9, 0.1, 0.7, 0.6].map((value, n) => reported(0, 1, n, value)));
      at.record(attemptEnded(0, 1, "lost"), offered(0, 2, 1));
      at.record(reported(0, 2, 0, 0.8, { epoch: 2 }), reported(0, 2, 1, 0.75, { epoch: 3 }));
      expect(at.values(0)).toEqual([
        [1, 0.9],
        [2, 0.8],
        [3, 0.75],
        [4, 0.6],
      ]);
      expect(at.store.trial(at.study.id, 0)).toMatchObject({
        value: 0.6,
        bestEpoch: 4,
        lastValue: 0.75,
        epochsDone: 4,
      });
    });

    test("never takes a report that came after a newer attempt was offered", () => {
      at.record(
        added(0),
        offered(0, 1),
        reported(0, 1, 0, 0.5),
        attemptEnded(0, 1, "lost"),
        offered(0, 2, 1),
      );
      expect(at.record(reported(0, 1, 1, 0.01), reported(0, 1, 5, 0.02))).toEqual(["stale", "stale"]);
      expect(at.record(reported(0, 1, 1, 0.01))).toEqual(["duplicate"]);
      at.record(reported(0, 2, 0, 0.4, { epoch: 2 }));
      expect(at.values(0)).toEqual([
        [1, 0.5],
        [2, 0.4],
      ]);
      expect(at.store.trial(at.study.id, 0)).toMatchObject({ value: 0.4, bestEpoch: 2, epochsDone: 2 });
      expect([...at.store.reports(at.study.id)]).toHaveLength(2);
    });

    test("is closed when the trial has ended", () => {
      at.record(...wholeTrial(0, [0.5]));
      expect(at.record(reported(0, 1, 1, 0.1))).toEqual(["stale"]);
      expect(at.values(0)).toEqual([[1, 0.5]]);
      expect(at.store.trial(at.study.id, 0)).toMatchObject({ value: 0.5, epochsDone: 1 });
    });

    test("has every report once, however often it comes", () => {
      at.record(added(0), offered(0, 1));
      expect(at.record(reported(0, 1, 0, 0.5), reported(0, 1, 0, 0.5), reported(0, 1, 1, 0.4))).toEqual([
        "recorded",
        "duplicate",
        "recorded",
      ]);
      expect(at.record(reported(0, 1, 1, 0.4), reported(0, 1, 0, 0.5))).toEqual(["duplicate", "duplicate"]);
      expect([...at.store.reports(at.study.id)]).toHaveLength(2);
      expect(at.store.trial(at.study.id, 0)).toMatchObject({ epochsDone: 2, lastValue: 0.4 });
    });

    test("keeps numbers that are not finite", () => {
      const metrics = {
        train_loss: Number.POSITIVE_INFINITY,
        val_mse: Number.NaN,
        val_mae: -Infinity,
        grad_norm: 1e-320,
        NaN: 0.1,
      };
      at.record(added(0), offered(0, 1), reported(0, 1, 0, null, { metrics }));
      expect(at.open().curve(at.study.id, 0)).toEqual([
        { trial: 0, attempt: 1, n: 0, epoch: 1, value: null, metrics, seconds: 0.5, at: 3 },
      ]);
    });
  });

  test("reports stream in the order they were recorded, over all trials", () => {
    at.record(added(0), added(1), offered(0, 1), offered(1, 1));
    at.record(reported(1, 1, 0, 0.1), reported(0, 1, 0, 0.2));
    at.record(reported(1, 1, 1, 0.3), attemptEnded(0, 1, "lost"), offered(0, 2));
    at.record(reported(0, 2, 0, 0.4), reported(0, 1, 1, 0.5), reported(1, 1, 2, 0.6));
    const seen = [...at.store.reports(at.study.id)].map(({ trial, attempt, n }) => [trial, attempt, n]);
    expect(seen).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [1, 1, 1],
      [0, 2, 0],
      [1, 1, 2],
    ]);
  });

  test("reports that cannot be are found, left out, and disowned for good", () => {
    at.record({
      kind: "trial_added",
      trial: { number: 0, params: {}, seed: 1, epochs: 3, origin: null, at: 1 },
    });
    at.record({ kind: "attempt_offered", trial: 0, attempt: 1, fromEpoch: 0, toEpoch: 3, at: 2 });
    at.record(
      reported(0, 1, 0, 0.5),
      reported(0, 1, 1, 0.4, { epoch: 1e15 }),
      reported(0, 1, 2, -7, { epoch: 2 }),
    );
    expect(at.store.curve(at.study.id, 0).map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect([...at.store.reports(at.study.id)].map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(at.store.impossibleReports(at.study.id).map(({ n }) => n)).toEqual([1]);
    expect(at.store.impossibleReports(at.study.id, { min: 0, max: 1 }).map(({ n }) => n)).toEqual([1, 2]);
    const disowned = [1, 2].map((n) => ({ kind: "report_disowned", trial: 0, attempt: 1, n }) as const);
    expect(at.record(...disowned)).toEqual(["recorded", "recorded"]);
    expect(at.record(...disowned)).toEqual(["duplicate", "duplicate"]);
    expect(at.store.impossibleReports(at.study.id, { min: 0, max: 1 })).toEqual([]);
    expect(at.store.trial(at.study.id, 0)).toMatchObject({
      value: 0.5,
      bestEpoch: 1,
      epochsDone: 1,
      lastValue: 0.5,
    });
  });

  test("a long stream of reports can be read while more is recorded", () => {
    at.record(added(0), offered(0, 1), ...Array.from({ length: 2500 }, (_, n) => reported(0, 1, n, n)));
    let count = 0;
    for (const report of at.store.reports(at.study.id)) {
      expect(report.n).toBe(count);
      if (count % 1000 === 999) at.record({ kind: "event", name: "tick", data: count, at: 1 });
      count += 1;
    }
    expect(count).toBe(2500);
  });
}
